"""Natural villages and village archives that follow a change of areas (区划变更), inside the posting that writes the event.

A natural village goes with its village, under its own suffix or the next free one; where its new village has one of its name, its old
village's name is added.

An archive of an open period follows. Where one village becomes one other (划转) it takes the new code. Where several become one (并村)
their counts are added up in one archive, a draft until somebody has looked at it (`policy.village_merging`); the other archives stay,
emptied of what was added up, under the old codes, so that the figures of the area above are the same before and after. What one of them
does not tell, or a village that has no archive of the period, cannot be added up: it stays until the village is surveyed anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Model

from taizhang.households.following import periods_that_follow
from taizhang.households.models import Period
from taizhang.households.services.common import DRAFT, frozen_at, set_row
from taizhang.journal.bulk import change_rows
from taizhang.kernel.areas import LENGTH
from taizhang.places.models import Place, PlaceChange
from taizhang.policy.archive import VILLAGE_FACTS
from taizhang.policy.village_merging import united as merged
from taizhang.villages.models import NaturalVillage, NaturalVillagePeriod, VillagePeriod

LONGEST_NAME = 50
ASIDE = "000"  # no group bears it
Row = tuple[Any, ...]  # id, version as read, new area, values


@dataclass(frozen=True, slots=True)
class Moves:
    """What an event says: village → village, 自然村/组 → 自然村/组 by their 15 digits."""

    villages: dict[str, str]
    groups: dict[str, str]
    on: date


def follow_villages(event: int) -> dict[str, int]:
    """Let what is known of villages follow an event.

    Writes   a new version of each row that moves
    Gives    rows by table
    Cost     some ten queries, and 2 for each archive of villages that become one
    """
    lines = PlaceChange.objects.filter(event=event, level__in=("village", "group")).exclude(old_code=F("new_code"))
    told = list(lines.values_list("level", "old_code", "new_code", "on"))
    if not told:
        return {}
    moves = Moves(*({old: new for level, old, new, _ in told if level == wanted} for wanted in ("village", "group")), told[0][3])
    periods = periods_that_follow(moves.on)
    moved = {NaturalVillage._meta.db_table: _natural_villages(moves)}
    moved[NaturalVillagePeriod._meta.db_table] = _natural_archives(moves, periods)
    moved[VillagePeriod._meta.db_table] = _archives(moves, periods)
    return moved


def _natural_villages(moves: Moves) -> int:
    """Every natural village of a village that moves, closed ones too: their suffixes are never used again."""
    going = list(NaturalVillage.objects.filter(area__in=moves.villages).order_by("area", "suffix"))
    there = NaturalVillage.objects.filter(area__in=set(moves.villages.values()) - moves.villages.keys())
    taken, names = set(there.values_list("area", "suffix")), set(there.filter(closed_on__isnull=True).values_list("area", "name"))
    called = dict(Place.objects.filter(code__in=moves.villages, level="village").values_list("code", "name"))
    rows = []
    for natural in going:
        area = moves.villages[natural.area]
        suffix = moves.groups.get(natural.code, natural.code)[LENGTH:]
        if (area, suffix) in taken:
            suffix = f"{max(int(s) for a, s in taken if a == area) + 1:03d}"
        name = natural.name
        if natural.closed_on is None and (area, name) in names:
            name = f"{name}({called.get(natural.area, natural.area)})"[:LONGEST_NAME]
        taken.add((area, suffix))
        names.add((area, name))
        rows.append((natural.pk, natural.version, area, suffix, name))
    return _change(NaturalVillage, ("area", "suffix", "name"), rows, {n.pk: n.area for n in going}, moves)


def _natural_archives(moves: Moves, periods: list[Period]) -> int:
    """The archives of natural villages in the periods that follow."""
    going = NaturalVillagePeriod.objects.filter(area__in=moves.villages, period__in=periods).select_related("period").order_by("pk")
    rows = [(a.pk, a.version, moves.villages[a.area]) for a in going if not frozen_at(a.period, a.area)]
    return change_rows(NaturalVillagePeriod, ("area",), rows) if rows else 0


def _change(model: type[Model], columns: Sequence[str], rows: list[Row], was: Mapping[int, str], moves: Moves) -> int:
    """Give rows their new codes. One whose new code another village is just leaving goes aside first, so that both never bear it at once.

    Writes   1 new version of each row, 2 of one that goes aside
    """
    crossing = [row for row in rows if row[2] in moves.villages]
    plain = [row for row in rows if row[2] not in moves.villages]
    if crossing:
        change_rows(model, ("area",), [(pk, version, f"{was[pk]}{ASIDE}") for pk, version, *_ in crossing])
    done = change_rows(model, columns, plain) if plain else 0
    if crossing:
        done += change_rows(model, columns, [(pk, version + 1, *values) for pk, version, *values in crossing])
    return done


def _archives(moves: Moves, periods: list[Period]) -> int:
    """The archives of villages in the periods that follow: moved where one village becomes one other, else added up."""
    into: dict[str, list[str]] = {}
    for old, new in moves.villages.items():
        into.setdefault(new, []).append(old)
    # a village that stood before, and does not leave, takes others in
    stood = Place.objects.filter(code__in=into.keys() - moves.villages.keys(), level="village", from_on__lt=moves.on)
    standing = set(stood.values_list("code", flat=True))
    found = VillagePeriod.objects.filter(area__in={*moves.villages, *into}, period__in=periods).select_related("period").order_by("area")
    free = {(a.area, a.period_id): a for a in found if not frozen_at(a.period, a.area)}
    moved, uniting = [], []
    for new, olds in into.items():
        members = sorted({*olds, new} if new in standing else olds)
        for period in periods:
            archives = [free[area, period.pk] for area in members if (area, period.pk) in free]
            if len(members) == 1:
                moved += archives
            elif len(archives) == len(members):
                uniting.append((archives, new))
    was = {archive.pk: archive.area for archive in moved}
    done = _change(VillagePeriod, ("area",), [(a.pk, a.version, moves.villages[a.area]) for a in moved], was, moves)
    return done + sum(_unite(archives, new, stands=new in standing) for archives, new in uniting)


def _unite(archives: list[VillagePeriod], new: str, *, stands: bool) -> int:
    """Several archives of a period become one under the new code, a draft; the others are left without what was added up.

    Cost     2 queries an archive
    """
    host = next((a for a in archives if a.area == new), archives[0])
    others = [a for a in archives if a is not host]
    if host.area != new and VillagePeriod.objects.filter(area=new, period=host.period_id).exists():
        return 0  # the archive of a village that leaves the code could not go
    facts = {a.pk: {f.name: _comparable(getattr(a, f.name)) for f in VILLAGE_FACTS} for a in archives}
    whole, gone = merged(facts[host.pk], [facts[a.pk] for a in others], stands=stands)
    set_row(host, host.version, {**whole, "area": new, DRAFT: True})
    changed = [(archive, left) for archive, left in zip(others, gone, strict=True) if left]
    for archive, left in changed:
        set_row(archive, archive.version, {**left, DRAFT: False})
    return 1 + len(changed)


def _comparable(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
