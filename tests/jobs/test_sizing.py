"""How many processes and threads a server takes."""

import pytest

from taizhang.jobs.sizing import THREADS, Size, cores, size


@pytest.mark.parametrize(
    ("vendor", "machine", "wanted"),
    [
        ("sqlite", 1, Size(1, 2 * THREADS, 1)),
        ("sqlite", 2, Size(2, THREADS, 1)),
        ("sqlite", 32, Size(4, THREADS, 1)),
        ("postgresql", 1, Size(1, 2 * THREADS, 1)),
        ("postgresql", 8, Size(8, THREADS, 4)),
        ("postgresql", 64, Size(16, THREADS, 4)),
    ],
)
def test_a_machine_and_its_database_say_how_many(vendor, machine, wanted):
    assert size(vendor, machine, shares_socket=True) == wanted


def test_without_a_shared_socket_one_process_answers_with_more_threads():
    assert size("postgresql", 8, shares_socket=False, processes=4) == Size(1, 2 * THREADS, 4)


def test_what_somebody_asks_for_stands():
    assert size("sqlite", 8, shares_socket=True, processes=1, workers=0) == Size(1, 2 * THREADS, 0)


def test_a_server_never_takes_more_connections_than_a_small_postgresql_has():
    whole = size("postgresql", 1000, shares_socket=True)
    assert whole.processes * whole.threads + whole.workers < 100 - 10


def test_there_is_at_least_one_core():
    assert cores() >= 1
