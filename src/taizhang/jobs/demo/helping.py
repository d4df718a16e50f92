"""Those who help in the demo: units of the county, helpers by village, a team in each village, pairings with some changes of helper."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import polars as pl
from django.utils import timezone

from taizhang.accounts.models import User
from taizhang.households.models import Household
from taizhang.households.sealing import digests_of
from taizhang.jobs.demo.cast import COUNTY, VILLAGE
from taizhang.jobs.demo.dice import Dice
from taizhang.jobs.demo.names import NEW_MEN, NEW_WOMEN, SURNAMES
from taizhang.jobs.demo.numbers import identity_number, phone
from taizhang.journal.bulk import take_ids, write_frame
from taizhang.journal.fields import sealer
from taizhang.journal.posting import AlreadyPosted, Cause, posting
from taizhang.kernel import names
from taizhang.places.tree import names_of
from taizhang.support.models import Helper, Pairing, SupportUnit, TeamMember, UnitVillage, VillageTeam
from taizhang.support.services import helping, units
from taizhang.support.services.pairing import RESPONSIBLE

HELPED = "demo.help"
BORN_IN = "990191"  # nobody on the demo's register was born there
FROM_ON, CHANGED_ON = date(2016, 3, 1), date(2018, 5, 1)
HOUSEHOLDS_EACH = 7
ALONE, CHANGED = 0.04, 0.15  # of the households: those without a helper, those whose helper changed
TEAM = ("is_first_secretary", "is_village_officer", "is_plain_member")  # what the first helpers of a village are in its team
UNITS = ("农业农村局", "水务局", "教育局", "卫生健康局", "交通运输局", "民政局", "自然资源局", "供销合作社联合社")
PHONE_PREFIX = 197  # another than the people's and the surveyors'


def put_helpers(*, by: User, seed: int) -> str:
    """Put units, helpers, teams and pairings beside the households of the demo county, one posting a township.

    Writes   8 units; a helper for 7 households, a team of three a village, a pairing for most households
    """
    households = pl.DataFrame(
        list(Household.objects.filter(area__startswith=COUNTY[:6]).order_by("area", "pk").values_list("pk", "area")),
        schema={"household_id": pl.Int64, "area": pl.String},
        orient="row",
    )
    if households.is_empty():
        return "没有户"
    _units(by)
    told = _with_helpers(households.with_columns(pl.col("area").str.head(12).alias("village")), seed)
    for township, lines in _by_township(told):
        cause = Cause(HELPED, reason="虚构数据,仅供演示")
        key = f"{HELPED}:{township}"
        with suppress(AlreadyPosted), posting(by=by, at=timezone.now(), cause=cause, area=township, idempotency_key=key):
            _write(township, lines, seed)
    _bind(by)
    return f"{Helper.objects.count()} 名帮扶责任人,{Pairing.objects.count()} 次结对"


def _with_helpers(households: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Each household with the number of its helper, and of the one before him where he changed."""
    place = pl.int_range(pl.len()).over("village")
    work = households.with_columns((place // HOUSEHOLDS_EACH).alias("turn"))
    work = work.with_columns(pl.struct("village", "turn").rank("dense").cast(pl.Int64).alias("helper_no"))
    dice = Dice(seed, "household_id")
    return work.with_columns(
        dice.chance("help/alone", ALONE).alias("alone"),
        (dice.chance("help/changed", CHANGED) & (pl.col("turn") > 0)).alias("changed"),
    )


def _by_township(told: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for (stem,), lines in told.group_by(pl.col("village").str.head(9).alias("township"), maintain_order=True):
        yield f"{stem}000", lines


def _units(by: User) -> None:
    cause = Cause(HELPED, reason="虚构数据,仅供演示")
    with suppress(AlreadyPosted), posting(by=by, at=timezone.now(), cause=cause, area=COUNTY, idempotency_key=f"{HELPED}:units"):
        ids = list(take_ids(SupportUnit, len(UNITS)))
        SupportUnit.objects.bulk_create(
            SupportUnit(
                pk=pk,
                unit_no=units.number_of(pk),
                area=COUNTY,
                unit_name=f"演示县{name}",
                initials=units.initials_of(f"演示县{name}"),
                unit_type="public_institution" if name == UNITS[-1] else "state_organ",
                unit_level="county",
            )
            for pk, name in zip(ids, UNITS, strict=True)
        )


def _write(township: str, lines: pl.DataFrame, seed: int) -> None:
    """The helpers, teams and pairings of one township."""
    people = _people(lines.select("helper_no", "village", "turn").unique(maintain_order=True), seed)
    _write_helpers(township, people)
    _write_teams(people)
    helper_of = people.select("helper_no", pl.col("id").alias("helper_id"))
    paired = lines.filter(~pl.col("alone")).join(helper_of, on="helper_no", how="left", maintain_order="left")
    was = paired.filter("changed").with_columns(pl.col("helper_no") - 1).drop("helper_id").join(helper_of, on="helper_no", how="inner")
    both = pl.concat(
        [
            was.select("household_id", "helper_id", pl.lit(FROM_ON).alias("from_on"), pl.lit(CHANGED_ON).alias("to_on")),
            paired.select(
                "household_id",
                "helper_id",
                pl.when("changed").then(pl.lit(CHANGED_ON)).otherwise(pl.lit(FROM_ON)).alias("from_on"),
                pl.lit(None, dtype=pl.Date).alias("to_on"),
            ),
        ]
    )
    fixed = {"pairing_role": pl.lit(RESPONSIBLE), "valid": pl.lit(True), "version": pl.lit(1), "came_from": pl.lit("")}
    write_frame(Pairing, both.with_columns(**fixed))


def _people(numbers: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Invented helpers: names, identity numbers and telephones that belong to nobody."""
    dice = Dice(seed, "helper_no")
    ids = list(take_ids(Helper, numbers.height))
    unit_ids = list(SupportUnit.objects.filter(area=COUNTY).order_by("pk").values_list("pk", flat=True))
    birth = pl.lit(date(1966, 1, 1)) + pl.duration(days=pl.col("helper_no") * 37 % 10_000)
    work = numbers.with_columns(
        pl.Series("id", ids, dtype=pl.Int64),
        dice.chance("helper/male", 0.55).alias("male"),
        birth.cast(pl.Date).alias("birth"),
        dice.pick("helper/surname", SURNAMES).alias("surname"),
        dice.pick("helper/political", {"ccp_member": 7, "masses": 3}).alias("helper_political"),
        dice.pick("helper/degree", {"bachelor": 6, "college": 3, "master": 1}).alias("helper_degree"),
        dice.pick("helper/post", {"科员": 6, "股长": 2, "副主任": 1, "主任": 1}).alias("helper_post"),
        pl.lit(pl.Series(unit_ids)).gather(dice.whole("helper/unit", 0, len(unit_ids) - 1)).alias("unit_id"),
        pl.lit(BORN_IN).alias("area6"),
        phone(pl.col("helper_no"), PHONE_PREFIX).alias("helper_phone"),
    )
    given = [dice.one(f"helper/given{at}", signs) for at, signs in enumerate((NEW_MEN, NEW_WOMEN))]
    second = [dice.one(f"helper/second{at}", signs) for at, signs in enumerate((NEW_MEN, NEW_WOMEN))]
    serial = pl.col("helper_no") // 10_000 * 2 + pl.when("male").then(1).otherwise(2)
    work = work.with_columns(
        (pl.col("surname") + pl.when("male").then(given[0] + second[0]).otherwise(given[1] + second[1])).alias("helper_name"),
        serial.alias("serial"),
    )
    return work.with_columns(identity_number("area6", "birth", "serial").alias("helper_id_no"))


def _write_helpers(township: str, people: pl.DataFrame) -> None:
    sealed = {name: pl.Series(name, sealer().seals(people[name], name), dtype=pl.Binary) for name in ("helper_id_no", "helper_phone")}
    write_frame(
        Helper,
        people.select(
            "id",
            "helper_name",
            "helper_political",
            "helper_degree",
            "helper_post",
            "unit_id",
            **sealed,
            helper_sex=pl.when("male").then(pl.lit("male")).otherwise(pl.lit("female")),
            helper_no=pl.Series([helping.number_of(pk) for pk in people["id"]]),
            area=pl.lit(township),
            pinyin=pl.Series(names.pinyin_column(people["helper_name"])),
            initials=pl.Series(names.initials_column(people["helper_name"])),
            id_digest=digests_of(people["helper_id_no"]),
            id_checked=pl.lit(True),
            version=pl.lit(1),
            came_from=pl.lit(""),
        ),
    )


def _write_teams(people: pl.DataFrame) -> None:
    """A team in each village, of its first helpers; the unit of the first one helps the village."""
    firsts = people.filter(pl.col("turn") == 0)
    ids = list(take_ids(VillageTeam, firsts.height))
    plain = {"from_on": pl.lit(FROM_ON), "version": pl.lit(1), "came_from": pl.lit("")}
    teams = firsts.select(pl.Series("id", ids, dtype=pl.Int64), pl.col("village").alias("area"), "unit_id")
    called = names_of(teams["area"].to_list(), FROM_ON)
    named = pl.Series("team_name", [f"驻{called.get(area, area)}工作队" for area in teams["area"]])
    write_frame(VillageTeam, teams.with_columns(named, **plain))
    write_frame(UnitVillage, teams.select("area", "unit_id").with_columns(**plain))
    members = people.filter(pl.col("turn") < len(TEAM)).join(
        teams.select(pl.col("id").alias("team_id"), pl.col("area").alias("village")), on="village", how="left", maintain_order="left"
    )
    roles = {name: pl.col("turn") == at for at, name in enumerate(TEAM)}
    write_frame(TeamMember, members.select("team_id", pl.col("id").alias("helper_id"), **roles, **plain))


def _bind(by: User) -> None:
    """The demo account of a helper belongs to the first helper of its village."""
    account = User.objects.filter(username="bangfu", helper__isnull=True).first()
    helper = Helper.objects.filter(pairing__household__area=VILLAGE, account__isnull=True).order_by("pk").first()
    if account is None or helper is None:
        return
    helping.bind_account(by=by, at=timezone.now(), cause=Cause(HELPED), helper=helper, version=helper.version, account=account)
