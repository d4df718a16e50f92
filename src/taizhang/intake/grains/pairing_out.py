"""Pairings on their way out: one line each, secrets as they may be shown, places by their names of the order's day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from taizhang.households.models import Membership
from taizhang.households.sealing import masked, opened, purpose_of
from taizhang.intake.exporting.rows import PLACES
from taizhang.intake.grains.frames import day_of
from taizhang.intake.models import Export
from taizhang.kernel import areas
from taizhang.kernel.ledgers import Ledger
from taizhang.places.tree import names_of
from taizhang.support.models import TYPED_OF_HELPER, Pairing, TeamMember

PIECE = 1_000  # rows in one piece of an export


def pieces(pks: list[int], ledger: Ledger, export: Export) -> Iterator[pl.DataFrame]:
    """The pairings with these numbers, in their order.

    Cost     4 queries for 1,000 of them
    """
    on, show = day_of(export), opened if export.unmasked else masked
    for first in range(0, len(pks), PIECE):
        rows = Pairing.objects.filter(pk__in=pks[first : first + PIECE]).select_related("household", "helper__unit")
        found = {row.pk: row for row in rows}
        piece = [found[pk] for pk in pks[first : first + PIECE]]
        heads = Membership.objects.filter(household__in={p.household_id for p in piece}, open=True, relation="head")
        head_of = {m.household_id: m.person for m in heads.select_related("person")}
        members = TeamMember.objects.standing(on).filter(helper__in={p.helper_id for p in piece})
        serving = set(members.values_list("helper", flat=True))
        yield _named([_line(p, head_of.get(p.household_id), show, p.helper_id in serving) for p in piece], ledger, on)


def _line(pairing: Pairing, head: Any, show: Any, serves: bool) -> dict[str, Any]:
    """One pairing as a line; secrets as they may be shown."""
    household, helper = pairing.household, pairing.helper
    line: dict[str, Any] = {
        "key.area": household.area[:12],
        "key.group": household.group_name or None,
        "key.household_no": household.household_no,
        "key.head_name": head.name if head else None,
        "key.head_id_no": show(bytes(head.id_no), "id_no") if head and head.id_no else None,
        "key.helper_no": helper.helper_no,
        "pairing.pairing_role": pairing.pairing_role,
        "pairing.from_on": pairing.from_on,
        "pairing.to_on": pairing.to_on,
        "unit.unit_name": helper.unit.unit_name if helper.unit else None,
        "helper.is_resident": serves,
    }
    for fact in TYPED_OF_HELPER:
        value = getattr(helper, fact.name)
        line[f"helper.{fact.name}"] = show(bytes(value), purpose_of(fact.name)) if fact.kind.secret and value is not None else value
    return line


def _named(lines: list[dict[str, Any]], ledger: Ledger, on: date) -> pl.DataFrame:
    """Lines with the names of their places, every column of the sheet there."""
    levels = {field: level for field, level in PLACES.items() if field in ledger.fields}
    codes = {field: [areas.prefix(line["key.area"], level).ljust(areas.LENGTH, "0") for line in lines] for field, level in levels.items()}
    names = names_of({code for several in codes.values() for code in several}, on)
    for field, several in codes.items():
        for line, code in zip(lines, several, strict=True):
            line[field] = names.get(code)
    return pl.DataFrame([pl.Series(c.field, [line.get(c.field) for line in lines], dtype=c.kind.dtype) for c in ledger.columns])
