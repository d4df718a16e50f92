"""`taizhang`: help, exit statuses, and the page of documentation."""

import re
from dataclasses import fields

import pytest

from taizhang.jobs.command import modules, parser
from taizhang.jobs.commands.import_file import OUTPUT
from taizhang.jobs.commands_page import PAGE, page
from taizhang.jobs.importing import KINDS, SEVERITIES, TOLD, Told

CHINESE = re.compile("[\u4e00-\u9fff]")


def test_the_page_of_the_commands_stands_as_it_is_made():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_names_all_that_import_prints_with_json():
    told = dict(OUTPUT)
    assert set(told) == {field.name for field in fields(Told)} | {"findings"}
    assert [name for name in TOLD if f"`{name}`" not in told["findings"]] == []
    assert [f"`{code}` {zh}" for code, zh in SEVERITIES.items() if f"`{code}` {zh}" not in told["findings"]] == []
    assert [f"`{key}` {zh}" for key, zh in KINDS.items() if f"`{key}` {zh}" not in told["proposals"]] == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.NAME)
def test_every_command_says_in_chinese_what_it_does(module):
    assert CHINESE.search(module.HELP)


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.NAME)
def test_every_command_shows_its_help(module, capsys):
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([module.NAME, "--help"])
    assert ended.value.code == 0
    assert "用法:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["import"], "缺少 文件, --ledger"),
        (["verify", "--fast"], "不认识 --fast"),
        (["serve", "--port", "many"], "--port 的值 'many' 写法不对"),
        (["export", "x", "-o"], "-o/--output 后面要写一个值"),
    ],
)
def test_a_command_typed_wrong_is_told_in_chinese(typed, says, capsys):
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(typed)
    assert ended.value.code == 64
    assert says in capsys.readouterr().err


def test_help_leaves_no_home_behind(prepared, tmp_path):
    nowhere = type(prepared)(tmp_path / "new" / "home")
    nowhere.home.parent.mkdir()
    assert nowhere.taizhang("--help").returncode == 0
    assert not nowhere.home.exists()


def test_a_home_that_was_never_prepared_is_refused_with_advice(prepared, tmp_path):
    empty = type(prepared)(tmp_path / "home")
    done = empty.taizhang("verify")
    assert done.returncode == 3
    assert "taizhang migrate" in done.stderr


def test_migrate_prepares_an_empty_home(prepared, tmp_path):
    empty = type(prepared)(tmp_path / "home")
    assert empty.taizhang("migrate").returncode == 0
    assert empty.taizhang("verify").returncode == 0
