"""The sample with mistakes: each mistake gives the finding it was made for, and nothing else does."""

import polars as pl
import pytest

from taizhang.intake.checking import Picked, check_table
from taizhang.jobs.demo.mistakes import MISTAKES, READS, with_mistakes
from taizhang.jobs.demo.people import people
from taizhang.ledgers.household_archive.ledger import LEDGER
from taizhang.places.fictitious import fictitious_places

SEED, FIRST_ROW = 5, 3
TYPED_TOTALS = (("年总收入", "IN-03"), ("年纯收入", "IN-04"), ("人均纯收入", "IN-05"))
"""What is doubted on the line of a wage that reads well and is another one: the totals typed there no longer add up."""


def checked(cells):
    body = cells.rename({name: f"c{place}" for place, name in enumerate(cells.columns)})
    rows = pl.int_range(FIRST_ROW, FIRST_ROW + cells.height, eager=True).alias("row")
    columns = {column.label: column for column in LEDGER.columns}
    picked = {columns[name].field: Picked(place, name) for place, name in enumerate(cells.columns)}
    return check_table(sheet="样表", body=body.with_columns(rows), picked=picked, ledger=LEDGER)


@pytest.fixture(scope="module")
def clean():
    """300 households as text cells under the headings of 贫困户信息采集表; what is the household's stands on its head's line."""
    lines = people(300, SEED, fictitious_places())
    head = pl.col("membership.relation") == "head"
    lines = lines.with_columns(pl.when(head).then(pl.col("^household\\..*$")).name.keep())
    return pl.DataFrame(
        [column.kind.show(lines[column.field]).alias(column.label) for column in LEDGER.columns if column.field in lines.columns]
    )


@pytest.fixture(scope="module")
def spoilt(clean):
    return with_mistakes(clean, SEED, FIRST_ROW)


def test_the_clean_sheet_gives_no_finding(clean):
    assert checked(clean).findings.is_empty()


@pytest.mark.parametrize("seed", range(6))
def test_every_mistake_gives_its_finding_and_nothing_else_gives_any(clean, seed):
    cells, expected = with_mistakes(clean, seed, FIRST_ROW)
    found = checked(cells).findings.select("row", "column", "code").rows()
    told = [(one.row, one.heading, one.problem) for one in expected if one.problem != READS]
    other_income = [one.row for one in expected if one.problem == READS and one.heading == "工资性收入"]
    assert len(other_income) == 2
    assert sorted(found) == sorted([*told, *((row, *total) for row in other_income for total in TYPED_TOTALS)])


def test_every_kind_of_mistake_finds_its_place(spoilt):
    wanted = [(mistake.heading, mistake.problem) for mistake in MISTAKES] + [("证件号码", "ID-12")] + [("与户主关系", "HH-02")] * 2
    assert sorted(wanted) == sorted((one.heading, one.problem) for one in spoilt[1])


def test_what_is_odd_but_right_reads_as_before(clean, spoilt):
    cells, expected = spoilt
    odd = [one.row - FIRST_ROW for one in expected if one.problem == READS and one.heading in ("证件号码", "姓名", "民族")]
    before, after = checked(clean).lines[odd], checked(cells).lines[odd]
    assert len(odd) == 6
    assert after.select("person.name", "person.id_digest", "person.ethnicity").equals(
        before.select("person.name", "person.id_digest", "person.ethnicity")
    )


def test_no_line_bears_two_mistakes(spoilt):
    rows = [one.row for one in spoilt[1]]
    assert len(rows) == len(set(rows))


def test_the_same_seed_gives_the_same_mistakes(clean, spoilt):
    cells, expected = with_mistakes(clean, SEED, FIRST_ROW)
    assert cells.equals(spoilt[0])
    assert expected == spoilt[1]


def test_a_sheet_without_these_headings_stays_as_it_is():
    cells = pl.DataFrame({"备注": ["甲", "乙"]})
    spoilt, expected = with_mistakes(cells, SEED)
    assert spoilt.equals(cells)
    assert expected == []
