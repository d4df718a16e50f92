"""The journal in Chinese: acts, tables, columns and values as a reader knows them."""

from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl

from taizhang.accounts.models import Grant, Human, User
from taizhang.households.models import (
    Household,
    HouseholdPeriod,
    Identification,
    IncomeWorksheet,
    MemberPeriod,
    Membership,
    Period,
    Person,
    WorkSpell,
)
from taizhang.journal.models import Posted
from taizhang.places.models import Place, PlaceChange
from taizhang.policy.archive import (
    HOUSEHOLD_FACTS,
    MEMBER_FACTS,
    MEMBERSHIP_FACTS,
    PERSON_FACTS,
    WORK_SPELL_FACTS,
    WORKSHEET_FACTS,
    Fact,
)
from taizhang.policy.code_lists import code_list

ACTS = {
    "household.enroll": "登记了新识别户",
    "household.correct": "更正了采集表",
    "member.correct": "更正了成员信息",
    "member.add": "登记了增加成员",
    "member.leave": "登记了减少成员",
    "head.change": "办理了户主变更",
    "worksheet.set": "填写了收入核算明细",
    "work_spell.put": "登记了务工经历",
    "work_spell.correct": "更正了务工经历",
    "work_spell.withdraw": "撤销了务工经历",
    "import.accept": "导入写入",
    "period.open": "开设了期次",
    "period.rollover": "结转了期次",
    "period.freeze": "冻结了期次",
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
    "export.run": "导出了台账",
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
        (Period, "期次"),
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
        "user_id",
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
    """What a posting rests on: batch:12 → 批次 12."""
    kind, _, number = ref.partition(":")
    return f"批次 {number}" if kind == "batch" else ref


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
        fact = FACTS.get(table, {}).get(column)
        if fact is not None and fact.kind.secret:
            told.append({"label": fact.zh, "old": SECRET_OLD if old else None, "new": SECRET_NEW if new else None})
        else:
            told.append({"label": label_of(table, column), "old": value_of(table, column, old), "new": value_of(table, column, new)})
    return told


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
