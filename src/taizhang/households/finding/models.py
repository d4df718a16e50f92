"""Pieces of names by area, households by village, and up to where the journal was read for them."""

from django.db import models

from taizhang.journal.fields import AreaCodeField

LONGEST_PIECE = 10


class Gram(models.Model):
    """One piece of a name of somebody in a household, in an area where the household has an archive (检索片段).

    `g` is one to three neighbouring characters of a name, the first one to four initials, ``p`` and the first nine letters of a pinyin, or
    ``d`` and a birth date. The table is the index: who looks for a piece below an area finds the households in the order of the list. A
    piece may outlive its name: whoever reads asks the register again, so that a row too many costs a look and a row too few would be a
    mistake.
    """

    pk = models.CompositePrimaryKey("g", "area", "household")
    g = models.CharField("片段", max_length=LONGEST_PIECE)
    area = AreaCodeField("所在村")
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, db_index=False, db_constraint=False)

    class Meta:
        app_label = "households"
        db_table = "gram"


class VillageCount(models.Model):
    """How many archives of a period stand in one village (or group)."""

    period = models.ForeignKey("households.Period", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    area = AreaCodeField("所在村")
    households = models.PositiveIntegerField("户数")

    class Meta:
        app_label = "households"
        db_table = "village_count"
        constraints = [models.UniqueConstraint(fields=["period", "area"], name="one_count_per_village")]


class ReadUpTo(models.Model):
    """The position of the journal up to which the tables of this room are in step with the register."""

    name = models.CharField("索引", max_length=20, unique=True)
    position = models.PositiveBigIntegerField("流水位置", default=0)

    class Meta:
        app_label = "households"
        db_table = "read_up_to"


OPERATIONAL: dict[type[models.Model], str] = {
    Gram: "derived from the register and made again from it at any time",
    VillageCount: "derived from the register and made again from it at any time",
    ReadUpTo: "says up to where the derived tables are read; rebuilding starts it anew",
}
