"""Measures to the household (到户措施): one register for every line ministry's kind (domain/archives.md 1.6)."""

from django.db import models

from taizhang.accounts.access import ScopedQuerySet
from taizhang.households.columns import archive_base
from taizhang.journal.fields import AreaCodeField
from taizhang.journal.models import Posted
from taizhang.policy.archive import MEASURE_FACTS
from taizhang.policy.code_lists import code_list

MeasureColumns = archive_base("MeasureColumns", MEASURE_FACTS)


class Measure(MeasureColumns, Posted):
    """One measure to a household in one period, by the ministry's kind; `person` where it is for one member.

    A measure tells what its kind has, the other columns are blank. One entered by mistake is withdrawn, never deleted.
    """

    KINDS = tuple((code.key, code.zh) for code in code_list("measure_kind").codes)

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, db_index=False)
    period = models.ForeignKey("households.Period", on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey("households.Person", on_delete=models.PROTECT, db_index=False, null=True, verbose_name="受助成员")
    area = AreaCodeField("所在村")
    kind = models.CharField("措施类别", max_length=20, choices=KINDS)
    withdrawn = models.BooleanField("已撤销", default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        app_label = "households"
        db_table = "measure"
        indexes = [
            models.Index(fields=["household", "period"], name="measure_household"),
            models.Index(fields=["period", "area", "id"], name="measure_area"),
        ]
