"""The journal in Chinese: acts, tables, columns and values as a reader knows them."""

from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl

from taizhang.accounts.models import Grant, Human, User
from taizhang.households.models import (
    CorrectionOrder,
    Household,
    HouseholdEvent,
    HouseholdMark,
    HouseholdPeriod,
    Identification,
    IncomeWorksheet,
    Measure,
    MemberPeriod,
    Membership,
    OperationWindow,
    Period,
    PeriodFreeze,
    Person,
    SavedQuery,
    WorkSpell,
)
from taizhang.journal.fields import SecretField
from taizhang.journal.models import Posted
from taizhang.places.models import Place, PlaceChange
from taizhang.policy.archive import (
    HELPER_FACTS,
    HOUSEHOLD_FACTS,
    MEASURE_FACTS,
    MEMBER_FACTS,
    MEMBERSHIP_FACTS,
    NATURAL_VILLAGE_FACTS,
    PAIRING_FACTS,
    PERSON_FACTS,
    TEAM_FACTS,
    TEAM_MEMBER_FACTS,
    UNIT_FACTS,
    VILLAGE_FACTS,
    WORK_SPELL_FACTS,
    WORKSHEET_FACTS,
    Fact,
)
from taizhang.policy.code_lists import code_list
from taizhang.support.models import Helper, Pairing, SupportUnit, TeamMember, UnitVillage, VillageTeam
from taizhang.villages.models import NaturalVillage, NaturalVillagePeriod, VillagePeriod

ACTS = {
    "household.enroll": "登记了新户",
    "household.correct": "更正了采集表",
    "member.correct": "更正了成员信息",
    "member.add": "登记了增加成员",
    "member.leave": "登记了减少成员",
    "head.change": "办理了户主变更",
    "household.split": "办理了分户",
    "household.merge": "办理了合户",
    "household.move": "办理了迁移",
    "household.vanish": "办理了整户自然销户",
    "household.purge": "办理了清退",
    "household.duplicate": "办理了重复户删除",
    "household.reopen": "恢复了销户的户",
    "household.identify": "办理了新识别",
    "household.return": "办理了返贫",
    "household.propose_exit": "登记了拟退出",
    "household.reject_exit": "登记了退出不通过",
    "household.approve_exit": "办理了脱贫退出",
    "household.end_policy": "登记了政策期满",
    "household.undo_exit": "办理了回退",
    "household.confirm": "核实了结转的档案",
    "help.set": "变更了帮扶状态",
    "mark.put": "登记了户标注",
    "mark.lift": "取消了户标注",
    "window.declare": "设定了窗口期",
    "window.withdraw": "撤销了窗口期",
    "order.request": "申请了锁定字段更正",
    "order.withdraw": "撤回了锁定字段更正申请",
    "order.refuse": "驳回了锁定字段更正申请",
    "order.execute": "执行了锁定字段更正",
    "worksheet.set": "填写了收入核算明细",
    "work_spell.put": "登记了务工经历",
    "work_spell.correct": "更正了务工经历",
    "work_spell.withdraw": "撤销了务工经历",
    "measure.put": "登记了到户措施",
    "measure.correct": "更正了到户措施",
    "measure.withdraw": "撤销了到户措施",
    "helper.add": "登记了帮扶责任人",
    "helper.correct": "更正了帮扶责任人",
    "helper.bind": "绑定了帮扶责任人的账号",
    "helper.unbind": "解除了帮扶责任人的账号",
    "unit.add": "登记了帮扶单位",
    "unit.correct": "更正了帮扶单位",
    "unit.help": "登记了单位帮扶村",
    "unit.help_end": "结束了单位帮扶村",
    "team.add": "登记了驻村工作队",
    "team.correct": "更正了驻村工作队",
    "team.end": "登记了驻村工作队撤离",
    "team_member.add": "增加了驻村工作队员",
    "team_member.correct": "更正了驻村工作队员职责",
    "team_member.end": "登记了驻村工作队员离任",
    "pairing.change": "办理了结对调整",
    "pairing.end": "结束了结对",
    "pairing.withdraw": "作废了结对",
    "import.accept": "导入写入",
    "period.open": "开设了期次",
    "period.rollover": "结转了期次",
    "period.freeze": "冻结了期次",
    "period.thaw": "解冻了期次",
    "period.redate": "更正了期次的日期",
    "places.import": "导入了区划名单",
    "places.change": "登记了区划变更",
    "account.create": "新增了账号",
    "account.console": "设立了命令行账号",
    "account.disable": "停用了账号",
    "account.enable": "启用了账号",
    "password.set": "修改了密码",
    "password.reset": "重置了密码",
    "totp.bind": "绑定了动态验证码",
    "totp.unbind": "解除了动态验证码",
    "grant.add": "授权",
    "grant.end": "收回了授权",
    "demo.places": "建立了虚构区划",
    "demo.cast": "建立了演示账号",
    "demo.enroll": "建立了演示名册",
    "demo.help": "建立了演示的帮扶责任",
    "export.run": "导出了台账",
    "village.survey": "采集了村档案",
    "village.correct": "更正了村档案",
    "village.confirm": "核实了结转的村档案",
    "village.include": "办理了贫困村纳入",
    "village.exit": "办理了贫困村退出",
    "natural_village.add": "登记了自然村",
    "natural_village.rename": "更正了自然村名称",
    "natural_village.close": "撤销了自然村",
    "natural_village.survey": "采集了自然村档案",
    "query.save": "保存了常用查询",
    "query.change": "修改了常用查询",
    "query.withdraw": "移除了常用查询",
}
TABLES: dict[str, tuple[type[Posted], str]] = {
    model._meta.db_table: (model, title)
    for model, title in (
        (Household, "户"),
        (HouseholdPeriod, "采集表(户)"),
        (Person, "人员"),
        (Membership, "户与成员"),
        (MemberPeriod, "采集表(成员)"),
        (Identification, "识别程序"),
        (IncomeWorksheet, "收入核算明细"),
        (WorkSpell, "务工经历"),
        (Measure, "到户措施"),
        (SupportUnit, "帮扶单位"),
        (UnitVillage, "单位帮扶村"),
        (Helper, "帮扶责任人"),
        (VillageTeam, "驻村工作队"),
        (TeamMember, "驻村工作队员"),
        (Pairing, "结对"),
        (Period, "期次"),
        (PeriodFreeze, "分区冻结"),
        (SavedQuery, "常用查询"),
        (HouseholdEvent, "户业务记录"),
        (HouseholdMark, "户标注"),
        (OperationWindow, "窗口期"),
        (CorrectionOrder, "锁定字段更正单"),
        (VillagePeriod, "村档案"),
        (NaturalVillage, "自然村"),
        (NaturalVillagePeriod, "自然村档案"),
        (Place, "区划"),
        (PlaceChange, "区划变更"),
        (User, "账号"),
        (Human, "使用人"),
        (Grant, "授权"),
    )
}
FACTS: dict[str, dict[str, Fact]] = {
    table: {fact.name: fact for fact in facts}
    for table, facts in (
        ("household_period", HOUSEHOLD_FACTS),
        ("member_period", MEMBER_FACTS),
        ("person", PERSON_FACTS),
        ("membership", MEMBERSHIP_FACTS),
        ("income_worksheet", WORKSHEET_FACTS),
        ("work_spell", WORK_SPELL_FACTS),
        ("support_unit", UNIT_FACTS),
        ("helper", HELPER_FACTS),
        ("village_team", TEAM_FACTS),
        ("team_member", TEAM_MEMBER_FACTS),
        ("pairing", PAIRING_FACTS),
        ("measure", MEASURE_FACTS),
        ("village_period", VILLAGE_FACTS),
        ("nv_period", NATURAL_VILLAGE_FACTS),
    )
}
UNTOLD = frozenset(
    [
        "id",
        "version",
        "came_from",
        "pinyin",
        "initials",
        "head_initials",
        "id_digest",
        "id_length",
        "id_checked",
        "person_id",
        "household_id",
        "period_id",
        "natural_village_id",
        "user_id",
        "unit_id",
        "helper_id",
        "team_id",
        "account_id",
        "owner_id",
        "other_id",
        "from_period_id",
        "requested_by_id",
        "settled_by_id",
        "open",
        "password",
    ]
)
SECRET_OLD, SECRET_NEW = "原值", "已更改"


def act(action: str) -> str:
    """What was done, in words; an act that has none yet is still an act."""
    return ACTS.get(action, "办理了业务")


def source_of(came_from: str | None) -> str:
    """The cell of a workbook that a row was read from: 12/户/31 → 批次 12,工作表「户」第 31 行."""
    pieces = (came_from or "").split("/")
    if len(pieces) < 3:
        return ""
    return f"批次 {pieces[0]}，工作表「{'/'.join(pieces[1:-1])}」第 {pieces[-1]} 行"


def ref_of(ref: str) -> str:
    """What a posting rests on: batch:12 → 批次 12, order:3 → 锁定字段更正单 3."""
    kind, _, number = ref.partition(":")
    named = {"batch": "批次", "order": "锁定字段更正单", "decision": "决定"}
    return f"{named[kind]} {number}" if kind in named else ref


@cache
def label_of(table: str, column: str) -> str:
    """A column as the form calls it."""
    fact = FACTS.get(table, {}).get(column)
    if fact is not None:
        return fact.zh
    model = TABLES[table][0]
    found = {field.column: field.verbose_name for field in model._meta.concrete_fields}
    return str(found.get(column, column))


def value_of(table: str, column: str, text: str | None) -> Any:
    """A canonical text as a value to be shown."""
    if text is None or text == "":
        return None
    fact = FACTS.get(table, {}).get(column)
    if fact is None:
        return _plain(table, column, text)
    dtype = fact.kind.dtype
    if dtype == pl.Boolean:
        return text == "1"
    if isinstance(dtype, pl.Decimal):
        return Decimal(text)
    return fact.kind.show_one(text) if dtype == pl.String() else text


def changes_in(table: str, changed: dict[str, tuple[str | None, str | None]]) -> list[dict[str, Any]]:
    """Old → new by label, without what readers need not know; a secret says only that it changed."""
    told = []
    for column, (old, new) in changed.items():
        if column in UNTOLD:
            continue
        if _is_secret(table, column):
            told.append({"label": label_of(table, column), "old": SECRET_OLD if old else None, "new": SECRET_NEW if new else None})
        else:
            told.append({"label": label_of(table, column), "old": value_of(table, column, old), "new": value_of(table, column, new)})
    return told


@cache
def _is_secret(table: str, column: str) -> bool:
    field = next((f for f in TABLES[table][0]._meta.concrete_fields if f.column == column), None)
    return isinstance(field, SecretField)


def _plain(table: str, column: str, text: str) -> Any:
    model = TABLES[table][0]
    field = next((f for f in model._meta.concrete_fields if f.column == column), None)
    if field is not None and field.choices:
        return dict(field.choices).get(text, text)
    if (table, column) == ("household", "closed"):
        return code_list("close_reason").by_key(text).zh
    if field is not None and field.get_internal_type() == "BooleanField":
        return text == "1"
    return text
