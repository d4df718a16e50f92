"""The example workbook of each ledger: invented households under the unassigned prefix 99, as an office would hand them in.

    python tools/make_examples.py

The archive is an .xlsx as our own export writes it; the work ledger is a real BIFF8 .xls with two levels of merged headings, a unit
row, a total and notes below, as such ledgers come from the offices. The lists of people are as the system exports them: every cell text,
headings in row 1 (an .xlsx and an .xls) or in row 3 below two rows of the county's own.
"""

import io
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import django
import openpyxl
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


def place_names() -> dict[str, str]:
    """The names of the fictitious places where everybody lives."""
    from taizhang.places.fictitious import fictitious_places

    named = dict(fictitious_places().select("code", "name").iter_rows())
    return {"key.county": named["990101000000"], "key.township": named["990101100000"], "key.village": named[VILLAGE]}


def lines_for(ledger: object) -> pl.DataFrame:
    """The households as typed lines of a ledger, with the names of the fictitious places."""
    places = place_names()
    steps = {f"identification.{step}": date(2018, 10, day) for day, step in enumerate(STEPS, start=9)}
    told = [line | places | (steps if line["membership.relation"] == "head" else {}) for line in households()]
    told = [line for line in told if not ledger.heads_only or line["membership.relation"] == "head"]
    told = [line | {"key.serial": str(at), "key.data_date": "2022-12-31"} for at, line in enumerate(told, start=1)]
    if ledger.only:
        told = [line | MONITORED for line in told]
    return pl.DataFrame([pl.Series(c.field, [line.get(c.field) for line in told], dtype=c.kind.dtype) for c in ledger.columns])


STEPS = (
    "branch_meeting_on", "committees_meeting_on", "party_meeting_on", "delegates_meeting_on", "notice_from", "notice_to", "township_on",
    "county_on", "announced_on",
)  # fmt: skip


MONITORED = {
    "household.hh_type": "exited", "household.monitor_kind": "edge", "household.risk_1": "illness", "household.risk_removed": False,
    "household.monitored_on": "2022-03", "household.first_identified_on": "2014-12", "membership.identified_on": "2014-12",
    "again.risk_removed": False,
}  # fmt: skip


def acts_for(ledger: object) -> pl.DataFrame:
    """What befell members of the four households, as typed lines of the sheets of acts or of orders."""
    from taizhang.kernel.identity import make_id

    of_house = {
        "key.group": "第1组",
        "key.household_no": "T00000000001",
        "key.head_name": "赵示例",
        "key.head_id_no": make_id("990101", BORN, 11),
        "membership.add_proof": "出生医学证明",
        "membership.drop_proof": "户口注销证明",
    }
    told = {"member_added": joined, "member_left": gone}.get(ledger.line, orders)()
    lines = [of_house | place_names() | line for line in told]
    return pl.DataFrame([pl.Series(c.field, [line.get(c.field) for line in lines], dtype=c.kind.dtype) for c in ledger.columns])


def joined() -> list[dict[str, object]]:
    """A child who was born, and a woman who married in."""
    from taizhang.kernel.identity import make_id

    born, married = date(2018, 3, 4), date(1999, 5, 6)
    return [
        {
            "person.name": "赵小样", "person.id_type": "none_yet", "person.sex": "male", "person.birth_date": born,
            "membership.relation": "grandson", "membership.add_reason": "birth", "membership.add_on": born, "member.health": "healthy",
        },
        {
            "person.name": "周样本", "person.id_type": "resident_id", "person.id_no": make_id("990101", married, 14),
            "person.sex": "female", "person.birth_date": married, "person.ethnicity": "han", "membership.relation": "daughter_in_law",
            "membership.add_reason": "marriage_in", "membership.add_on": date(2018, 5, 1), "member.education": "senior",
            "member.labour": "ordinary",
        },
    ]  # fmt: skip


def gone() -> list[dict[str, object]]:
    """The wife who died, and the son who moved out."""
    from taizhang.kernel.identity import make_id

    return [
        {
            "person.name": "钱示例", "person.id_no": make_id("990101", date(1974, 3, 2), 12), "membership.relation": "spouse",
            "membership.drop_reason": "death", "membership.drop_on": date(2018, 6, 1),
        },
        {
            "person.name": "赵样本", "person.id_no": make_id("990101", date(2001, 8, 9), 13), "membership.relation": "son",
            "membership.drop_reason": "moved_out", "membership.drop_on": date(2018, 8, 1),
        },
    ]  # fmt: skip


def orders() -> list[dict[str, object]]:
    """An order of each kind."""
    from taizhang.kernel.identity import make_id

    why = {"order.proof": "证件复印件", "order.requested_on": date(2018, 10, 9), "order.state": "requested"}
    asked = [
        {"order.kind": "attribute", "order.old_hh_attr": "general_poor", "order.hh_attr": "dibao_poor", "order.reason": "2017年已纳入低保"},
        {"order.kind": "standard", "order.old_id_standard": "national", "order.id_standard": "provincial", "order.reason": "登记时选错"},
        {
            "order.kind": "identity", "person.name": "赵样本", "person.id_no": make_id("990101", date(2001, 8, 9), 13),
            "order.name": "赵样板", "order.id_no": make_id("990101", date(2001, 8, 19), 13), "order.reason": "登记时抄错",
        },
    ]  # fmt: skip
    return [line | why for line in asked]


def work_for(ledger: object) -> pl.DataFrame:
    """Who of the four households works away, and who plans to, as typed lines of the sheets of the monthly watch."""
    told = [line | place_names() | WORK[at] for at, line in enumerate(households()) if at in WORK]
    return pl.DataFrame([pl.Series(c.field, [line.get(c.field) for line in told], dtype=c.kind.dtype) for c in ledger.columns])


WORK = {
    2: {
        "told.working": True, "work_spell.spell_from_on": "2022-03", "work_spell.spell_to_on": "2022-11", "household.hh_type": "exited",
        "work_spell.spell_area": "示范省示范市示范县", "work_spell.spell_employer": "示范电子厂", "work_spell.spell_sector": "制造业",
        "work_spell.spell_channel": "外出务工", "work_spell.spell_point_to_point": False, "work_spell.spell_wage_yuan": Decimal(4200),
        "work_spell.spell_transport_aid_yuan": Decimal(300), "member.plan_out": True, "member.plan_area": "示范省示范市",
        "member.plan_service": "岗位信息",
    },
    7: {
        "told.working": True, "work_spell.spell_from_on": "2022-06", "household.hh_type": "exited", "household.monitor_kind": "edge",
        "work_spell.spell_area": "演示县", "work_spell.spell_employer": "演示帮扶车间", "work_spell.spell_sector": "制造业",
        "work_spell.spell_channel": "帮扶车间", "work_spell.spell_point_to_point": False, "work_spell.spell_wage_yuan": Decimal(2600),
        "member.plan_out": False,
    },
}  # fmt: skip


def as_exported(ledger: object, *above: str) -> bytes:
    """A list as the system gives it out: every cell text, nothing merged, the headings below whatever stands above."""
    from taizhang.intake.exporting.workbook import shown

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = ledger.title
    for text in above:
        sheet.append([text])
    maker = {"household_member": lines_for, "work_spell": work_for, "work_plan": work_for}.get(ledger.line, acts_for)
    lines = maker(ledger)
    for line in ([c.label for c in ledger.columns], *shown(lines, ledger).iter_rows()):
        sheet.append(["" if value is None else value for value in line])
    for row in sheet.iter_rows():
        for cell in row:
            cell.number_format = "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_old_export(ledger: object) -> bytes:
    """The same as an old workbook."""
    from taizhang.intake.exporting.workbook import shown

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    lines = [tuple(c.label for c in ledger.columns), *shown(lines_for(ledger), ledger).iter_rows()]
    for row, line in enumerate(lines):
        for at, value in enumerate(line):
            sheet.write(row, at, "" if value is None else value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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
    """Write every example."""
    django.setup()
    from taizhang.intake.exporting.workbook import write_workbook
    from taizhang.ledgers import (
        CORRECTION_ORDERS,
        EDGE_PEOPLE,
        EXITED_PEOPLE,
        HOUSEHOLD_ARCHIVE,
        HOUSEHOLD_INFORMATION,
        MEMBERS_ADDED,
        MEMBERS_LEFT,
        MONITORED_OBJECTS,
        MONITORING_WORK,
        NEW_AND_RETURNED,
        WORK_AWAY,
        WORK_PLANS,
    )

    archive = FOLDER / "household_archive" / "example.xlsx"
    write_workbook(archive, HOUSEHOLD_ARCHIVE, [lines_for(HOUSEHOLD_ARCHIVE)], "2018年度 演示县 本表人物均为虚构")
    work = FOLDER / "monitoring_work" / "example.xlsx"
    write_workbook(work, MONITORING_WORK, [lines_for(MONITORING_WORK)], "2018年度 演示县 本表人物均为虚构")
    (FOLDER / "new_and_returned" / "example.xls").write_bytes(as_xls(NEW_AND_RETURNED))
    (FOLDER / "exited_people" / "example.xlsx").write_bytes(as_exported(EXITED_PEOPLE))
    (FOLDER / "edge_people" / "example.xls").write_bytes(as_old_export(EDGE_PEOPLE))
    of_county = ("演示县监测对象信息(人物均为虚构)", "导出时间:2022-12-31 09:00:00")
    (FOLDER / "monitored_objects" / "example.xlsx").write_bytes(as_exported(MONITORED_OBJECTS, *of_county))
    (FOLDER / "members_added" / "example.xlsx").write_bytes(as_exported(MEMBERS_ADDED, MEMBERS_ADDED.title))
    (FOLDER / "members_left" / "example.xlsx").write_bytes(as_exported(MEMBERS_LEFT, MEMBERS_LEFT.title))
    (FOLDER / "correction_orders" / "example.xlsx").write_bytes(as_exported(CORRECTION_ORDERS, CORRECTION_ORDERS.title))
    (FOLDER / "household_information" / "example.xlsx").write_bytes(as_exported(HOUSEHOLD_INFORMATION, *of_county))
    of_work = ("演示县务工月监测(人物均为虚构)", "导出时间:2022-12-31 09:00:00")
    (FOLDER / "work_away" / "example.xlsx").write_bytes(as_exported(WORK_AWAY, *of_work))
    (FOLDER / "work_plans" / "example.xlsx").write_bytes(as_exported(WORK_PLANS, *of_work))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    main()
