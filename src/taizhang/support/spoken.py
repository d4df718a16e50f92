"""Whom the lines of a sheet speak of: households by number, by their head's number or by his name in the village; helpers by number, by
name and unit, or by a name that only one bears. Nothing is guessed: two who fit are nobody."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from taizhang.households.models import Household, Membership
from taizhang.places.tree import range_of
from taizhang.support.models import TYPED_OF_HELPER, Helper, SupportUnit
from taizhang.support.query import line_above
from taizhang.support.services.common import in_pieces

TWO_HOUSEHOLDS = "这个村有几户的户主同名,请填写户编号或户主证件号码"
NO_HOUSEHOLD = "按户编号、户主证件号码和户主姓名都找不到这一户,请核对"
TWO_HELPERS = "有几名帮扶责任人同名,请填写证件号码或所在单位"
HELPER_ELSEWHERE = "这个证件号码已在别处登记为帮扶责任人,请上报上级核实"
NO_HELPER = "没有这个编号的帮扶责任人,请核对;新登记的请把编号留空"
OTHER_NAME = "名册上这名帮扶责任人的姓名不同,请核对姓名、证件号码和编号"
OTHER_NUMBER = "名册上这名帮扶责任人的证件号码不同,请核对证件号码和编号"
OTHER_UNIT = "名册上此人的所在单位是“{}”,与表中不同;调动的请先在帮扶责任人页更正,不是同一人的请填写证件号码"


@dataclass(frozen=True, slots=True)
class HouseholdKey:
    """How a line names a household."""

    number: str | None
    head_digest: str | None
    head_name: str | None
    area: str | None


@dataclass(frozen=True, slots=True)
class HelperKey:
    """How a line names a helper."""

    digest: str | None
    name: str | None
    unit: str | None
    number: str | None = None

    @property
    def word(self) -> str:
        """One word for who is meant: lines with the same word mean the same new helper."""
        return self.digest or f"{self.name}/{self.unit or ''}"


@dataclass(frozen=True, slots=True)
class Found:
    """A household on the register."""

    pk: int
    area: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A helper on the register with what stands of him."""

    pk: int
    version: int
    area: str
    digest: str | None
    unit: str | None
    offered: bool
    facts: dict[str, Any]


@dataclass(slots=True)
class Households:
    """The households that some lines name."""

    by_number: dict[str, Found] = field(default_factory=dict)
    by_digest: dict[str, Found] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[Found]] = field(default_factory=lambda: defaultdict(list))

    def of(self, key: HouseholdKey) -> tuple[Found | None, str]:
        """The household that a line means, or why none is."""
        if key.number is not None:
            found = self.by_number.get(key.number)
            return found, "" if found else NO_HOUSEHOLD
        if key.head_digest is not None and key.head_digest in self.by_digest:
            return self.by_digest[key.head_digest], ""
        same = self.by_name.get(((key.area or "")[:12], key.head_name or ""), []) if key.head_digest is None else []
        if len(same) > 1:
            return None, TWO_HOUSEHOLDS
        return (same[0], "") if same else (None, NO_HOUSEHOLD)


@dataclass(slots=True)
class Helpers:
    """The helpers that some lines name."""

    by_number: dict[str, Known] = field(default_factory=dict)
    by_digest: dict[str, Known] = field(default_factory=dict)
    by_name: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def of(self, key: HelperKey) -> tuple[Known | None, str]:
        """The helper that a line means; None without a reason for a new one."""
        if key.number is not None:
            known = self.by_number.get(key.number)
            return (known, _why_not(known, key)) if known is not None and known.offered else (None, NO_HELPER)
        if key.digest is not None and key.digest in self.by_digest:
            known = self.by_digest[key.digest]
            return (known, _why_not(known, key)) if known.offered else (None, HELPER_ELSEWHERE)
        same = [known for known in self.by_name.get(key.name or "", ()) if key.digest is None or known.digest is None]
        if key.unit is not None and len(same) > 1:
            same = [known for known in same if known.unit == key.unit]
        if len(same) > 1:
            return None, TWO_HELPERS
        if not same or (key.digest is not None and same[0].unit != key.unit):
            return None, ""
        return same[0], _why_not(same[0], key)


def households_named(keys: Iterable[HouseholdKey], area: str) -> Households:
    """Look up the households of lines: by name those of an area.

    Cost     3 queries for 5,000 households
    """
    wanted, found = list(keys), Households()
    numbered = Household.objects.values_list("pk", "household_no", "area", "closed")
    for numbers in in_pieces(key.number for key in wanted):
        for pk, number, stands, closed in numbered.filter(household_no__in=numbers):
            found.by_number[number] = Found(pk, stands, bool(closed))
    rest = [key for key in wanted if not key.number]
    heads = Membership.objects.filter(open=True, relation="head")
    columns = ("household_id", "household__area", "household__closed")
    for digests in in_pieces(key.head_digest for key in rest):
        for digest, pk, stands, closed in heads.filter(person__id_digest__in=digests).values_list("person__id_digest", *columns):
            found.by_digest[digest] = Found(pk, stands, bool(closed))
    low, high = range_of(area)
    near = heads.filter(area__gte=low, area__lt=high)
    for names in in_pieces(key.head_name for key in rest if key.head_digest is None):
        for name, pk, stands, closed in near.filter(person__name__in=names).values_list("person__name", *columns):
            found.by_name[stands[:12], name].append(Found(pk, stands, bool(closed)))
    return found


def helpers_named(keys: Iterable[HelperKey], area: str) -> Helpers:
    """Look up the helpers of lines: by name those whom the offices of `area`, above it and below it keep; by number wherever.

    Cost     3 queries for 5,000 helpers
    """
    wanted, rows = list(keys), {}
    low, high = range_of(area)
    above = line_above(area[:12])
    near = Q(area__in=above) | Q(area__gte=low, area__lt=high)
    serving = Helper.objects.filter(ended_on__isnull=True).select_related("unit")
    for digests in in_pieces(key.digest for key in wanted):
        rows |= {helper.pk: helper for helper in serving.filter(id_digest__in=digests)}
    for names in in_pieces(key.name for key in wanted):
        rows |= {helper.pk: helper for helper in serving.filter(near, helper_name__in=names)}
    for numbers in in_pieces(key.number for key in wanted):
        rows |= {helper.pk: helper for helper in serving.filter(helper_no__in=numbers)}
    found = Helpers()
    for _, helper in sorted(rows.items()):
        offered = helper.area in above or low <= helper.area < high
        facts = {fact.name: _plain(getattr(helper, fact.name)) for fact in TYPED_OF_HELPER}
        unit = helper.unit.unit_name if helper.unit else None
        known = Known(helper.pk, helper.version, helper.area, helper.id_digest, unit, offered, facts)
        found.by_number[helper.helper_no] = known
        if known.digest:
            found.by_digest[known.digest] = known
        if offered:
            found.by_name[helper.helper_name].append(known)
    return found


def units_named(names: Iterable[str], area: str) -> dict[str, int]:
    """Units by name: those kept at an area, else above it, else below it.

    Cost     1 query
    """
    low, high = range_of(area)
    above = line_above(area[:12])
    near = Q(area__in=above) | Q(area__gte=low, area__lt=high)
    rows = SupportUnit.objects.filter(near, unit_name__in=set(names), ended_on__isnull=True).values_list("unit_name", "pk", "area")
    ordered = sorted(rows, key=lambda row: (row[2] != area, row[2] not in above, row[1]), reverse=True)
    return {name: pk for name, pk, _ in ordered}


def _why_not(known: Known, key: HelperKey) -> str:
    if key.name is not None and known.facts["helper_name"] != key.name:
        return OTHER_NAME
    if key.digest is not None and known.digest is not None and known.digest != key.digest:
        return OTHER_NUMBER
    if key.unit is not None and known.unit is not None and known.unit != key.unit:
        return OTHER_UNIT.format(known.unit)
    return ""


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
