"""`taizhang import`: what is printed, what is written, and the exit status."""

import json

from tests.jobs.people_sheets import line_of, write_people, write_sheet

IMPORT = ("--ledger", "household-archive")


def test_a_clean_file_is_only_looked_at_until_it_is_accepted(house, tmp_path):
    sheet = write_people(tmp_path / "people.csv", 30)
    done = house.taizhang("import", sheet, *IMPORT, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == {
        "rows": 30,
        "findings": [],
        "proposals": {"new": 30, "change": 0, "same": 0, "conflict": 0, "blocked": 0},
        "written": {"new": 0, "change": 0},
        "stale": 0,
        "batch": 1,
    }


def test_accepted_rows_are_written_once(house, tmp_path):
    sheet = write_people(tmp_path / "people.csv", 30)
    first = json.loads(house.taizhang("import", sheet, *IMPORT, "--accept", "all", "--json").stdout)
    second = json.loads(house.taizhang("import", sheet, *IMPORT, "--accept", "all", "--json").stdout)
    assert (first["written"], first["proposals"]["new"]) == ({"new": 30, "change": 0}, 30)
    assert (second["written"], second["proposals"]["same"]) == ({"new": 0, "change": 0}, 30)
    assert house.taizhang("verify").returncode == 0


def test_a_dry_run_writes_nothing_whatever_is_accepted(house, tmp_path):
    sheet = write_people(tmp_path / "people.csv", 6)
    told = json.loads(house.taizhang("import", sheet, *IMPORT, "--accept", "all", "--dry-run", "--json").stdout)
    again = json.loads(house.taizhang("import", sheet, *IMPORT, "--json").stdout)
    assert told["written"] == {"new": 0, "change": 0}
    assert again["proposals"]["new"] == 6


def test_only_changes_are_written_when_only_changes_are_accepted(house, tmp_path):
    house.taizhang("import", write_people(tmp_path / "first.csv", 6), *IMPORT, "--accept", "all")
    changed = [line_of(person) for person in range(9)]
    changed[0] = changed[0].replace("因病", "因学")
    done = house.taizhang("import", write_sheet(tmp_path / "second.csv", changed), *IMPORT, "--accept", "change", "--json")
    assert json.loads(done.stdout)["written"] == {"new": 0, "change": 1}


def test_an_error_is_told_by_sheet_row_and_heading(house, tmp_path):
    wrong = line_of(1).replace("配偶", "干亲家")
    sheet = write_sheet(tmp_path / "people.csv", [line_of(0), wrong])
    done = house.taizhang("import", sheet, *IMPORT, "--json")
    assert done.returncode == 1
    beside, own = json.loads(done.stdout)["findings"]
    assert set(own) == {"sheet", "row", "column", "code", "severity", "message"}
    assert (own["row"], own["column"], own["code"], own["severity"]) == (3, "与户主关系", "one_of.unknown", "E")
    assert (beside["row"], beside["code"], beside["severity"]) == (2, "register.blocked", "I")


def test_what_is_no_workbook_is_refused_in_one_line(house, tmp_path):
    sheet = tmp_path / "people.xlsx"
    sheet.write_bytes(b"\x7fELF not a workbook")
    done = house.taizhang("import", sheet, *IMPORT, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"] == done.stderr.strip()
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_file_that_is_not_there_is_refused_in_one_line(house, tmp_path):
    done = house.taizhang("import", tmp_path / "nothing.xlsx", *IMPORT)
    assert done.returncode == 2
    assert done.stderr.startswith("文件打不开")
    assert done.stdout == ""


def test_a_sheet_without_a_needed_column_cannot_be_read(house, tmp_path):
    sheet = tmp_path / "people.csv"
    sheet.write_text("姓名,民族\n赵建,汉族\n", encoding="utf-8")
    done = house.taizhang("import", sheet, *IMPORT)
    assert done.returncode == 2
    assert "证件号码" in done.stderr


def test_people_read_a_short_summary(house, tmp_path):
    done = house.taizhang("import", write_people(tmp_path / "people.csv", 6), *IMPORT, "--accept", "all")
    assert "建议:新增 6、更正 0、相同 0、冲突 0、待改正 0" in done.stdout
    assert "已写入:新增 6 行、更正 0 行" in done.stdout


def test_a_team_imports_into_its_own_village(house, tmp_path):
    done = house.taizhang("import", write_people(tmp_path / "people.csv", 6), *IMPORT, "--by", "cun", "--accept", "all", "--json")
    assert json.loads(done.stdout)["written"] == {"new": 6, "change": 0}


def test_a_team_cannot_import_into_the_next_village(house, tmp_path):
    sheet = write_people(tmp_path / "people.csv", 6)
    done = house.taizhang("import", sheet, *IMPORT, "--by", "lincun", "--area", "990101100201", "--accept", "all")
    assert (done.returncode, done.stdout) == (3, "")


def test_an_auditor_cannot_import(house, tmp_path):
    done = house.taizhang("import", write_people(tmp_path / "people.csv", 6), *IMPORT, "--by", "shenji")
    assert done.returncode == 3


def test_an_unknown_ledger_is_refused_with_those_there_are(house, tmp_path):
    done = house.taizhang("import", write_people(tmp_path / "people.csv", 3), "--ledger", "tax")
    assert done.returncode == 3
    assert "household-archive" in done.stderr
