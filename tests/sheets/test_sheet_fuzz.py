"""Whatever the bytes are, the answer is a Workbook or a CannotRead with one clear sentence."""

import os

import pytest

from taizhang.kernel.findings import Finding, Severity, Where, as_frame
from taizhang.kernel.sheets.annotate import annotate
from taizhang.kernel.sheets.headings import find_tables
from taizhang.kernel.sheets.reading import CannotRead, read_workbook
from tests.sheets.mutate import mutants

SEED = int(os.environ.get("TAIZHANG_FUZZ_SEED", "20261123"))
COUNT = int(os.environ.get("TAIZHANG_FUZZ_COUNT", "60"))
CASES = list(mutants(SEED, COUNT))


@pytest.mark.fuzz
@pytest.mark.parametrize("number", range(COUNT))
def test_a_broken_workbook_is_read_or_refused(number: int) -> None:
    name, source = CASES[number]
    print(f"seed {SEED}, mutant {number}: {name}")
    assert outcome(source).endswith("。")


def outcome(source: bytes) -> str:
    """The refusal, or that the whole path went through."""
    try:
        workbook = read_workbook(source)
        tables = find_tables(workbook, ("户主姓名", "证件号码", "年纯收入"))
    except CannotRead as refused:
        return refused.message
    first = tables[0]
    columns = {(first.sheet, heading.text): heading.index for heading in first.headings}
    finding = Finding("x.y", Where(first.sheet, first.heading_rows[1] + 1, first.headings[-1].text), "不对", Severity.ERROR)
    assert annotate(source, workbook, as_frame([finding]), columns=columns).startswith(b"PK")
    return "读到了。"


def test_the_same_seed_gives_the_same_mutants() -> None:
    assert [name for name, _ in mutants(7, 20)] == [name for name, _ in mutants(7, 20)]
