"""What happened (流水): one row per posting, one per changed row, and the order in which postings became visible.

`JournalSchema` says which columns an image holds, `JournalTx` who wrote and why, `JournalEntry` what stood afterwards,
`JournalReceipt` at which position, with how many entries and with which result the posting ended, `JournalMoved` where a row stood before a
change moved it. All five are append-only, by triggers.
"""

from typing import ClassVar

from django.db import models

from taizhang.journal.fields import RowNumber


class Posted(models.Model):
    """A business row: written only inside a posting, journalled by triggers, never deleted.

    `version` counts the edits (a lost race is seen by it); `came_from` names the cell of the workbook that the row's present
    state was read from, as ``batch/sheet/row``, or "" when it came from a form.
    """

    version = models.PositiveIntegerField("版本", default=1)
    came_from = models.CharField("来源", max_length=120, default="", blank=True)

    hidden_columns: ClassVar[tuple[str, ...]] = ()  # columns whose value the journal must not hold: shown as present or not

    class Meta:
        abstract = True


class JournalSchema(models.Model):
    """The columns of a table's image at one time, in order."""

    tbl = models.CharField("表", max_length=40)
    schema_ver = models.PositiveIntegerField("结构版本")
    columns = models.TextField("列")  # a JSON list of [column, kind]

    class Meta:
        db_table = "journal_schema"
        constraints = [models.UniqueConstraint(fields=["tbl", "schema_ver"], name="one_schema_per_version")]


class JournalTx(models.Model):
    """One posting: who, when, why, where."""

    part = models.CharField("分册", max_length=8)  # the county's six digits, or "national"
    actor = models.BigIntegerField("账号", null=True)
    person = models.BigIntegerField("操作人", null=True)
    area = models.CharField("区划", max_length=15)
    action = models.CharField("事由", max_length=60)
    reason = models.CharField("原因", max_length=500, default="")
    ref = models.CharField("依据", max_length=120, default="")
    request_id = models.CharField("请求", max_length=40, default="")
    idem_key = models.CharField("防重码", max_length=80, null=True)
    app_ver = models.CharField("程序版本", max_length=20)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "journal_tx"
        constraints = [models.UniqueConstraint(fields=["part", "idem_key"], name="one_posting_per_key")]
        indexes = [models.Index(fields=["at"], name="journal_tx_at")]


class JournalEntry(models.Model):
    """The whole image of one row after one change. `seal` is salt (16 bytes) and commitment (32 bytes).

    No foreign keys in the database: only triggers write here, two look-ups a row are dear, and `verify` names a stray entry.
    """

    tx = models.ForeignKey(JournalTx, on_delete=models.PROTECT, verbose_name="过账", db_index=False, db_constraint=False)
    schema = models.ForeignKey(JournalSchema, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    op = models.CharField("操作", max_length=1)  # I insert, U update
    pk_of_row = models.BigIntegerField("行", db_column="pk")
    image = models.TextField("映像")
    seal = models.BinaryField("承诺")

    class Meta:
        db_table = "journal_entry"
        indexes = [
            models.Index(fields=["schema", "pk_of_row"], name="journal_entry_row"),
        ]

    @property
    def salt(self) -> bytes:
        """The 16 random bytes that hide the image behind its commitment."""
        return bytes(self.seal)[:16]

    @property
    def commitment(self) -> bytes:
        """SHA-256(0x02, salt, image)."""
        return bytes(self.seal)[16:]


class JournalReceipt(models.Model):
    """The end of a posting: its position (the clock of the house), how many entries it made and what it answered."""

    position = RowNumber(primary_key=True)
    tx = models.OneToOneField(JournalTx, on_delete=models.PROTECT)
    result = models.TextField("结果", default="")
    entries = models.PositiveIntegerField("流水条数", default=0)
    first_entry = models.BigIntegerField("首条流水", null=True)  # the entries of a posting are found from here on, without an index

    class Meta:
        db_table = "journal_receipt"


class JournalMoved(models.Model):
    """What a row stood under before a change moved it, its earlier area, household or person, and that it counted (`valid`) before it no
    longer did. By it the past of an area finds the rows that stand elsewhere now, and counts them; an insert writes none. Written by
    triggers only, and proved against the entries by `verify`.
    """

    tx = models.ForeignKey(JournalTx, on_delete=models.PROTECT, verbose_name="过账", db_index=False, db_constraint=False)
    schema = models.ForeignKey(JournalSchema, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    pk_of_row = models.BigIntegerField("行", db_column="pk")
    col = models.CharField("列", max_length=30)
    was = models.CharField("原值", max_length=20)

    class Meta:
        db_table = "journal_moved"
        indexes = [models.Index(fields=["schema", "col", "was"], name="journal_moved_from")]


APPEND_ONLY = (JournalSchema, JournalTx, JournalEntry, JournalReceipt, JournalMoved)
