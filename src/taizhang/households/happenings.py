"""What happens to a household beside its archive: acts with their papers, marks, orders on locked fields, and the windows of acts.

Source: domain/archives.md 3.1-3.3.
"""

from django.db import models
from django.db.models import F, Q

from taizhang.accounts.access import ScopedQuerySet
from taizhang.accounts.models import User
from taizhang.journal.fields import AreaCodeField, SecretField
from taizhang.journal.models import Posted
from taizhang.policy.archive import fact
from taizhang.policy.code_lists import code_list
from taizhang.policy.windows import WINDOWED

RANKS = (("nation", "全国"), ("province", "省级"), ("prefecture", "市级"), ("county", "县级"), ("township", "乡级"), ("village", "村级"))


def operations() -> list[tuple[str, str]]:
    """The operations, for a select: a call, so that a new one is no change of a table."""
    return list(WINDOWED.items())


class HouseholdEvent(Posted):
    """One act on a household as a whole (户业务记录), with its day, its papers and the state before and after. Rows are only added.

    `other` is the second household: the new one of a split, the one that survives a merge, the original of a duplicate. `before` and
    `after` are states of `policy.states`, "" where the act changes none.
    """

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("households.Household", on_delete=models.PROTECT, null=True, related_name="+")
    period = models.ForeignKey("households.Period", on_delete=models.PROTECT, null=True, db_index=False)
    area = AreaCodeField("所在村")
    to_area = AreaCodeField("迁入村", default="", blank=True)
    operation = models.CharField("业务", max_length=20, choices=operations)
    on = models.DateField("发生日期", db_column="happened_on")
    before = models.CharField("办理前状态", max_length=20, default="", blank=True)
    after = models.CharField("办理后状态", max_length=20, default="", blank=True)
    reason = models.CharField("原因", max_length=500, default="", blank=True)
    proof = models.CharField("证明材料", max_length=200, default="", blank=True)
    decision_no = models.CharField("决定文号", max_length=100, default="", blank=True)
    decided_on = models.DateField("决定日期", null=True)
    decided_by = models.CharField("决定机关", max_length=100, default="", blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "household_event"
        indexes = [models.Index(fields=["area", "id"], name="household_event_area")]


class HouseholdMark(Posted):
    """A mark on a household from a day to a day (户标注), such as 错退; lifted, never deleted."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT)
    area = AreaCodeField("所在村")
    kind = models.CharField("标注", max_length=20, choices=[(c.key, c.zh) for c in code_list("household_mark").codes])
    from_on = models.DateField("标注日期")
    to_on = models.DateField("取消日期", null=True)
    reason = models.CharField("标注原因", max_length=500)
    proof = models.CharField("证明材料", max_length=200)
    lifted_reason = models.CharField("取消原因", max_length=500, default="", blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "household_mark"
        constraints = [
            models.UniqueConstraint(fields=["household", "kind"], condition=Q(to_on__isnull=True), name="one_mark_of_a_kind"),
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="mark_ends_after_start"),
        ]
        indexes = [models.Index(fields=["area", "id"], name="household_mark_area")]


class OperationWindow(Posted):
    """The span in which an operation is open to a level over an area and everything below it (窗口期).

    `level` is that of the office that acts, "" every level. A window declared by mistake is withdrawn, never deleted.
    """

    operation = models.CharField("业务", max_length=20, choices=operations)
    level = models.CharField("办理级别", max_length=12, choices=list(RANKS), default="", blank=True)
    area = AreaCodeField("区划")
    opens_at = models.DateTimeField("开放时间")
    closes_at = models.DateTimeField("截止时间")
    note = models.CharField("说明", max_length=200, default="", blank=True)
    withdrawn = models.BooleanField("已撤销", default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "operation_window"
        constraints = [models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="window_in_order")]
        indexes = [models.Index(fields=["operation", "area"], name="operation_window_for")]


class CorrectionOrder(Posted):
    """An order to correct a locked field (锁定字段更正单): requested by any level, executed by the province alone.

    Old and new stand in the columns of the kind: `old_key`/`new_key` an attribute or standard, the other pairs name and document.
    `from_period` is the first period to be corrected, NULL all.
    """

    ATTRIBUTE, STANDARD, IDENTITY = "attribute", "standard", "identity"
    KINDS = ((ATTRIBUTE, "调整贫困户属性"), (STANDARD, "调整识别标准"), (IDENTITY, "调整姓名证件号码"))
    REQUESTED, EXECUTED, REFUSED, WITHDRAWN = "requested", "executed", "refused", "withdrawn"
    STATES = ((REQUESTED, "待办理"), (EXECUTED, "已执行"), (REFUSED, "已驳回"), (WITHDRAWN, "已撤回"))

    kind = models.CharField("更正事项", max_length=10, choices=KINDS)
    state = models.CharField("办理状态", max_length=10, choices=STATES, default=REQUESTED)
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT)
    person = models.ForeignKey("households.Person", on_delete=models.PROTECT, null=True)
    area = AreaCodeField("所在村")
    from_period = models.ForeignKey("households.Period", on_delete=models.PROTECT, null=True, verbose_name="自哪一期起", db_index=False)
    old_key = models.CharField("原值", max_length=40, null=True)
    new_key = models.CharField("新值", max_length=40, null=True)
    old_name = models.CharField("原姓名", max_length=50, null=True)
    new_name = models.CharField("新姓名", max_length=50, null=True)
    old_id_type = models.CharField("原证件类型", max_length=40, null=True)
    new_id_type = models.CharField("新证件类型", max_length=40, null=True)
    old_id_no = SecretField("原证件号码")
    new_id_no = SecretField("新证件号码")
    reason = models.CharField("更正原因", max_length=500)
    proof = models.CharField("证明材料", max_length=200)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name="申请人", related_name="+", db_index=False)
    requested_at = models.DateTimeField("申请时间")
    requested_area = AreaCodeField("申请单位区划")
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, verbose_name="办理人", related_name="+", db_index=False)
    settled_at = models.DateTimeField("办理时间", null=True)
    settled_note = models.CharField("办理意见", max_length=500, default="", blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "correction_order"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "kind"], condition=Q(state="requested", person__isnull=True), name="one_open_order_a_household"
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(state="requested"), name="one_open_order_a_person"),
        ]
        indexes = [
            models.Index(fields=["state", "area", "id"], name="correction_order_waits"),
            models.Index(fields=["area", "id"], name="correction_order_area"),
        ]


FACT_OF = {CorrectionOrder.ATTRIBUTE: fact("hh_attr"), CorrectionOrder.STANDARD: fact("id_standard")}
"""Which fact of the household an order of a kind corrects."""

__all__ = ["FACT_OF", "CorrectionOrder", "HouseholdEvent", "HouseholdMark", "OperationWindow"]
