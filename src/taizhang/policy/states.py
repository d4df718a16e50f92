"""The states of a household and the operations that lead from one to the next, as a table (domain/archives.md 3.1, 3.3)."""

from dataclasses import dataclass

from taizhang.policy.archive import FACT_TABLES
from taizhang.policy.code_lists import code_list

NONE = "none"
CLOSED = "closed"
LIVE: tuple[str, ...] = code_list("status").keys()
ON_REGISTER: tuple[str, ...] = (NONE, *LIVE)
STATES: tuple[str, ...] = (*ON_REGISTER, CLOSED)
"""`none`: nobody has decided on the household yet, whether it has been entered or not."""

LOCKED: tuple[str, ...] = tuple(fact.name for facts in FACT_TABLES.values() for fact in facts if fact.locked)
"""The facts that only the province corrects, by order (锁定字段)."""

NATURAL_ADD_REASONS: tuple[str, ...] = code_list("add_reason").keys()
OF_HOUSEHOLDS = frozenset({"split", "merged", "purged", "duplicate"})
NATURAL_DROP_REASONS: tuple[str, ...] = tuple(code.key for code in code_list("drop_reason").codes if code.key not in OF_HOUSEHOLDS)
"""What a natural decrease may give as its reason; a split, a merge, a purge and a duplicate are acts on a whole household."""


class UnknownState(Exception):
    """No household state, or no operation, has that name."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed step: what is done, from which state, to which."""

    operation: str
    before: str
    after: str


OPERATIONS: dict[str, str] = {
    "identify": "新识别",
    "propose_exit": "拟退出",
    "reject_exit": "退出不通过",
    "approve_exit": "脱贫退出",
    "end_policy": "政策期满",
    "return": "返贫",
    "undo_exit": "回退",
    "vanish": "整户自然销户",
    "purge": "清退",
    "merge": "合户",
    "delete_duplicate": "重复户删除",
    "reopen": "恢复",
}
CLOSING: dict[str, str] = {"vanish": "vanished", "purge": "purged", "merge": "merged", "delete_duplicate": "duplicate_of"}
"""The operations that close a household, with the `close_reason` they leave."""

TRANSITIONS: tuple[Transition, ...] = (
    Transition("identify", NONE, "poor"),
    Transition("propose_exit", "poor", "pre_out"),
    Transition("propose_exit", "returned", "pre_out"),
    Transition("reject_exit", "pre_out", "poor"),
    Transition("reject_exit", "pre_out", "returned"),
    Transition("approve_exit", "pre_out", "out_with_policy"),
    Transition("end_policy", "out_with_policy", "out_no_policy"),
    Transition("return", "out_with_policy", "returned"),
    Transition("return", "out_no_policy", "returned"),
    Transition("undo_exit", "out_with_policy", "poor"),
    Transition("undo_exit", "out_no_policy", "poor"),
    *(Transition(operation, state, CLOSED) for operation in CLOSING for state in ON_REGISTER),
    *(Transition("reopen", CLOSED, state) for state in ON_REGISTER),
)


def may(operation: str, state: str) -> bool:
    """True if the operation starts from that state.

    Raises   UnknownState
    """
    return bool(states_after(operation, state))


def states_after(operation: str, state: str) -> tuple[str, ...]:
    """Gives   where the operation leads from that state; () where it may not be done. More than one (a rejected exit, a reopening):
    the household goes back to what it was before.

    Raises   UnknownState
    """
    if operation not in OPERATIONS:
        raise UnknownState(f"no operation {operation!r}; there are: {', '.join(OPERATIONS)}")
    if state not in STATES:
        raise UnknownState(f"no household state {state!r}; there are: {', '.join(STATES)}")
    return tuple(step.after for step in TRANSITIONS if step.operation == operation and step.before == state)


def operations_from(state: str) -> tuple[str, ...]:
    """Gives   the operations that may start from that state, in the order of `OPERATIONS`.

    Raises   UnknownState
    """
    return tuple(operation for operation in OPERATIONS if may(operation, state))
