"""B6, D6, D7: several writers at once, each with a connection of its own, on a real database file or server."""

import pytest
from django.conf import settings

from tests.journal.own_house import run

pytestmark = [pytest.mark.processes, pytest.mark.django_db]
PLACE = "tests.journal.in_house"


def test_every_acknowledged_edit_is_one_version_step_and_every_loser_sees_both_values(tmp_path):
    done = run(f"{PLACE}:race", tmp_path, 4, 50)
    assert done["steps"] == 4 * 50 == done["postings"]
    assert [theirs == mine for answer in done["answers"] for theirs, mine in answer["seen"]].count(True) == 0
    assert [len(answer["seen"]) for answer in done["answers"]] == [answer["lost"] for answer in done["answers"]]
    assert done["broken"] == []


def test_the_same_request_sent_by_all_at_once_has_the_effect_of_once(tmp_path):
    done = run(f"{PLACE}:same_key", tmp_path, 6)
    assert done["rows"] == 1
    assert len(set(done["answers"])) == 1
    assert done["broken"] == []


def test_writers_who_do_not_meet_are_never_turned_away_and_positions_are_never_shared(tmp_path):
    done = run(f"{PLACE}:many_writers", tmp_path, 6, 20)
    positions = [position for answer in done["answers"] for position in answer]
    assert len(positions) == len(set(positions)) == done["rows"] == 120
    assert [answer == sorted(answer) for answer in done["answers"]] == [True] * 6
    assert done["broken"] == []


TRIGGERS_AFTER_A_REBUILD = {"sqlite": "缺失或被改动;请运行 taizhang migrate 重新安装", "postgresql": ""}


def test_a_rebuilt_table_has_lost_its_triggers_and_installing_mends_it(tmp_path):
    done = run(f"{PLACE}:rebuilt", tmp_path)
    said = TRIGGERS_AFTER_A_REBUILD["postgresql" if settings.DATABASE_URL.startswith("postgres") else "sqlite"]
    assert said in done["said"]
    assert bool(done["said"]) == bool(said)
    assert (done["name"], done["broken"]) == ("张三", [])


def test_migrating_one_app_installs_the_triggers_as_soon_as_the_whole_schema_stands(tmp_path):
    assert run(f"{PLACE}:migrated_in_part", tmp_path) == ["触发器", "触发器", ""]
