"""One line is one person who joined a standing household (家庭成员自然增加花名册)."""

from collections.abc import Iterable

import polars as pl

from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households import writing
from taizhang.households.models import Membership, Period
from taizhang.intake.grains.member_act import MemberAct, family_facts, stands
from taizhang.intake.grains.member_finding import told
from taizhang.intake.grains.one_row import LINE_KEY, RECORDED, ROW_ID, Refusal

ELSEWHERE = "此人已在另一户在册,请先办理减少,或核对证件号码"
IS_HEAD = "一户只能有一名户主,更换户主请办理“户主变更”"
NAMESAKE = "本户已有同名的成员,请写明证件号码或人编号"
LIVES_HERE = "此人已经在这一户,增加的原因、日期和证明不能在表中改"


class MemberAdded(MemberAct):
    """A membership that began: a person new on the register, or one who is in no household now."""

    key = "member_added"
    facts = family_facts("add_reason", "add_on", "add_proof")
    day = "add_on"
    nobody = "按户编号或户主证件号码在本批的区划内找不到这一户,请核对"
    correct = Permission.MEMBER_ADD
    needs = (Permission.MEMBER_ADD,)
    operation = "add_member"
    says = {
        "new": "名册上还没有记的增加,接受后此人进入这一户。",
        "change": "",
        "conflict": "与名册有冲突的行,不会写入。请按说明处理后重新导入。",
    }

    def key_of(self) -> pl.Expr:
        """The person; a child without a number by its household and name."""
        child = pl.concat_str(pl.coalesce("key.household_no", "key.head_id_digest"), pl.lit("/"), "person.name")
        return pl.coalesce("person.id_digest", "key.person_no", child)

    def standing(self, lines: pl.DataFrame, period: Period) -> pl.DataFrame:
        """The memberships of those who joined on that day, or live in the household that the line names. Cost: 2 queries."""
        here = pl.when(pl.col("stands_in") == pl.col("household_id")).then(pl.col("membership_id"))
        return stands(_named(lines), pl.coalesce(RECORDED, here, pl.when(~pl.col("named_numbered")).then("by_name")), self.facts)

    def against(self, now: pl.DataFrame, by: User, area: str) -> Iterable[Refusal]:
        """Who lives in another household, and whoever would be a second head."""
        yield from super().against(now, by, area)
        if "membership.relation" in now.columns:
            yield (pl.col("membership.relation") == "head") & pl.col(ROW_ID).is_null(), pl.lit(IS_HEAD)
        yield pl.col(ROW_ID).is_null() & pl.col("membership_id").is_not_null(), pl.lit(ELSEWHERE)
        namesake = _named(now)["named_numbered"].fill_null(value=False)
        yield pl.col(ROW_ID).is_null() & pl.lit(namesake), pl.lit(NAMESAKE)
        changed = [pl.col(f"?membership.{f.name}") for f in self.facts if f"?membership.{f.name}" in now.columns]
        if changed:
            yield pl.any_horizontal(changed), pl.lit(LIVES_HERE)

    def add(self, fresh: pl.DataFrame, period: Period) -> None:
        """The people into their households, each with his archive of the period.

        Writes   1 person where new, 1 membership and 1 member_period a line
        """
        lines = fresh.drop(RECORDED).with_columns(pl.col("hh_area").alias("key.area"), pl.col("hh_group").alias("key.group"))
        writing.add_members(lines.drop(LINE_KEY, ROW_ID, "key.person_no"), period)


def _named(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with `by_name`, the membership of who bears the same name in the household, where a line gives no number; and
    `named_numbered`, whether he has one on the register.

    Cost     1 query
    """
    nameless = lines.filter(pl.col("person.id_digest").is_null() & pl.col("person_id").is_null() & pl.col("household_id").is_not_null())
    rows = Membership.objects.filter(
        household__in=nameless["household_id"].to_list(), open=True, person__name__in=told(nameless, "person.name")
    )
    schema = {"household_id": pl.Int64, "person.name": pl.String, "by_name": pl.Int64, "digest": pl.String}
    values = list(rows.order_by("pk").values_list("household_id", "person__name", "pk", "person__id_digest"))
    known = pl.DataFrame(values, schema=schema, orient="row").unique(["household_id", "person.name"], keep="first")
    known = known.with_columns(pl.col("digest").is_not_null().alias("named_numbered")).drop("digest")
    found = lines.join(known, on=["household_id", "person.name"], how="left", maintain_order="left")
    blank = pl.col("person.id_digest").is_null() & pl.col("person_id").is_null()
    return found.with_columns(pl.when(blank).then(pl.col(name)).alias(name) for name in ("by_name", "named_numbered"))


GRAIN = MemberAdded()
