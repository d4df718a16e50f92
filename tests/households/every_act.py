"""Every operation on a household that may have a window, declared once: who does it, from where, where it is wrong, how it loses a race."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from taizhang.accounts.models import User
from taizhang.households.models import CorrectionOrder, Household, HouseholdMark, HouseholdPeriod, Membership, Period
from taizhang.households.services import closing, marking, moving, orders, splitting
from taizhang.households.services.confirming import confirm_archive
from taizhang.households.services.correcting import correct_household
from taizhang.households.services.enrolling import enroll_household
from taizhang.households.services.family import add_member, change_head, leave_member
from taizhang.households.services.refusals import (
    AlreadyOnRegister,
    LostRace,
    NotInHousehold,
    NotInState,
    OrderSettled,
    PeriodFrozen,
    Refused,
)
from tests.cast import NEXT_VILLAGE, VILLAGE
from tests.households.families import AT, GRANDCHILD_NO, archive_of, enroll, freeze, member, open_period
from tests.households.states import ON, WHY, decided, decision, in_state
from tests.journal.acts import pen

PAPERS = {"on": ON, "proof": "证明"}
ORDER = {"kind": "attribute", "new": {"hh_attr": "dibao"}, "proof": "证明", "area": VILLAGE}


class World:
    """Two households of one village in an open period, and the people who act on them."""

    def __init__(self, get: Callable[[str], Any]) -> None:
        self.who: Callable[[str], User] = get
        self.period: Period = open_period(get("cun"))
        self.household: Household = enroll(get("cun"), self.period)
        self.other: Household = enroll(get("cun"), self.period, members=[member("王五", "head")])
        self.order: CorrectionOrder | None = None

    def state(self, state: str) -> None:
        """The first household, put into a state."""
        self.household = in_state(self.who("xian"), self.household, self.period, state).household

    def alike(self, state: str) -> None:
        """Both households, put into a state."""
        self.state(state)
        self.other = in_state(self.who("xian"), self.other, self.period, state).household

    def archive(self) -> HouseholdPeriod:
        """Its archive."""
        found = archive_of(self.household, self.period)
        found.household = self.household
        return found

    def named(self, name: str, household: Household | None = None) -> Membership:
        """A member, in the household or not any more."""
        return Membership.objects.select_related("person", "household").get(household=household or self.household, person__name=name)

    def whole(self, by: User, stale: int) -> dict[str, Any]:
        """What every act on a whole household begins with."""
        told = {"household": self.household, "version": self.household.version + stale, "period": self.period}
        return {"by": by, "at": AT, "cause": WHY} | told

    def asked(self) -> CorrectionOrder:
        """An order that waits; asked for once."""
        self.order = self.order or orders.request_order(by=self.who("cun"), at=AT, cause=WHY, household=self.household, **ORDER)
        return self.order


Do = Callable[[World, User, int], Any]


@dataclass(frozen=True)
class Act:
    """`do` acts at the versions that stand, moved by a number; `row` is what it changes or makes. `ready` leads to where it may be done,
    `wrong` to where it may not, which is refused by `refuses`. `lost` is how a race is lost: by a stale version, or, where nothing is
    read before (`twice`), by doing it a second time. `window` is the operation whose window it has, where that is not its own name; "" none.
    """

    by: str
    do: Do
    row: Callable[[World], Model]
    wrong: Callable[[World], Any]
    refuses: type[Refused] = NotInState
    ready: Callable[[World], Any] = lambda w: None
    lost: type[Refused] = LostRace
    twice: bool = False
    window: str | None = None


def closed(w: World) -> None:
    """The household is closed."""
    w.state("closed")


def settled(w: World) -> None:
    """The order that was asked for has been refused."""
    orders.refuse_order(by=w.who("sheng"), at=AT, cause=WHY, order=w.asked(), version=w.asked().version)


def nobody_left(w: World) -> None:
    """Every member of the household has left."""
    with pen(w.who("cun")):
        Membership.objects.filter(household=w.household).update(open=False)


def gone(w: World) -> None:
    """The son has left already."""
    with pen(w.who("cun")):
        Membership.objects.filter(person__name="张小三").update(open=False)


def marked(w: World) -> None:
    """The mark stands."""
    marking.put_mark(by=w.who("xian"), at=AT, cause=WHY, household=w.household, kind="wrong_exit", **PAPERS)


def _step(operation: str, ready: str, wrong: str) -> Act:
    """A step of the machine that a decision takes."""

    def do(w: World, by: User, stale: int) -> Any:
        archive = w.archive()
        return decided(by, operation, archive, version=archive.version + stale)

    return Act("xian", do, World.archive, lambda w: w.state(wrong), ready=lambda w: w.state(ready))


def _correct(w: World, by: User, stale: int) -> Any:
    archive = w.archive()
    told = {"household_period": archive, "version": archive.version + stale, "facts": {"address": "九组1号"}}
    return correct_household(by=by, at=AT, cause=WHY, **told)


def _add(w: World, by: User, stale: int) -> Any:
    facts = member("张小小", "grandson", GRANDCHILD_NO)
    return add_member(by=by, at=AT, cause=WHY, household=w.household, period=w.period, facts=facts, reason="birth", **PAPERS)


def _leave(w: World, by: User, stale: int) -> Any:
    son = w.named("张小三")
    return leave_member(by=by, at=AT, cause=WHY, membership=son, period=w.period, version=son.version + stale, reason="death", **PAPERS)


def _head(w: World, by: User, stale: int) -> Any:
    family = {name: w.named(name) for name in ("张三", "李四", "张小三")}
    told = {"relations": {family["张三"].pk: "father", family["李四"].pk: "mother"}, "versions": _versions(family.values(), stale)}
    return change_head(by=by, at=AT, cause=WHY, household=w.household, period=w.period, new_head=family["张小三"], **told, **PAPERS)


def _split(w: World, by: User, stale: int) -> Any:
    son = w.named("张小三")
    told = {"leaving": [son], "new_head": son, "relations": {}, "versions": _versions([son], stale)}
    return splitting.split_household(by=by, at=AT, cause=WHY, household=w.household, period=w.period, **told, **PAPERS)


def _merge(w: World, by: User, stale: int) -> Any:
    comes = w.named("王五", w.other)
    told = {"relations": {comes.pk: "other"}, "versions": {}, "household_versions": {w.other.pk: w.other.version + stale}}
    return splitting.merge_households(by=by, at=AT, cause=WHY, first=w.household, second=w.other, period=w.period, **told, **PAPERS)


def _help(w: World, by: User, stale: int) -> Any:
    told = {"household": w.household, "version": w.household.version + stale, "help_state": "suspended", "on": ON}
    return marking.set_help(by=by, at=AT, cause=WHY, **told)


def _enroll(w: World, by: User, stale: int) -> Any:
    people = [member("赵六", "head", GRANDCHILD_NO)]
    return enroll_household(by=by, at=AT, cause=WHY, period=w.period, area=VILLAGE, group="", facts={}, members=people)


def _versions(members: Any, stale: int) -> dict[int, int]:
    return {m.pk: m.version + stale for m in members}


def _whole(act: Callable[..., Any], **told: Any) -> Do:
    return lambda w, by, stale: act(**w.whole(by, stale), **told)


def _confirm(w: World, by: User, stale: int) -> Any:
    archive = w.archive()
    return confirm_archive(by=by, at=AT, cause=WHY, household_period=archive, version=archive.version + stale)


def carried(w: World) -> None:
    """The archive was carried over and nobody has looked at it."""
    with pen(w.who("cun")):
        HouseholdPeriod.objects.filter(household=w.household).update(draft=True, version=2)


def lifted(w: World) -> None:
    """The mark stood, and does no more."""
    marked(w)
    _lift(w, w.who("xian"), 0)


def _lift(w: World, by: User, stale: int) -> Any:
    mark = HouseholdMark.objects.get()
    return marking.lift_mark(by=by, at=AT, cause=WHY, mark=mark, version=mark.version + stale, on=ON)


def _settle(act: Callable[..., Any]) -> Do:
    return lambda w, by, stale: act(by=by, at=AT, cause=WHY, order=w.asked(), version=w.asked().version + stale)


HOUSE: Callable[[World], Model] = lambda w: w.household  # noqa: E731
ACTS: dict[str, Act] = {
    "identify": _step("identify", "none", "poor"),
    "propose_exit": _step("propose_exit", "poor", "out_no_policy"),
    "reject_exit": _step("reject_exit", "pre_out", "poor"),
    "approve_exit": _step("approve_exit", "pre_out", "poor"),
    "end_policy": _step("end_policy", "out_with_policy", "pre_out"),
    "return": _step("return", "out_no_policy", "returned"),
    "undo_exit": _step("undo_exit", "out_with_policy", "poor"),
    "enroll": Act(
        "cun",
        _enroll,
        lambda w: Household.objects.latest("pk"),
        lambda w: setattr(w, "period", freeze(w.who("xian"), w.period)),
        PeriodFrozen,
        lost=AlreadyOnRegister,
        twice=True,
    ),
    "correct": Act("cun", _correct, World.archive, lambda w: setattr(w, "period", freeze(w.who("xian"), w.period)), PeriodFrozen),
    "add_member": Act("cun", _add, lambda w: Membership.objects.latest("pk"), closed, NotInHousehold, lost=AlreadyOnRegister, twice=True),
    "leave_member": Act("cun", _leave, lambda w: w.named("张小三"), gone, NotInHousehold),
    "change_head": Act("cun", _head, lambda w: w.named("张三"), closed),
    "split": Act("xian", _split, lambda w: w.named("张小三"), closed),
    "merge": Act("xian", _merge, lambda w: w.other, closed),
    "move": Act("xiang", _whole(moving.move_household, to_area=NEXT_VILLAGE, **PAPERS), HOUSE, closed),
    "vanish": Act("xian", _whole(closing.vanish_household, **PAPERS), HOUSE, closed, ready=nobody_left),
    "purge": Act("xian", _whole(closing.purge_household, decision=decision("purge")), HOUSE, closed),
    "delete_duplicate": Act(
        "sheng",
        lambda w, by, stale: closing.close_duplicate(**w.whole(by, stale), original=w.other, decision=decision("delete_duplicate")),
        HOUSE,
        closed,
    ),
    "reopen": Act("sheng", _whole(closing.reopen_household, **PAPERS), HOUSE, lambda w: w.state("poor"), ready=closed),
    "suspend": Act("xian", _help, HOUSE, closed),
    "mark": Act(
        "xian",
        lambda w, by, stale: marking.put_mark(by=by, at=AT, cause=WHY, household=w.household, kind="wrong_exit", **PAPERS),
        lambda w: HouseholdMark.objects.latest("pk"),
        marked,
        lost=NotInState,
        twice=True,
    ),
    "request_order": Act(
        "cun",
        lambda w, by, stale: orders.request_order(by=by, at=AT, cause=WHY, household=w.household, **ORDER),
        lambda w: CorrectionOrder.objects.latest("pk"),
        World.asked,
        OrderSettled,
        lost=OrderSettled,
        twice=True,
    ),
    "execute_order": Act("sheng", _settle(orders.execute_order), World.archive, settled, OrderSettled, ready=World.asked),
}
"""By operation of `policy.windows.WINDOWED`; those of villages and pairings are tested in their own rooms."""
FURTHER: dict[str, Act] = {
    "confirm": Act("cun", _confirm, World.archive, lambda w: None, ready=carried, window="correct"),
    "lift_mark": Act("xian", _lift, lambda w: HouseholdMark.objects.latest("pk"), lifted, ready=marked, window="mark"),
    "refuse_order": Act("sheng", _settle(orders.refuse_order), World.asked, settled, OrderSettled, ready=World.asked, window=""),
    "withdraw_order": Act("cun", _settle(orders.withdraw_order), World.asked, settled, OrderSettled, ready=World.asked, window=""),
}
"""What stands beside an operation, and has its window or none."""
