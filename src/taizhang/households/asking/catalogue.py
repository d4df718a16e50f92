"""What may be asked of a household: every fact of the archive with the operators of its kind, and a few things that are no facts.

A fact's kind decides its operators; a secret can be asked only whether it is filled in, an identity number also by its digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import polars as pl
from django.apps import apps
from django.db.models import Model

from taizhang.households.asking.beside import Beside, all_beside
from taizhang.kernel import kinds
from taizhang.kernel.codes import CodeList
from taizhang.kernel.kinds.base import Kind
from taizhang.policy.archive import FACT_TABLES, SECTIONS, Fact
from taizhang.policy.code_lists import code_list

BLANK, FILLED = "blank", "filled"
OPERATORS: Mapping[str, str] = MappingProxyType(
    {
        "one_of": "是",
        "none_of": "不是",
        "any_of": "含有",
        "all_of": "同时含有",
        "lacks": "不含",
        "yes": "是",
        "no": "否",
        "between": "介于",
        "before": "早于",
        "after": "晚于",
        "contains": "包含",
        "equals": "等于",
        "number": "等于",
        "inside": "位于",
        "has_in": "有",
        "has_not_in": "没有",
        "has": "有",
        "has_not": "没有",
        FILLED: "已填",
        BLANK: "未填",
    }
)
WITHOUT_VALUE = frozenset({"yes", "no", BLANK, FILLED, "has", "has_not"})
BY_KIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "one_of": ("one_of", "none_of"),
        "some_of": ("any_of", "all_of", "lacks"),
        "yes_no": ("yes", "no"),
        "day": ("between", "before", "after"),
        "partial_day": ("between", "before", "after"),
        "text": ("contains", "equals"),
        "name": ("contains", "equals"),
        "area_code": ("inside",),
        "id_number": ("number",),
    }
)
SHOWN_IF_SECRET = (FILLED, BLANK)
HOUSEHOLD, MEMBER = "household", "member"  # the two things of which a leaf can speak
DIRECT = frozenset({"household", "person", "membership"})  # columns of the rows that are asked themselves
OF_MEMBERS = frozenset({"person", "membership", "member", "work_spell"})


@dataclass(frozen=True, slots=True)
class Askable:
    """One field that can be asked: `key` is its home and name (``household.hh_attr``), `of` the thing it belongs to."""

    key: str
    zh: str
    section: str
    kind: Kind
    of: str
    operators: tuple[str, ...]
    mark: str = "V"

    @property
    def home(self) -> str:
        """The table of the archive in which it stands, or ``key``, ``derived``, ``beside``."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Its name there."""
        return self.key.partition(".")[2]

    @property
    def codes(self) -> CodeList | None:
        """The list that its values come from, None where they come from none."""
        return getattr(self.kind, "code_list", None)

    @property
    def unit(self) -> str:
        """The unit behind a number."""
        return str(getattr(self.kind, "unit", ""))


def operators_of(kind: Kind) -> tuple[str, ...]:
    """The operators of a kind, the ones for the unknown last."""
    if kind.secret:
        return (*BY_KIND.get(kind.name, ()), *SHOWN_IF_SECRET)
    if isinstance(kind.dtype, pl.Decimal) or kind.dtype.is_integer():
        return ("between", FILLED, BLANK)
    return (*BY_KIND[kind.name], FILLED, BLANK)


@cache
def catalogue() -> Mapping[str, Askable]:
    """Everything that may be asked, by key, in the order of the form."""
    found = [*_KEYS, *_DERIVED, *(_of_beside(name, each) for name, each in all_beside().items())]
    for table, facts in FACT_TABLES.items():
        if table in DIRECT or table_of(table) is not None:
            found += [_of_fact(table, fact) for fact in facts]
    return MappingProxyType({field.key: field for field in found})


@cache
def table_of(home: str) -> tuple[type[Model], bool] | None:
    """The model that stores the facts of a table of the archive beside a person or a household, and whether one row of it stands for each
    in a period; None for facts that belong to neither (a helper's, a village's).
    """
    wanted = {fact.name for fact in FACT_TABLES[home]}
    whose = "person" if home in OF_MEMBERS else "household"
    for model in apps.get_models():
        names = {f.name for f in model._meta.concrete_fields}
        if wanted <= names and whose in names and model._meta.app_label == "households":
            single = any(set(getattr(c, "fields", ())) == {whose, "period"} for c in model._meta.constraints)
            return model, single
    return None


def by_section() -> list[tuple[str, list[Askable]]]:
    """The fields as a person looks for them: (title of the section, its fields)."""
    sections: dict[str, list[Askable]] = {}
    for field in catalogue().values():
        sections.setdefault(field.section, []).append(field)
    return list(sections.items())


def _of_fact(table: str, fact: Fact) -> Askable:
    of = MEMBER if table in OF_MEMBERS else HOUSEHOLD
    return Askable(
        f"{table}.{fact.name}", fact.zh, SECTIONS.get(fact.section, fact.section), fact.kind, of, operators_of(fact.kind), fact.mark
    )


def _of_beside(name: str, each: Beside) -> Askable:
    return Askable(f"beside.{name}", each.zh, each.section, kinds.yes_no(), HOUSEHOLD, ("has", "has_not"))


_WHO = "户与户主"
_KEYS = (
    Askable("key.head_name", "户主姓名", _WHO, kinds.name(), HOUSEHOLD, ("contains", "equals", FILLED, BLANK)),
    Askable("key.household_no", "户编号", _WHO, kinds.text(20), HOUSEHOLD, ("contains", "equals")),
    Askable("key.group", "村民小组", _WHO, kinds.text(50), HOUSEHOLD, ("contains", "equals", FILLED, BLANK)),
    Askable("key.area", "所在地区", _WHO, kinds.area_code(), HOUSEHOLD, ("inside",)),
    Askable("key.closed", "销户原因", _WHO, kinds.one_of(code_list("close_reason")), HOUSEHOLD, ("one_of", "none_of", FILLED, BLANK)),
    Askable("key.in_period", "在某期次的档案", _WHO, kinds.text(6), HOUSEHOLD, ("has_in", "has_not_in")),
    Askable("key.draft", "结转未核", _WHO, kinds.yes_no(), HOUSEHOLD, ("yes", "no")),
    Askable("key.worksheet", "收入核算明细", _WHO, kinds.yes_no(), HOUSEHOLD, ("has", "has_not")),
)
_DERIVED = (
    Askable("derived.age", "年龄(标准时点周岁)", SECTIONS["person"], kinds.whole(0, 130, "岁"), MEMBER, ("between", FILLED, BLANK)),
)
