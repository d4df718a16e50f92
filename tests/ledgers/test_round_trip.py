"""Lines → workbook → reader → the same lines, whatever the values."""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from taizhang.intake.exporting.workbook import shown, write_workbook
from taizhang.intake.reading import match_table, picked, read_tables
from taizhang.kernel import kinds
from taizhang.kernel.identity import make_id
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers import LEDGERS
from taizhang.policy.code_lists import code_list

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=30)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)


def money(low: int, places: int) -> st.SearchStrategy[Decimal]:
    """Numbers of a number kind."""
    return st.decimals(low, 10**10, places=places, allow_nan=False, allow_infinity=False)


def read(kind: kinds.Kind, text: str) -> object:
    """The value that the kind reads out of a text, as everything on the register was."""
    return kind.read_one(text)[0]


CAUSES, HEALTH = code_list("cause"), code_list("health")
OF_KIND: dict[str, tuple[kinds.Kind, st.SearchStrategy[object]]] = {
    "行政村代码": (kinds.area_code(), st.integers(100000000000, 999999999999).map(str)),
    "姓名": (kinds.name(), HAN),
    "证件号码": (kinds.id_number(), st.builds(make_id, st.just("990101"), DAYS, st.integers(0, 999))),
    "联系电话": (kinds.phone(), st.integers(13000000000, 19999999999).map(str)),
    "银行账号": (kinds.account(), st.from_regex(r"[1-9][0-9]{7,29}", fullmatch=True)),
    "备注": (kinds.text(60), ANY_TEXT),
    "是否危房": (kinds.yes_no(), st.booleans()),
    "致贫原因": (kinds.one_of(CAUSES), st.sampled_from(CAUSES.keys())),
    "健康状况": (kinds.some_of(HEALTH, 3), st.sampled_from(HEALTH.labels())),
    "填表日期": (kinds.day(), DAYS),
    "识别年月": (kinds.partial_day(), st.sampled_from(["2018", "2018-03", "2018-03-09", "2018-10"])),
    "年纯收入": (kinds.yuan(negative=True), money(-(10**10), 2)),
    "耕地面积": (kinds.mu(), money(0, 2)),
    "住房面积": (kinds.square_metres(), money(0, 2)),
    "与主干路距离": (kinds.km(), money(0, 3)),
    "务工时间": (kinds.whole(0, 12, "月"), st.integers(0, 12)),
    "经度": (kinds.decimal(6, -180, 180), st.decimals(-180, 180, places=6)),
}
TYPED = ("银行账号", "备注", "健康状况")  # generated as text, stored as their kind reads it
LEDGER = Ledger(
    "every-kind", "各类栏目", "一行一值", "test", tuple(Column(label, f"test.c{n}", k) for n, (label, (k, _)) in enumerate(OF_KIND.items()))
)
LINE = st.tuples(*((values if label in ("行政村代码", "姓名") else st.none() | values) for label, (_, values) in OF_KIND.items()))


def frame_of(lines: list[tuple[object, ...]], ledger: Ledger = LEDGER) -> pl.DataFrame:
    """Lines as a typed frame."""
    values = zip(*lines, strict=True)
    return pl.DataFrame(
        [
            pl.Series(c.field, [read(c.kind, v) if c.label in TYPED and v is not None else v for v in column], dtype=c.kind.dtype)
            for c, column in zip(ledger.columns, values, strict=True)
        ]
    )


def returned(lines: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """The lines as our reader reads them out of the workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        write_workbook(path, ledger, [lines], "导出编号:E1-00000000")
        _, found_tables = read_tables(path.read_bytes(), ledger)
        tables = list(found_tables)
    where = picked(match_table(tables[0], ledger))
    return pl.DataFrame([c.kind.read(tables[0].body[f"c{where[c.field].index}"]).values.alias(c.field) for c in ledger.columns])


@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.generate))  # each example starts a reading child: no shrinking
@given(st.lists(LINE, min_size=1, max_size=12))
def test_lines_of_any_values_come_back_equal(lines):
    frame = frame_of(lines)
    assert returned(frame, LEDGER).rows() == frame.rows()


@pytest.mark.parametrize("ledger", LEDGERS.values(), ids=LEDGERS)
def test_every_column_of_every_ledger_comes_back_under_its_own_heading(ledger):
    told = {"name": "赵演示", "id_number": make_id("990101", date(1980, 1, 1), 1), "phone": "13900000001", "account": "6222020200112230",
            "area_code": "990101100201", "yes_no": False, "day": date(2018, 3, 9), "partial_day": "2018-03"}  # fmt: skip
    values = [one_value(c, told, at) for at, c in enumerate(ledger.columns)]
    frame = pl.DataFrame([pl.Series(c.field, [v], dtype=c.kind.dtype) for c, v in zip(ledger.columns, values, strict=True)])
    assert returned(frame, ledger).rows(named=True) == frame.rows(named=True)


@settings(max_examples=4, deadline=None, phases=(Phase.explicit, Phase.generate))
@pytest.mark.parametrize("ledger", LEDGERS.values(), ids=LEDGERS)
@given(st.data())
def test_any_lines_of_any_ledger_come_back_equal(ledger, data):
    lines = data.draw(st.lists(st.tuples(*(values_of(c) for c in ledger.columns)), min_size=1, max_size=3))
    values = zip(*lines, strict=True)
    frame = pl.DataFrame([pl.Series(c.field, v, dtype=c.kind.dtype) for c, v in zip(ledger.columns, values, strict=True)])
    assert returned(frame, ledger).rows() == frame.rows()


BY_KIND = {kind.name: values for kind, values in OF_KIND.values()}


def values_of(column: Column) -> st.SearchStrategy[object]:
    """Values of a column's kind, often blank; what every line of a person tells is told."""
    kind = column.kind
    match kind.name:
        case "one_of":
            values: st.SearchStrategy[object] = st.sampled_from(kind.code_list.keys())
        case "some_of":
            values = st.sampled_from(kind.code_list.labels()).map(lambda label: read(kind, label))
        case "whole":
            values = st.integers(int(kind.lowest), int(kind.highest))
        case "decimal":
            values = st.decimals(kind.lowest, kind.highest, places=kind.places)
        case "yuan" | "mu" | "square_metres" | "km":
            values = money(0, kind.places)
        case "text" | "account":
            values = BY_KIND[kind.name].map(lambda text: read(kind, text[:20] if kind.name == "text" else text))
        case _:
            values = BY_KIND[kind.name]
    told = column.required or column.field == "key.area"  # a line that tells nothing is no line
    return values if told else st.none() | values


def one_value(column: Column, told: dict[str, object], at: int) -> object:
    """A value of the kind of a column, a different one for neighbours where the kind has several."""
    kind = column.kind
    if kind.name in told:
        return told[kind.name]
    if kind.name in ("one_of", "some_of"):
        return kind.code_list.keys()[at % len(kind.code_list.keys())]
    return f"第{at}栏" if kind.name == "text" else read(kind, str(at % 12))


@pytest.mark.parametrize("field", ["household.main_cause", "member.health"])
def test_a_stored_code_that_no_list_has_goes_out_as_it_stands(field):
    column = LEDGERS["household-archive"].column(field)
    ledger = Ledger("one", "一栏", "一行一值", "test", (column,))
    assert shown(pl.DataFrame({field: ["no_such", None, "healthy"]}), ledger)[field].to_list()[:2] == ["no_such", None]
