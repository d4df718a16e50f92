"""What becomes of the typed archives of villages that become one (并村). Pure.

What a village counts is added up; what is unknown of one of them cannot be, and stays where it was told, so that the figures of the area
above are the same before and after. What is an average, or says what the village is, is not added up.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from taizhang.policy.archive import VILLAGE_FACTS

_NUMBERS = frozenset({"whole", "mu", "km", "square_metres", "yuan", "decimal"})
AVERAGES = ("v_net_pc_yuan", "v_disposable_pc_yuan", "v_tourism_hh_yuan")
_PLACE = ("v_lng", "v_lat", "v_alt_m", "v_township_roadless_km")
ADDED: tuple[str, ...] = tuple(f.name for f in VILLAGE_FACTS if f.kind.name in _NUMBERS and f.name not in (*AVERAGES, *_PLACE))
"""The facts that count something: two villages have as many as both together."""
OWN: tuple[str, ...] = tuple(f.name for f in VILLAGE_FACTS if f.name not in (*ADDED, *AVERAGES))
"""The facts that say what a village is and where."""


def united(host: Mapping[str, Any], others: Sequence[Mapping[str, Any]], *, stands: bool) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What changes in the archive that goes on, and in each of those that are taken into it.

    `stands`: the host is the archive of a village that stood before and takes the others in: what it is, it remains. Of a village that is
    new only that is known in which all of them agree.

    Blank    a count that one of them does not tell is not moved; an average, and what they differ in, is surveyed anew
    """
    whole: dict[str, Any] = {}
    gone: list[dict[str, Any]] = [{} for _ in others]
    for name in ADDED:
        told = [facts.get(name) for facts in (host, *others)]
        if any(value is None for value in told):
            continue
        whole[name] = sum(told)
        for left in gone:
            left[name] = None
    for name in AVERAGES if stands else (*AVERAGES, *OWN):
        if host.get(name) is not None and any(facts.get(name) != host.get(name) for facts in others):
            whole[name] = None
    return whole, gone
