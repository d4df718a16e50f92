"""What a decision on a household or a village is (决定): the acts that change its state demand one. The procedure that leads to it is not
told here."""

from dataclasses import dataclass
from datetime import date

from taizhang.policy.states import OPERATIONS
from taizhang.policy.villages import VILLAGE_OPERATIONS

DECIDABLE = OPERATIONS | VILLAGE_OPERATIONS

DECIDED: tuple[str, ...] = (
    "identify",
    "propose_exit",
    "reject_exit",
    "approve_exit",
    "end_policy",
    "return",
    "undo_exit",
    "purge",
    "delete_duplicate",
    "include_village",
    "exit_village",
)
"""The operations that are done only on a decision."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision (决定): which operation it decides, its number, day, who made it, and the paper that holds it.

    `kind` is one of `DECIDED`; `document` names the paper (a file number, a scan, a case).
    """

    kind: str
    number: str
    decided_on: date
    decided_by: str
    document: str


def flaw_of(decision: Decision, operation: str, today: date) -> str:
    """What is wrong with a decision that is to carry an operation out, in Chinese; "" when nothing is."""
    if decision.kind != operation:
        said = DECIDABLE.get(decision.kind, decision.kind)
        return f"这份决定办的是“{said}”,不能据以办理“{DECIDABLE[operation]}”"
    missing = [
        zh
        for zh, text in (("决定文号", decision.number), ("决定机关", decision.decided_by), ("决定文件", decision.document))
        if not text.strip()
    ]
    if missing:
        return f"办理“{DECIDABLE[operation]}”须写明{'、'.join(missing)}"
    if decision.decided_on > today:
        return f"决定日期 {decision.decided_on.isoformat()} 晚于今天,请核对"
    return ""
