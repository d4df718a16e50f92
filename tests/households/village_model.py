"""A pure model of the register beside the register itself: what is done to one is done to the other."""

from datetime import date
from typing import Any

from hypothesis import event
from hypothesis import strategies as st

from taizhang.accounts.models import Grant
from taizhang.households.models import Household, Membership, Period
from taizhang.households.services.correcting import correct_household
from taizhang.households.services.enrolling import enroll_household
from taizhang.households.services.family import add_member, change_head, leave_member
from taizhang.households.services.moving import move_household
from taizhang.households.services.splitting import merge_households, split_household
from taizhang.kernel.identity import make_id
from tests.cast import COUNTY, NEXT_VILLAGE, VILLAGE
from tests.households.families import AT, CAUSE, archive_of, member
from tests.journal.acts import pen

VILLAGES = (VILLAGE, NEXT_VILLAGE)
ON = date(2018, 6, 1)
CAUSES = ("illness", "no_labour", "disaster")
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["enroll", "correct", "born", "leave", "back", "head", "move", "split", "merge"]),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=9,
)


class Village:
    """A pure model of the register: households by number, each with its area, its cause and its members' relations; who left stays known.

    Every act is done twice: to the model and, through the services, to the register.
    """

    def __init__(self, by: Any, period: Period) -> None:
        self.by, self.period = by, period
        self.households: dict[str, dict[str, Any]] = {}
        self.gone: list[tuple[str, str]] = []
        self.born = 0

    def told(self) -> dict[str, tuple[str, str, int, tuple[tuple[str, str], ...]]]:
        """What a list with its members must say: {number: (area, cause, members, ((name, relation), …))}."""
        return {
            number: (one["area"], one["cause"], len(one["members"]), tuple(sorted(one["members"].items())))
            for number, one in self.households.items()
        }

    def act(self, what: str, first: int, second: int) -> bool:
        """Do one act; False where the model has nobody to do it to."""
        done = getattr(self, f"_{what}")(first, second)
        event(what if done else f"no {what}")
        return done

    def _person(self) -> tuple[str, str]:
        self.born += 1
        return f"贾{'甲乙丙丁戊己庚辛壬癸'[self.born % 10]}{'一二三四五六七八九'[self.born // 10]}", make_id(
            "990101", date(1980, 1, 2), self.born
        )

    def _enroll(self, first: int, second: int) -> bool:
        area, cause = VILLAGES[first % 2], CAUSES[second % 3]
        people = [self._person() for _ in range(1 + second % 3)]
        told = [member(name, "head" if at == 0 else "son", number) for at, (name, number) in enumerate(people)]
        made = enroll_household(
            by=self.by, at=AT, cause=CAUSE, period=self.period, area=area, group="", facts={"household.main_cause": cause}, members=told
        )
        relations = {name: "head" if at == 0 else "son" for at, (name, _) in enumerate(people)}
        self.households[made.household_no] = {"area": area, "cause": cause, "members": relations, "numbers": dict(people)}
        return True

    def _chosen(self, at: int) -> tuple[dict[str, Any], Household] | None:
        if not self.households:
            return None
        number = sorted(self.households)[at % len(self.households)]
        return self.households[number], Household.objects.get(household_no=number)

    def _correct(self, first: int, second: int) -> bool:
        if (found := self._chosen(first)) is None or found[0]["cause"] == CAUSES[second % 3]:
            return False
        found[0]["cause"] = CAUSES[second % 3]
        archive = archive_of(found[1], self.period)
        facts = {"main_cause": CAUSES[second % 3]}
        correct_household(by=self.by, at=AT, cause=CAUSE, household_period=archive, version=archive.version, facts=facts)
        return True

    def _born(self, first: int, second: int) -> bool:
        if (found := self._chosen(first)) is None:
            return False
        self._join(found, *self._person())
        return True

    def _back(self, first: int, second: int) -> bool:
        """Who left a household joins another one, perhaps in another village."""
        if not self.gone or (found := self._chosen(first)) is None:
            return False
        self._join(found, *self.gone.pop(second % len(self.gone)))
        return True

    def _join(self, found: tuple[dict[str, Any], Household], name: str, number: str) -> None:
        found[0]["members"][name], found[0]["numbers"][name] = "grandson", number
        facts = member(name, "grandson", number)
        add_member(
            by=self.by,
            at=AT,
            cause=CAUSE,
            household=found[1],
            period=self.period,
            facts=facts,
            reason="marriage_in",
            on=ON,
            proof="户口簿",
        )

    def _leave(self, first: int, second: int) -> bool:
        if (found := self._chosen(first)) is None:
            return False
        others = sorted(name for name, relation in found[0]["members"].items() if relation != "head")
        if not others:
            return False
        name = others[second % len(others)]
        one = Membership.objects.get(household=found[1], person__name=name, open=True)
        leave_member(
            by=self.by,
            at=AT,
            cause=CAUSE,
            membership=one,
            period=self.period,
            version=one.version,
            reason="moved_out",
            on=ON,
            proof="户口簿",
        )
        del found[0]["members"][name]
        self.gone.append((name, found[0]["numbers"].pop(name)))
        return True

    def _head(self, first: int, second: int) -> bool:
        if (found := self._chosen(first)) is None:
            return False
        members = {m.person.name: m for m in Membership.objects.filter(household=found[1], open=True).select_related("person")}
        others = sorted(name for name, relation in found[0]["members"].items() if relation != "head")
        if not others:
            return False
        new = others[second % len(others)]
        stated = {
            name: "head" if name == new else "spouse" if relation == "head" else relation for name, relation in found[0]["members"].items()
        }
        change_head(
            by=self.by,
            at=AT,
            cause=CAUSE,
            household=found[1],
            period=self.period,
            new_head=members[new],
            relations={members[name].pk: relation for name, relation in stated.items()},
            versions={one.pk: one.version for one in members.values()},
            on=ON,
            proof="户口簿",
        )
        found[0]["members"] = stated
        return True

    def _move(self, first: int, second: int) -> bool:
        """The whole household to the other village."""
        if (found := self._chosen(first)) is None:
            return False
        found[0]["area"] = VILLAGES[1 - VILLAGES.index(found[0]["area"])]
        move_household(
            by=self.by,
            at=AT,
            cause=CAUSE,
            household=found[1],
            version=found[1].version,
            period=self.period,
            to_area=found[0]["area"],
            on=ON,
            proof="迁移证",
        )
        return True

    def _split(self, first: int, second: int) -> bool:
        """One who is not the head goes and is a household of his own, with the cause of the old one."""
        if (found := self._chosen(first)) is None:
            return False
        others = sorted(name for name, relation in found[0]["members"].items() if relation != "head")
        if not others:
            return False
        name = others[second % len(others)]
        one = Membership.objects.get(household=found[1], person__name=name, open=True)
        new = split_household(
            by=self.by,
            at=AT,
            cause=CAUSE,
            household=found[1],
            period=self.period,
            leaving=[one],
            new_head=one,
            relations={one.pk: "head"},
            versions={one.pk: one.version},
            on=ON,
            proof="分户申请",
        )
        del found[0]["members"][name]
        numbers = {name: found[0]["numbers"].pop(name)}
        self.households[new.household_no] = {**found[0], "members": {name: "head"}, "numbers": numbers}
        return True

    def _merge(self, first: int, second: int) -> bool:
        """The younger of two households of one village goes into the older one."""
        if (found := self._chosen(first)) is None:
            return False
        beside = sorted(n for n, h in self.households.items() if h is not found[0] and h["area"] == found[0]["area"])
        if not beside:
            return False
        pair = [found[1], Household.objects.get(household_no=beside[second % len(beside)])]
        older, younger = sorted(pair, key=lambda h: h.pk)
        coming = list(Membership.objects.filter(household=younger, open=True))
        merge_households(
            by=self.by,
            at=AT,
            cause=CAUSE,
            first=older,
            second=younger,
            period=self.period,
            relations={one.pk: "other" for one in coming},
            versions={one.pk: one.version for one in coming},
            household_versions={one.pk: one.version for one in pair},
            on=ON,
            proof="合户申请",
        )
        gone, kept = self.households.pop(younger.household_no), self.households[older.household_no]
        kept["members"] |= dict.fromkeys(gone["members"], "other")
        kept["numbers"] |= gone["numbers"]
        return True


def sheng_and_villages(sheng: Any) -> Any:
    """The province, which here may also do what villages and counties do."""
    for area in VILLAGES:
        with pen(sheng):
            Grant.objects.create(user=sheng, role="village_team", area=area, level="village", from_on=date(2020, 1, 1))
    with pen(sheng):
        Grant.objects.create(user=sheng, role="county", area=COUNTY, level="county", from_on=date(2020, 1, 1))
    return sheng
