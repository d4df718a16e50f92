"""Households and persons: identities, the family over time, and what was surveyed of each in each period.

`Household` and `Person` are identities. `Membership` is the family over time. `HouseholdPeriod` and `MemberPeriod` are the
archives of one period (贫困户信息采集表), `IncomeWorksheet` and `WorkSpell` stand beside them; their columns are the facts of
`policy.archive`. Source: domain/archives.md 1.0-1.5.
"""

from django.db import models
from django.db.models import F, Q

from taizhang.accounts.access import ScopedQuerySet
from taizhang.households.columns import archive_base, column_of
from taizhang.households.finding.models import Gram, ReadUpTo, VillageCount
from taizhang.households.happenings import CorrectionOrder, HouseholdEvent, HouseholdMark, OperationWindow
from taizhang.households.kept import ListColumns, SavedQuery
from taizhang.households.measures import Measure
from taizhang.journal.fields import AreaCodeField, SecretField
from taizhang.journal.models import Posted
from taizhang.policy.archive import (
    HOUSEHOLD_FACTS,
    MEMBER_FACTS,
    MEMBERSHIP_FACTS,
    PERSON_FACTS,
    WORK_SPELL_FACTS,
    WORKSHEET_FACTS,
)
from taizhang.policy.code_lists import code_list

HELP_STATES = [(code.key, code.zh) for code in code_list("help_state").codes]
IDENTITY_FACTS = tuple(f for f in PERSON_FACTS if not f.kind.secret)
FAMILY_FACTS = MEMBERSHIP_FACTS

HouseholdColumns = archive_base("HouseholdColumns", HOUSEHOLD_FACTS)
MemberColumns = archive_base("MemberColumns", MEMBER_FACTS)
PersonColumns = archive_base("PersonColumns", IDENTITY_FACTS)
MembershipColumns = archive_base("MembershipColumns", FAMILY_FACTS)
WorksheetColumns = archive_base("WorksheetColumns", WORKSHEET_FACTS)
WorkSpellColumns = archive_base("WorkSpellColumns", WORK_SPELL_FACTS)


class Period(Posted):
    """A period of the archive (期次): stocks are as of `reference_on` (标准时点), flows cover the income window."""

    OPEN, FROZEN = "open", "frozen"
    KINDS = (("annual", "年度"), ("monthly", "月度"), ("ad_hoc", "专项"))
    STATES = ((OPEN, "开放"), (FROZEN, "冻结"))

    key = models.CharField("期次", max_length=6, unique=True)
    title = models.CharField("名称", max_length=50)
    kind = models.CharField("类型", max_length=10, choices=KINDS)
    reference_on = models.DateField("标准时点")
    income_from = models.DateField("收入起")
    income_to = models.DateField("收入止")
    state = models.CharField("状态", max_length=10, choices=STATES, default=OPEN)

    class Meta:
        db_table = "period"
        constraints = [models.CheckConstraint(condition=Q(income_from__lt=F("income_to")), name="period_window_in_order")]


class PeriodFreeze(Posted):
    """A part of a period that is frozen by itself (分区冻结): an area and everything below it, until it is lifted."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, db_index=False)
    area = AreaCodeField("区划")
    lifted = models.BooleanField("已解冻", default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "period_freeze"
        constraints = [models.UniqueConstraint(fields=["period", "area"], condition=Q(lifted=False), name="one_freeze_of_a_part")]


class Household(Posted):
    """A household's identity (户): its number stays through every period and is never used again."""

    household_no = models.CharField("户编号", max_length=20, unique=True)
    area = AreaCodeField("所在村")
    group_name = models.CharField("村民小组", max_length=50, default="", blank=True)
    closed = models.CharField("销户原因", max_length=20, default="", blank=True)
    closed_on = models.DateField("销户日期", null=True)
    help_state = models.CharField("帮扶状态", max_length=20, default="", blank=True, choices=HELP_STATES)
    help_changed_on = models.DateField("帮扶状态变动日期", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "household"
        indexes = [models.Index(fields=["area", "id"], name="household_area")]


class Person(PersonColumns, Posted):
    """A person's identity (人). The number is sealed; what must be known of it stands beside it."""

    person_no = models.CharField("人编号", max_length=20, unique=True)
    area = AreaCodeField("所在村")
    pinyin = models.CharField("拼音", max_length=100, default="")
    initials = models.CharField("首字母", max_length=20, default="")
    id_no = SecretField("证件号码")
    id_digest = models.CharField("证件摘要", max_length=32, null=True)
    id_length = models.PositiveSmallIntegerField("证件位数", null=True)
    id_checked = models.BooleanField("校验码正确", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "person"
        constraints = [models.UniqueConstraint(fields=["id_digest"], name="one_person_per_number")]
        indexes = [
            models.Index(fields=["area", "id"], name="person_area"),
            models.Index(fields=["name"], name="person_name"),
            models.Index(fields=["initials"], name="person_initials"),
        ]


class Membership(MembershipColumns, Posted):
    """A person in a household from a day to a day (家庭成员)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, db_index=False)
    area = AreaCodeField("所在村")
    open = models.BooleanField("在户", default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "membership"
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(open=True), name="one_household_at_a_time"),
            models.UniqueConstraint(fields=["household"], condition=Q(open=True, relation="head"), name="one_head_per_household"),
        ]
        indexes = [
            models.Index(fields=["household"], name="membership_household"),
            models.Index(fields=["person"], name="membership_person"),
        ]


class HouseholdPeriod(HouseholdColumns, Posted):
    """What was surveyed of one household in one period (贫困户信息采集表).

    `draft` says that it was carried over from an older period and nobody has surveyed it since; `valid` is False once the household is
    closed (有效标志 AAR100).
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, db_index=False)
    area = AreaCodeField("所在村")
    head_name = models.CharField("户主姓名", max_length=50, default="")
    head_initials = models.CharField("户主首字母", max_length=20, default="")
    draft = models.BooleanField("结转未核", default=False)
    valid = models.BooleanField("有效", default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "household_period"
        constraints = [models.UniqueConstraint(fields=["household", "period"], name="one_archive_per_period")]
        indexes = [
            models.Index(fields=["period", "area", "id"], name="household_period_area"),
            models.Index(fields=["period", "head_name"], name="household_period_head"),
        ]


class MemberPeriod(MemberColumns, Posted):
    """What was surveyed of one member in one period; `draft` as of the household's."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, db_index=False)
    area = AreaCodeField("所在村")
    draft = models.BooleanField("结转未核", default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "member_period"
        constraints = [models.UniqueConstraint(fields=["person", "period"], name="one_member_archive_per_period")]
        indexes = [models.Index(fields=["period", "area", "id"], name="member_period_area")]


class Identification(Posted):
    """How a household came on the register in a period (新识别、返贫): its kind and the days of the procedure's steps."""

    NEW, RETURNED = "new", "returned"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, db_index=False)
    area = AreaCodeField("所在村")
    kind = models.CharField("类别", max_length=10, choices=((NEW, "新识别"), (RETURNED, "返贫")))
    branch_meeting_on = models.DateField("支部提议日期", null=True)
    committees_meeting_on = models.DateField("两委商议日期", null=True)
    party_meeting_on = models.DateField("党员大会审议日期", null=True)
    delegates_meeting_on = models.DateField("村民代表决议日期", null=True)
    notice_from = models.DateField("公示开始日期", null=True)
    notice_to = models.DateField("公示结束日期", null=True)
    township_on = models.DateField("乡镇审核日期", null=True)
    county_on = models.DateField("县级审批日期", null=True)
    announced_on = models.DateField("公告日期", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "identification"
        constraints = [models.UniqueConstraint(fields=["household", "period"], name="one_identification_a_period")]


class IncomeWorksheet(WorksheetColumns, Posted):
    """How the income of one household in one period was reckoned (收入核算明细): the parts behind the totals, each with its explanation.

    It never overwrites a total of the archive: where its sums differ, the difference is shown.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, db_index=False)
    area = AreaCodeField("所在村")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "income_worksheet"
        constraints = [models.UniqueConstraint(fields=["household", "period"], name="one_worksheet_per_period")]
        indexes = [models.Index(fields=["period", "area", "id"], name="income_worksheet_area")]


class WorkSpell(WorkSpellColumns, Posted):
    """One time that a person worked away (务工经历), as surveyed in one period; a person may have any number of them.

    `ended` says that it was over at the period's 标准时点. A spell entered by mistake is withdrawn, never deleted.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, db_index=False)
    area = AreaCodeField("所在村")
    ended = models.BooleanField("已结束", default=False)
    withdrawn = models.BooleanField("已撤销", default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "work_spell"
        indexes = [
            models.Index(fields=["person", "period"], name="work_spell_person"),
            models.Index(fields=["period", "area", "id"], name="work_spell_area"),
        ]


__all__ = [
    "CorrectionOrder",
    "Gram",
    "Household",
    "HouseholdEvent",
    "HouseholdMark",
    "HouseholdPeriod",
    "Identification",
    "IncomeWorksheet",
    "ListColumns",
    "Measure",
    "MemberPeriod",
    "Membership",
    "OperationWindow",
    "Period",
    "PeriodFreeze",
    "Person",
    "ReadUpTo",
    "SavedQuery",
    "VillageCount",
    "WorkSpell",
    "column_of",
]
