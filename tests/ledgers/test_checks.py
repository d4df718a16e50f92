"""Checks over all lines of a sheet."""

from decimal import Decimal

import polars as pl

from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.ledgers.checks import members_counted, totals_agree


def sheet(**columns: list[object]) -> pl.DataFrame:
    """Lines of one sheet from row 4 on; columns as ``household__inc_net_yuan=[…]``."""
    kinds = {"household": pl.Decimal(14, 2), "membership": pl.String}
    told = {name.replace("__", "."): values for name, values in columns.items()}
    height = len(next(iter(told.values())))
    series = [
        pl.Series(n, v, dtype=pl.Int64 if n.endswith(("count", "line.household")) else kinds[n.partition(".")[0]]) for n, v in told.items()
    ]
    return pl.DataFrame([pl.Series(SHEET, ["台账"] * height), pl.Series(ROW, list(range(4, 4 + height))), *series])


def test_a_total_that_its_parts_do_not_give_is_a_warning():
    lines = sheet(line__household=[1, 1], household__inc_wage_yuan=[Decimal(5000), None], household__inc_total_yuan=[Decimal(6000), None])
    found = totals_agree(lines)
    assert found.select("sheet", "row", "column", "code", "severity").rows() == [("台账", 4, "年总收入", "IN-03", "W")]
    assert found["message"].to_list() == ["年总收入填的是6000.00元,按各分项算出是5000.00元,写入时以算出的为准,请核对"]


def test_a_total_that_its_parts_give_is_none():
    lines = sheet(line__household=[1], household__inc_wage_yuan=[Decimal(5000)], household__inc_total_yuan=[Decimal(5000)])
    assert totals_agree(lines).rows() == []


def test_a_total_without_any_part_stands():
    assert totals_agree(sheet(line__household=[1], household__inc_total_yuan=[Decimal(5000)])).rows() == []


def test_income_per_head_is_compared_with_the_members_typed():
    lines = sheet(
        line__household=[1],
        household__inc_wage_yuan=[Decimal(100)],
        household__inc_net_yuan=[Decimal(100)],
        household__member_count=[3],
        household__inc_net_pc_yuan=[Decimal("33.34")],
    )
    assert totals_agree(lines)["code"].to_list() == ["IN-05"]


def test_a_number_of_members_that_the_lines_do_not_show_is_a_warning():
    lines = sheet(line__household=[1, 1, 2], membership__relation=["head", "spouse", "head"], household__member_count=[3, None, 1])
    assert members_counted(lines).select("row", "code", "severity").rows() == [(4, "HH-03", "W")]


def test_members_are_not_counted_where_the_head_is_not_on_the_sheet():
    lines = sheet(line__household=[1], membership__relation=["spouse"], household__member_count=[3])
    assert members_counted(lines).rows() == []
