"""What rooms above this one know of households and a query may ask: who has a helper, who is under monitoring.

They stand above and may not be imported here, so they are looked up by name, as a worker looks up its ledger: a module named below that
is installed offers `ASKED`, a mapping from a short name to a `Beside`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from types import MappingProxyType

from django.db.models import Q
from django.utils.module_loading import import_string

MODULES = ("taizhang.support.asked",)
OFFERED = "ASKED"


@dataclass(frozen=True, slots=True)
class Beside:
    """Something a household has or has not. `holds` gives, for a day, the condition on an archive whose household has it; it is never
    unknown."""

    zh: str
    section: str
    holds: Callable[[date], Q]


@cache
def all_beside() -> Mapping[str, Beside]:
    """Everything that the rooms above offer, by name."""
    found: dict[str, Beside] = {}
    for module in MODULES:
        if _installed(module):
            found |= import_string(f"{module}.{OFFERED}")
    return MappingProxyType(found)


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
