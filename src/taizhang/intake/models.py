"""Batches (批次) of uploaded workbooks, and the headings that offices' forms are known by.

A batch is working material, not a business row: what it changes on the register is journalled, with the batch as the reason.
"""

from typing import ClassVar

from django.db import models

from taizhang.accounts.access import ScopedQuerySet
from taizhang.accounts.models import User
from taizhang.households.models import Period
from taizhang.journal.fields import AreaCodeField


class Batch(models.Model):
    """One uploaded file on its way to the register. Its bytes lie sealed under their SHA-256; nothing uploaded is lost or altered."""

    RECEIVED, READ, CHECKED, ACCEPTED, FAILED, CANCELLED = "received", "read", "checked", "accepted", "failed", "cancelled"
    STATES: ClassVar = (
        (RECEIVED, "已上传"),
        (READ, "待确认对应列"),
        (CHECKED, "待确认写入"),
        (ACCEPTED, "已写入"),
        (FAILED, "未能读取"),
        (CANCELLED, "已取消"),
    )

    ledger = models.CharField("台账", max_length=40)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, verbose_name="期次")
    area = AreaCodeField("区划")
    by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name="上传人")
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    size = models.PositiveBigIntegerField("字节")
    at = models.DateTimeField("上传时间")
    state = models.CharField("状态", max_length=12, choices=STATES, default=RECEIVED)
    running = models.CharField("正在进行", max_length=12, default="", blank=True)  # the step a worker is at, "" when none
    message = models.CharField("说明", max_length=500, default="", blank=True)
    tables = models.JSONField("工作表", default=list)  # what was found on each sheet, and which heading is which column
    counts = models.JSONField("计数", default=dict)
    done_at = models.DateTimeField("办结时间", null=True)
    idem_key = models.CharField("防重复键", max_length=64, null=True)  # the same form sent twice is one batch

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "intake_batch"
        constraints = [models.UniqueConstraint(fields=["by", "idem_key"], name="one_batch_per_form")]
        indexes = [models.Index(fields=["area", "id"], name="intake_batch_area")]


class KnownForm(models.Model):
    """How the headings of one form were matched, so that the next workbook of it needs no matching."""

    ledger = models.CharField("台账", max_length=40)
    fingerprint = models.CharField("表样", max_length=64)
    area = AreaCodeField("区划")
    columns = models.JSONField("对应列")  # heading text → field
    by = models.ForeignKey(User, on_delete=models.PROTECT)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "intake_known_form"
        constraints = [models.UniqueConstraint(fields=["ledger", "fingerprint", "area"], name="one_matching_per_form")]


class Export(models.Model):
    """A workbook that was given out (导出): for whom, of what, at which position of the journal. Its number stands on the sheet, so
    that what was edited outside can be compared three ways when it comes back. The manifest is kept for ever."""

    ledger = models.CharField("台账", max_length=40)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, verbose_name="期次")
    area = AreaCodeField("区划")
    by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name="导出人")
    at = models.DateTimeField("导出时间")
    position = models.PositiveBigIntegerField("流水位置")
    as_of = models.CharField("截至", max_length=20, default="", blank=True)  # the day or position that was asked for, "" for the present
    query = models.JSONField("查询条件", default=dict)
    unmasked = models.BooleanField("含完整证件号码", default=False)
    reason = models.CharField("用途", max_length=200, default="", blank=True)
    rows = models.PositiveIntegerField("行数", default=0)
    sha256 = models.CharField("文件摘要", max_length=64, default="", blank=True)
    file_name = models.CharField("文件名", max_length=200, default="", blank=True)
    state = models.CharField("状态", max_length=12, default="running")  # running, ready, failed
    message = models.CharField("说明", max_length=500, default="", blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "intake_export"
        indexes = [models.Index(fields=["area", "id"], name="intake_export_area")]


class Lookup(models.Model):
    """A list of names and numbers that somebody brought, to be told who of them is on the register (名单查找). The list and the answer lie
    sealed; whoever looks at the answer sees what lies in his own scope."""

    RUNNING, READY, FAILED, CANCELLED = "running", "ready", "failed", "cancelled"

    by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name="查找人")
    area = AreaCodeField("所属区划")
    at = models.DateTimeField("时间")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, verbose_name="期次")
    file_name = models.CharField("名单", max_length=200)
    pasted = models.BooleanField("粘贴的", default=False)
    sha256 = models.CharField("文件摘要", max_length=64)
    state = models.CharField("状态", max_length=12, default=RUNNING)
    message = models.CharField("说明", max_length=500, default="", blank=True)
    counts = models.JSONField("计数", default=dict)
    idem_key = models.CharField("防重复键", max_length=64, null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "intake_lookup"
        constraints = [models.UniqueConstraint(fields=["by", "idem_key"], name="one_lookup_per_form")]


OPERATIONAL = {
    Lookup: "a list that was looked up; it changes nothing",
    Export: "a workbook that was given out; it changes nothing",
    Batch: "an uploaded file on its way; what it writes is journalled with the batch as the reason",
    KnownForm: "a remembered matching of headings; it decides nothing without a person",
}
