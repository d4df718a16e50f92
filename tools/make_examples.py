"""The example workbook of each ledger: invented households under the unassigned prefix 99, as an office would hand them in.

    python tools/make_examples.py

The archive is an .xlsx as our own export writes it; the work ledger is a real BIFF8 .xls with two levels of merged headings, a unit
row, a total and notes below, as such ledgers come from the offices.
"""

import io
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import django
import polars as pl
import xlwt

FOLDER = Path(__file__).parents[1] / "src" / "taizhang" / "ledgers"
VILLAGE = "990101100201"
BORN = date(1972, 5, 6)
CENTRE = "alignment: horizontal centre, vertical centre, wrap on; font: bold on"


def family(number: int, *members: tuple[str, str, int, date], **household: object) -> list[dict[str, object]]:
    """The lines of one household: (name, relation, serial, birth) of each member; the household's facts stand on the first."""
    from taizhang.kernel.identity import make_id

    lines = []
    for name, relation, serial, birth in members:
        line = {
            "key.area": VILLAGE,
            "key.group": f"第{number}组",
            "key.head_name": members[0][0],
            "key.head_id_no": make_id("990101", members[0][3], members[0][2]),
            "identification.kind": "returned" if number == 3 else "new",
            "person.name": name,
            "person.id_type": "resident_id",
            "person.id_no": make_id("990101", birth, serial),
            "person.sex": "male" if serial % 2 else "female",
            "person.birth_date": birth,
            "person.ethnicity": "han",
            "membership.relation": relation,
            "member.education": "primary",
            "member.health": "healthy",
            "member.labour": "ordinary",
            "member.med_resident": True,
        }
        lines.append(line)
    lines[0] |= {f"household.{name}": value for name, value in household.items()}
    return lines


def households() -> list[dict[str, object]]:
    """Four households of one village."""
    yuan = Decimal
    return [
        *family(
            1, ("赵示例", "head", 11, BORN), ("钱示例", "spouse", 12, date(1974, 3, 2)), ("赵样本", "son", 13, date(2001, 8, 9)),
            hh_phone="13900000011", id_standard="national", hh_attr="general_poor", main_cause="illness", other_causes="schooling",
            member_count=3, inc_wage_yuan=yuan(5000), inc_business_yuan=yuan(3000), inc_property_yuan=yuan(0),
            inc_transfer_yuan=yuan(600), inc_total_yuan=yuan(8600), exp_business_yuan=yuan(800), inc_net_yuan=yuan(7800),
            inc_net_pc_yuan=yuan(2600),
        ),
        *family(
            2, ("孙示例", "head", 21, date(1949, 11, 3)),
            hh_phone="13900000021", id_standard="national", hh_attr="wubao_poor", main_cause="no_labour", member_count=1,
            inc_transfer_yuan=yuan("4200.5"), inc_total_yuan=yuan("4200.5"), inc_net_yuan=yuan("4200.5"), inc_net_pc_yuan=yuan("4200.5"),
        ),
        *family(
            3, ("李示例", "head", 31, date(1980, 1, 15)), ("李样本", "daughter", 32, date(2010, 6, 1)),
            hh_phone="13900000031", id_standard="national", hh_attr="dibao_poor", main_cause="disability", member_count=2,
            inc_wage_yuan=yuan(3000), inc_total_yuan=yuan(3000), inc_net_yuan=yuan(3000), inc_net_pc_yuan=yuan(1500),
        ),
        *family(
            4, ("周示例", "head", 42, date(1968, 9, 21)), ("吴样本", "son", 41, date(1995, 2, 8)),
            hh_phone="13900000041", id_standard="national", hh_attr="general_poor", main_cause="disaster", member_count=2,
            inc_business_yuan=yuan(9000), inc_total_yuan=yuan(9000), exp_business_yuan=yuan(2500), inc_net_yuan=yuan(6500),
            inc_net_pc_yuan=yuan(3250),
        ),
    ]  # fmt: skip


def lines_for(ledger: object) -> pl.DataFrame:
    """The households as typed lines of a ledger, with the names of the fictitious places."""
    from taizhang.places.fictitious import fictitious_places

    named = dict(fictitious_places().select("code", "name").iter_rows())
    places = {"key.county": named["990101000000"], "key.township": named["990101100000"], "key.village": named[VILLAGE]}
    steps = {f"identification.{step}": date(2018, 10, day) for day, step in enumerate(STEPS, start=9)}
    told = [line | places | (steps if line["membership.relation"] == "head" else {}) for line in households()]
    return pl.DataFrame([pl.Series(c.field, [line.get(c.field) for line in told], dtype=c.kind.dtype) for c in ledger.columns])


STEPS = (
    "branch_meeting_on", "committees_meeting_on", "party_meeting_on", "delegates_meeting_on", "notice_from", "notice_to", "township_on",
    "county_on", "announced_on",
)  # fmt: skip


def as_xls(ledger: object) -> bytes:
    """The work ledger as an old workbook: serial numbers, two levels of headings, a total, notes."""
    from taizhang.intake.exporting.workbook import groups_of, is_number, shown

    book = xlwt.Workbook(encoding="utf-8")
    sheet, bold = book.add_sheet("台账"), xlwt.easyxf(CENTRE)
    width = len(ledger.columns)
    sheet.write_merge(0, 0, 0, width, f"演示县2018年度{ledger.title}", bold)
    sheet.write(1, 0, "单位:人、元")
    sheet.write_merge(2, 3, 0, 0, "序号", bold)
    for first, last, group in groups_of(ledger):
        if group:
            sheet.write_merge(2, 2, first + 1, last + 1, group, bold)
        for at in range(first, last + 1):
            label = ledger.columns[at].label
            sheet.write(3, at + 1, label, bold) if group else sheet.write_merge(2, 3, at + 1, at + 1, label, bold)
    texts = shown(lines_for(ledger), ledger)
    for row, values in enumerate(texts.iter_rows(), start=4):
        sheet.write(row, 0, row - 3)
        for at, (column, value) in enumerate(zip(ledger.columns, values, strict=True), start=1):
            if value is not None:
                sheet.write(row, at, float(value) if is_number(column) else value)
    end = 4 + texts.height
    sheet.write(end, 0, "合计")
    sheet.write(end, 1 + ledger.fields.index("household.member_count"), 8)
    sheet.write(end + 1, 0, "注:1.本表由县级扶贫部门留存。2.返贫户沿用原户编号。本表人物均为虚构。")
    sheet.write(end + 2, 0, "填表人:示范员")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def main() -> None:
    """Write both examples."""
    django.setup()
    from taizhang.intake.exporting.workbook import write_workbook
    from taizhang.ledgers import HOUSEHOLD_ARCHIVE, NEW_AND_RETURNED

    archive = FOLDER / "household_archive" / "example.xlsx"
    write_workbook(archive, HOUSEHOLD_ARCHIVE, [lines_for(HOUSEHOLD_ARCHIVE)], "2018年度 演示县 本表人物均为虚构")
    (FOLDER / "new_and_returned" / "example.xls").write_bytes(as_xls(NEW_AND_RETURNED))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    main()
