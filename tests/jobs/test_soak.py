"""Writers and readers at one server for a few seconds (the long run is `benchmarks/soak.py`): nobody is shown a locked database."""

import pytest

from benchmarks import soak
from benchmarks.visitor import served
from taizhang.jobs.command import parser
from taizhang.jobs.commands import demo
from tests.jobs.people_sheets import write_people

pytestmark = pytest.mark.processes

SECONDS, WRITERS, READERS, PERSONS = 4, 8, 8, 150
IMPORT = ("--ledger", "household-archive", "--accept", "all")
SEED = parser().parse_args([demo.NAME]).seed


@pytest.mark.timeout(240)
@pytest.mark.parametrize("processes", [1, 2])
def test_writers_and_readers_at_one_moment_are_all_answered(any_house, tmp_path, processes):
    assert any_house.taizhang("import", write_people(tmp_path / "people.csv", PERSONS), *IMPORT).returncode == 0
    says = tmp_path / "server.log"
    with served(any_house.environment, "--processes", str(processes), says=says) as port:
        seen = soak.soaked(port, SECONDS, WRITERS, READERS, SEED)
    told = soak.figures(seen, says.read_text(encoding="utf-8"))
    assert (seen.strange, told["locked"]) == ([], 0)
    assert seen.statuses["save 302"] > 0
    assert len(seen.reads) > 0
    assert f"网页进程 {processes} 个" in says.read_text(encoding="utf-8")
    assert any_house.taizhang("verify").returncode == 0
