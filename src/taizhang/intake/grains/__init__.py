"""The grain of a ledger: what one line of it is about. Whatever the grain, a sheet is read, matched, checked, proposed, accepted, compared
three ways and given out by the same steps; the grain says how lines are keyed, which rows stand, and how accepted lines are written.

A grain is declared once in `GRAINS` and named by `Ledger.line`. It is loaded when it is first asked for: grains lean on the very steps
that ask for them.
"""

from functools import cache

from django.utils.module_loading import import_string

from taizhang.intake.grains.base import Grain, Home, Once, Outgoing
from taizhang.intake.models import Batch
from taizhang.kernel.ledgers import Ledger

__all__ = ["GRAINS", "Grain", "Home", "NoSuchGrain", "Once", "Outgoing", "grain_named", "grain_of", "grain_of_batch"]

GRAINS = {
    "pairing": "taizhang.intake.grains.pairing.GRAIN",
    "household_member": "taizhang.intake.grains.household_member.GRAIN",
    "household_list": "taizhang.intake.grains.household_list.GRAIN",
    "village": "taizhang.intake.grains.village.GRAIN",
    "natural_village": "taizhang.intake.grains.natural_village.GRAIN",
    "member_added": "taizhang.intake.grains.member_added.GRAIN",
    "member_left": "taizhang.intake.grains.member_left.GRAIN",
    "correction_order": "taizhang.intake.grains.correction_order.GRAIN",
    "work_spell": "taizhang.intake.grains.work_spell.GRAIN",
    "work_plan": "taizhang.intake.grains.work_plan.GRAIN",
}
KEPT = "grain"  # in the batch's counts: the grain that its lines were staged by


class NoSuchGrain(Exception):
    """A ledger names a grain that is not declared: our own mistake."""


@cache
def grain_named(key: str) -> Grain:
    """The grain of a key.

    Raises   NoSuchGrain
    """
    if key not in GRAINS:
        raise NoSuchGrain(key)
    found: Grain = import_string(GRAINS[key])
    return found


def grain_of(ledger: Ledger) -> Grain:
    """The grain of a ledger.

    Raises   NoSuchGrain
    """
    return grain_named(ledger.line)


def grain_of_batch(batch: Batch) -> Grain:
    """The grain that a batch was staged by: this room knows no ledger by its key."""
    return grain_named(batch.counts.get(KEPT, "household_member"))
