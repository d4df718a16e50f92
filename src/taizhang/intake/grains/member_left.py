"""One line is one person who left his household (家庭成员自然减少花名册)."""

from collections.abc import Iterable

import polars as pl

from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households import writing
from taizhang.households.models import Membership, Period
from taizhang.households.services.refusals import LostRace
from taizhang.intake.grains.member_act import MemberAct, family_facts, stands
from taizhang.intake.grains.one_row import CAME_FROM, RECORDED, ROW_ID, ROW_VERSION, Refusal
from taizhang.policy.states import NATURAL_DROP_REASONS

TWO_PEOPLE = "人编号与证件号码指的不是同一个人,请核对"
OTHER_HOUSE = "此人不在表中写的这一户,请核对"
GONE = "此人已经办理减少,原因、日期和证明不能在表中改"
HEAD_LEAVES = "户主减少须在户的页面办理,同时确定新户主"
NOT_NATURAL = "清退不是自然减少,须凭决定办理"
TOO_EARLY = "减少日期早于此人的增加日期,请核对"
STATES = {"death": "dead", "moved_out": "moved_out"}


class MemberLeft(MemberAct):
    """A membership that ended."""

    key = "member_left"
    facts = family_facts("drop_reason", "drop_on", "drop_proof")
    day = "drop_on"
    nobody = "在本批的区划内的名册上没有这个人,请核对证件号码或人编号"
    correct = Permission.MEMBER_LEAVE
    needs = (Permission.MEMBER_LEAVE,)
    operation = "leave_member"
    says = {
        "new": "",
        "change": "接受后此人离开这一户;人和档案都留在册上。",
        "conflict": "与名册有冲突的行,不会写入。请按说明处理后重新导入。",
    }

    def key_of(self) -> pl.Expr:
        """The person."""
        return pl.coalesce("person.id_digest", "key.person_no")

    def standing(self, lines: pl.DataFrame, period: Period) -> pl.DataFrame:
        """The membership that ended on that day, else the open one of the person, else the one that ended last. Cost: 2 queries."""
        gone = Membership.objects.filter(person__in=lines["person_id"].drop_nulls().to_list(), open=False).order_by("pk")
        ended = pl.DataFrame(list(gone.values_list("person_id", "pk")), schema={"person_id": pl.Int64, "ended": pl.Int64}, orient="row")
        found = lines.join(ended.unique("person_id", keep="last"), on="person_id", how="left", maintain_order="left")
        return stands(found, pl.coalesce(RECORDED, "membership_id", "ended"), self.facts)

    def against(self, now: pl.DataFrame, by: User, area: str) -> Iterable[Refusal]:
        """Who is not there to leave, heads, and days that cannot be."""
        yield from super().against(now, by, area)
        both = pl.col("own_no").is_not_null() & pl.col("person.id_digest").is_not_null()
        yield both & pl.col("own_no").ne_missing(pl.col("own_digest")), pl.lit(TWO_PEOPLE)
        changed = [pl.col(f"?membership.{f.name}") for f in self.facts if f"?membership.{f.name}" in now.columns]
        if changed:
            gone = pl.col("membership_id").is_null() | pl.col(RECORDED).is_not_null()
            yield gone & pl.any_horizontal(changed), pl.lit(GONE)
        leaves = pl.col("membership_id").is_not_null() & pl.col(RECORDED).is_null()
        yield leaves & (pl.col("stands_in") != pl.col("household_id")), pl.lit(OTHER_HOUSE)
        yield leaves & (pl.col("relation") == "head") & (pl.col("hh_members") > 1), pl.lit(HEAD_LEAVES)
        if "membership.drop_reason" in now.columns:
            yield ~pl.col("membership.drop_reason").is_in(list(NATURAL_DROP_REASONS)), pl.lit(NOT_NATURAL)
        if "membership.drop_on" in now.columns:
            yield leaves & (pl.col("membership.drop_on") < pl.col("joined_on")), pl.lit(TOO_EARLY)

    def unknown(self) -> pl.Expr:
        """Nobody with that number, or nobody who ever lived in a household."""
        return pl.col(ROW_ID).is_null()

    def add(self, fresh: pl.DataFrame, period: Period) -> None:
        """Nobody is new on this sheet: every such line is refused."""

    def change(self, changed: pl.DataFrame) -> None:
        """The memberships end.

        Writes   1 new version of each membership
        Raises   LostRace
        """
        state = pl.col("membership.drop_reason").replace_strict(STATES, default="reduced", return_dtype=pl.String)
        told = [pl.col(f"membership.{f.name}").alias(f.name) for f in self.facts if f"membership.{f.name}" in changed.columns]
        values = [pl.lit(value=False).alias("open"), state.alias("state"), *told]
        rows = changed.select(pl.col(ROW_ID).alias("id"), pl.col(ROW_VERSION).alias("version"), *values, CAME_FROM)
        if writing.change(Membership, rows, [name for name in rows.columns if name not in ("id", "version", CAME_FROM)]) != rows.height:
            raise LostRace

    def _unchangeable(self, differs: list[str], by: User, area: str) -> Iterable[Refusal]:
        """What an act changes is the act itself."""
        return ()


GRAIN = MemberLeft()
