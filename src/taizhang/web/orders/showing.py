"""An order to correct a locked field in words: what stands, what it is to be; numbers masked."""

from typing import Any

from taizhang.households.happenings import FACT_OF
from taizhang.households.models import CorrectionOrder
from taizhang.households.sealing import masked
from taizhang.policy.archive import fact
from taizhang.web.households.showing import label

COLOURS = {
    CorrectionOrder.REQUESTED: "orange",
    CorrectionOrder.EXECUTED: "green",
    CorrectionOrder.REFUSED: "red",
    CorrectionOrder.WITHDRAWN: "secondary",
}
IDENTITY = ("name", "id_type", "id_no")


def state_of(order: CorrectionOrder) -> dict[str, str]:
    """The state for ui.status."""
    return {"label": order.get_state_display(), "colour": COLOURS[order.state]}


def changes_of(order: CorrectionOrder) -> list[dict[str, Any]]:
    """What is to change: [{label, old, new}]."""
    if order.kind in FACT_OF:
        of = FACT_OF[order.kind]
        return [{"label": of.zh, "old": label(of.name, order.old_key), "new": label(of.name, order.new_key)}]
    told = [(fact(n), getattr(order, f"old_{n}"), getattr(order, f"new_{n}")) for n in IDENTITY if getattr(order, f"new_{n}") is not None]
    return [{"label": of.zh, "old": _word(of.name, old), "new": _word(of.name, new)} for of, old, new in told]


def in_one_line(order: CorrectionOrder) -> str:
    """What is to change, for a cell."""
    return "；".join(f"{one['label']}：{one['old'] or '未填'} → {one['new']}" for one in changes_of(order))


def _word(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name == "id_no":
        return masked(bytes(value), "id_no")
    return label("id_type", value) if name == "id_type" else str(value)
