"""Who helps: units, helpers, village teams with their members, pairings of a household and a helper (domain/archives.md 1.7).

Everything here holds from a day (`from_on`) to the day on which it no longer does (`to_on`, NULL: it holds). A change ends the old row and
adds a new one: of a row that stood, who, with whom and from when are never altered.

That an area has one team at a time and one unit of a name is a guard of the services, not of the tables: villages that merge bring two.
"""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from taizhang.accounts.access import Scope, ScopedQuerySet, scope_of
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.columns import archive_base
from taizhang.households.models import Household
from taizhang.journal.fields import AreaCodeField
from taizhang.journal.models import Posted
from taizhang.policy.archive import HELPER_FACTS, PAIRING_FACTS, TEAM_FACTS, TEAM_MEMBER_FACTS, UNIT_FACTS

TYPED_OF_HELPER = tuple(f for f in HELPER_FACTS if not f.derived)

UnitColumns = archive_base("UnitColumns", UNIT_FACTS)
HelperColumns = archive_base("HelperColumns", TYPED_OF_HELPER)
TeamColumns = archive_base("TeamColumns", TEAM_FACTS)
TeamMemberColumns = archive_base("TeamMemberColumns", TEAM_MEMBER_FACTS)
PairingColumns = archive_base("PairingColumns", PAIRING_FACTS)


def holds_on(on: date) -> Q:
    """What holds on a day: from its first day on, and no longer on its last."""
    return Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gt=on))


class Standing(ScopedQuerySet):
    """Rows with a first and a last day."""

    def standing(self, on: date) -> Self:
        """Those that hold on a day."""
        return self.filter(holds_on(on))


class Reached(ScopedQuerySet):
    """Rows that are kept at one area and reach into others: seen by whoever keeps them and by whoever they reach."""

    def reaching(self, scope: Scope) -> Q:
        """The condition that a row reaches into a scope."""
        raise NotImplementedError

    def visible_to(self, user: User, permission: Permission = Permission.SUPPORT_VIEW) -> Self:
        """What a user keeps, and what reaches into his area."""
        scope = scope_of(user, permission)
        kept = scope.q(self.area_path)  # empty for the whole country: an empty condition added to another is dropped
        cut = kept | self.reaching(scope) if kept else kept
        return self.filter(cut | self.own_of(user, scope)) if scope.own and cut else self.filter(cut)

    def kept_by(self, user: User, permission: Permission = Permission.SUPPORT_KEEP) -> Self:
        """What a user may change: only what is kept inside his own area."""
        return self.filter(scope_of(user, permission).q(self.area_path))


class OfUnit(Reached):
    """Units are seen where they help a village."""

    def reaching(self, scope: Scope) -> Q:
        """Units that help a village of the scope, now or before."""
        return Q(pk__in=UnitVillage.objects.filter(scope.q()).values("unit"))


class OfHelper(Reached):
    """Helpers are seen where they help a household or serve in a team."""

    def reaching(self, scope: Scope) -> Q:
        """Helpers with a pairing or a team in the scope, now or before."""
        paired = Pairing.objects.filter(scope.q("household__area")).values("helper")
        serving = TeamMember.objects.filter(scope.q("team__area")).values("helper")
        return Q(pk__in=paired) | Q(pk__in=serving)


class OfHouseholdArea(Standing):
    """Rows whose area is that of their household, wherever it moves."""

    area_path = "household__area"


class OfTeamArea(Standing):
    """Rows whose area is that of their team."""

    area_path = "team__area"


class SupportUnit(UnitColumns, Posted):
    """An office that helps (帮扶单位), kept at the area whose office registered it."""

    unit_no = models.CharField("单位编号", max_length=20, unique=True)
    area = AreaCodeField("登记地区")
    initials = models.CharField("首字母", max_length=100, default="")
    ended_on = models.DateField("停用日期", null=True)

    objects: ClassVar[Any] = OfUnit.as_manager()

    class Meta:
        db_table = "support_unit"
        indexes = [models.Index(fields=["unit_name"], name="support_unit_name"), models.Index(fields=["area"], name="support_unit_area")]


class UnitVillage(Posted):
    """A unit helps a village from a day to a day (单位帮扶村)."""

    unit = models.ForeignKey(SupportUnit, on_delete=models.PROTECT, verbose_name="帮扶单位")
    area = AreaCodeField("帮扶村")
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", null=True)

    objects: ClassVar[Any] = Standing.as_manager()

    class Meta:
        db_table = "unit_village"
        constraints = [
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="unit_village_in_order"),
        ]
        indexes = [models.Index(fields=["area", "id"], name="unit_village_area")]


class Helper(HelperColumns, Posted):
    """Somebody who helps (帮扶责任人): paired with households, or a member of a village team, or both.

    `account` is the sign-in account through which he sees the households that are paired with him.
    """

    helper_no = models.CharField("帮扶责任人编号", max_length=20, unique=True)
    area = AreaCodeField("登记地区")
    unit = models.ForeignKey(SupportUnit, on_delete=models.PROTECT, null=True, verbose_name="所在单位")
    pinyin = models.CharField("拼音", max_length=100, default="")
    initials = models.CharField("首字母", max_length=20, default="")
    id_digest = models.CharField("证件摘要", max_length=32, null=True)
    id_checked = models.BooleanField("校验码正确", null=True)
    ended_on = models.DateField("不再帮扶日期", null=True)
    account = models.OneToOneField(User, on_delete=models.PROTECT, null=True, verbose_name="登录账号")

    objects: ClassVar[Any] = OfHelper.as_manager()

    class Meta:
        db_table = "helper"
        constraints = [models.UniqueConstraint(fields=["id_digest"], name="one_helper_per_number")]
        indexes = [
            models.Index(fields=["area", "id"], name="helper_area"),
            models.Index(fields=["helper_name"], name="helper_name"),
            models.Index(fields=["initials"], name="helper_initials"),
        ]


class VillageTeam(TeamColumns, Posted):
    """A team that lives and works in a village from a day to a day (驻村工作队)."""

    area = AreaCodeField("所驻村")
    unit = models.ForeignKey(SupportUnit, on_delete=models.PROTECT, null=True, verbose_name="派出单位")
    from_on = models.DateField("进驻日期")
    to_on = models.DateField("撤离日期", null=True)

    objects: ClassVar[Any] = Standing.as_manager()

    class Meta:
        db_table = "village_team"
        constraints = [models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="village_team_in_order")]
        indexes = [models.Index(fields=["area", "id"], name="village_team_area")]


class TeamMember(TeamMemberColumns, Posted):
    """A helper in a village team from a day to a day, with what he is there (第一书记、队长 …)."""

    team = models.ForeignKey(VillageTeam, on_delete=models.PROTECT, verbose_name="驻村工作队")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, verbose_name="队员姓名")
    from_on = models.DateField("到任日期")
    to_on = models.DateField("离任日期", null=True)

    objects: ClassVar[Any] = OfTeamArea.as_manager()

    class Meta:
        db_table = "team_member"
        constraints = [
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="team_member_in_order"),
            models.UniqueConstraint(fields=["helper"], condition=Q(to_on__isnull=True), name="one_team_at_a_time"),
            models.UniqueConstraint(fields=["team"], condition=Q(to_on__isnull=True, is_first_secretary=True), name="one_first_secretary"),
        ]


class Pairing(PairingColumns, Posted):
    """A household and a helper from a day to a day (结对). A pairing entered by mistake is withdrawn (`valid` 无效), never deleted.

    Its area is the household's, wherever that moves. A household has one helper in one capacity at a time (HL-04).
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, db_index=False, verbose_name="户")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, db_index=False, verbose_name="帮扶责任人")
    from_on = models.DateField("结对开始日期")
    to_on = models.DateField("结对结束日期", null=True)
    valid = models.BooleanField("有效", default=True)

    objects: ClassVar[Any] = OfHouseholdArea.as_manager()

    class Meta:
        db_table = "pairing"
        constraints = [
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="pairing_in_order"),
            models.UniqueConstraint(
                fields=["household", "pairing_role"], condition=Q(to_on__isnull=True, valid=True), name="one_helper_a_role"
            ),
        ]
        indexes = [
            models.Index(fields=["household"], name="pairing_household"),
            models.Index(fields=["helper"], name="pairing_helper"),
        ]
