"""`taizhang find-index`: in step, proved, made anew."""

import argparse

import pytest
from django.db import connection

from taizhang.households.finding.models import Gram
from taizhang.jobs.commands import find_index
from tests.factories import a_household

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register(db, monkeypatch):
    monkeypatch.setattr("taizhang.jobs.house.open_house", lambda: None)
    a_household(head="钱明珍")


def told(capsys, **asked) -> tuple[int, str]:
    """Its exit status and what it said."""
    status = find_index.run(argparse.Namespace(**({"check": False, "rebuild": False} | asked)))
    return status, capsys.readouterr().out


def test_it_brings_in_step_and_says_up_to_where(capsys):
    assert told(capsys, check=True)[0] == 1
    status, said = told(capsys)
    assert (status, "流水位置" in said) == (0, True)
    assert told(capsys, check=True) == (0, "核对通过:检索片段与户数齐全\n")


def test_what_was_lost_is_told_and_made_anew(capsys):
    told(capsys)
    with connection.cursor() as cursor:
        cursor.execute("delete from gram where g = '明珍'")
    assert "明珍" in told(capsys, check=True)[1]
    told(capsys, rebuild=True)
    assert Gram.objects.filter(g="明珍").exists()
    assert told(capsys, check=True)[0] == 0
