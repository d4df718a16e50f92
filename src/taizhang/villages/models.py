"""Villages and natural villages by period (行政村、自然村档案, domain/archives.md 1.8, 1.9).

A village's identity is its area code; a natural village (自然村、村民小组) is known by the code of its village and our own suffix. What was
surveyed of either stands in one row a period, its columns the facts of `policy.archive`.
"""

from django.db import models

from taizhang.accounts.access import ScopedQuerySet
from taizhang.households.columns import archive_base
from taizhang.households.models import Period
from taizhang.journal.fields import AreaCodeField
from taizhang.journal.models import Posted
from taizhang.policy.archive import NATURAL_VILLAGE_FACTS, VILLAGE_FACTS

VillageColumns = archive_base("VillageColumns", VILLAGE_FACTS)
NaturalVillageColumns = archive_base("NaturalVillageColumns", NATURAL_VILLAGE_FACTS)


class VillagePeriod(VillageColumns, Posted):
    """What was surveyed of one village in one period (贫困村信息采集表). `draft`: carried over from an older period, not looked at yet."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, db_index=False)
    area = AreaCodeField("行政村")
    draft = models.BooleanField("结转未核", default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "village_period"
        constraints = [models.UniqueConstraint(fields=["period", "area"], name="one_village_archive")]


class NaturalVillage(Posted):
    """A natural village's identity (自然村、村民小组): its village and our own suffix of three digits, which is never used again."""

    area = AreaCodeField("行政村")
    suffix = models.CharField("后缀", max_length=3)
    name = models.CharField("自然村名称", max_length=50)
    number = models.CharField("编号", max_length=20, default="", blank=True)
    closed_on = models.DateField("撤销日期", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "natural_village"
        constraints = [
            models.UniqueConstraint(fields=["area", "suffix"], name="one_natural_village_a_suffix"),
            models.UniqueConstraint(fields=["area", "name"], condition=models.Q(closed_on__isnull=True), name="one_natural_village_a_name"),
        ]

    @property
    def code(self) -> str:
        """The 15 digits."""
        return f"{self.area}{self.suffix}"


class NaturalVillagePeriod(NaturalVillageColumns, Posted):
    """What was surveyed of one natural village in one period (自然村信息采集表)."""

    natural_village = models.ForeignKey(NaturalVillage, on_delete=models.PROTECT, db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, db_index=False)
    area = AreaCodeField("行政村")
    draft = models.BooleanField("结转未核", default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "nv_period"
        constraints = [models.UniqueConstraint(fields=["natural_village", "period"], name="one_nv_archive")]
        indexes = [models.Index(fields=["period", "area", "id"], name="nv_period_area")]
