"""What the services share: facts as they are stored, what follows from a number, days in order."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from taizhang.households.sealing import digest_of
from taizhang.households.services.common import stored as stored_one
from taizhang.households.services.refusals import BadFacts
from taizhang.kernel import identity, names
from taizhang.kernel.areas import Level, level_of
from taizhang.kernel.findings import Finding, Severity, Where
from taizhang.places.models import Place
from taizhang.policy.archive import fact
from taizhang.support.models import Helper
from taizhang.support.services.refusals import EndBeforeStart, HelperKnown, InFuture, NotAVillage

AT_ONCE = 5_000  # values in one question: SQLite takes no more than 32,766


def stored(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values (secrets as text) as the columns hold them."""
    return {name: stored_one(fact(name), value) for name, value in facts.items()}


def insist_on_told(facts: Mapping[str, Any], *names_: str) -> None:
    """Insist on what no row may lack.

    Raises   BadFacts with one finding a gap
    """
    gaps = [Finding("required", Where("", 0, name), f"“{fact(name).zh}”不能为空", Severity.ERROR) for name in names_ if not facts.get(name)]
    if gaps:
        raise BadFacts(gaps)


def number_facts(number: str | None, *, known: int | None = None) -> dict[str, Any]:
    """What stands beside a helper's number: digest, checksum, and the sex where the number tells it.

    Raises   HelperKnown when another helper (not `known`) bears it
    """
    if number is None:
        return {"id_digest": None, "id_checked": None}
    said, digest = identity.facts_of(number), digest_of(number)
    if Helper.objects.filter(id_digest=digest).exclude(pk=known).exists():
        raise HelperKnown("这个证件号码已经登记为帮扶责任人,请从名单中选择,不要重复登记")
    found: dict[str, Any] = {"id_digest": digest, "id_checked": said.checksum_ok}
    return found | ({"helper_sex": said.sex} if said.sex else {})


def spelled(name: str) -> dict[str, str]:
    """Pinyin and initials of a name."""
    return {"pinyin": names.pinyin_of(name)[:100], "initials": names.initials_of(name)[:20]}


def insist_on_order(from_on: date, to_on: date | None) -> None:
    """Insist that nothing ends before it begins.

    Raises   EndBeforeStart
    """
    if to_on is not None and to_on < from_on:
        raise EndBeforeStart(f"结束日期 {to_on} 早于开始日期 {from_on},请核对")


def insist_on_past(on: date, at: datetime) -> None:
    """Insist that a change holds by now.

    Raises   InFuture
    """
    if on > timezone.localdate(at):
        raise InFuture(f"{on} 还没有到,变动从当天起登记")


def insist_on_village(area: str) -> None:
    """Insist that an area is a village.

    Raises   NotAVillage
    """
    if level_of(area) is not Level.VILLAGE:
        raise NotAVillage("请选择到行政村")


def lock_area(area: str) -> None:
    """Of two who register at one area at one time the second waits, inside the open posting, and then sees what the first wrote.

    Cost     1 query
    """
    list(Place.objects.filter(code=area, to_on__isnull=True).order_by("pk").select_for_update().values_list("pk"))


def in_pieces(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values that are told, each once, so many at a time as one question takes."""
    told = sorted({value for value in values if value})
    for first in range(0, len(told), AT_ONCE):
        yield told[first : first + AT_ONCE]
