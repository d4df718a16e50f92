"""Places (区划) and the dated events that change them (并村, 改名, 撤并, 划转)."""

from datetime import date

from django.db import models
from django.db.models import Q

from taizhang.journal.fields import AreaCodeField
from taizhang.journal.models import Posted
from taizhang.places.levels import LEVEL_ZH

CHANGE_KINDS = {"merge": "并村", "rename": "改名", "abolish": "撤并", "transfer": "划转"}


class PlaceSet(models.QuerySet["Place"]):
    """Places. Code alone is no key: 东莞, 中山 and 儋州 stand twice, as a prefecture and as its only county."""

    def in_force(self, on: date) -> "PlaceSet":
        """The places that stand on a day."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gt=on), from_on__lte=on)

    def within(self, ranges: list[tuple[str, str]]) -> "PlaceSet":
        """The places in half-open code ranges; no range, no place."""
        inside = Q(pk__in=[])
        for low, high in ranges:
            inside |= Q(code__gte=low, code__lt=high)
        return self.filter(inside)


class Place(Posted):
    """One area from province to 自然村/组, in force from a day until the day before `to_on`."""

    code = AreaCodeField("区划代码")
    level = models.CharField("级别", max_length=10, choices=list(LEVEL_ZH.items()))
    name = models.CharField("名称", max_length=60)
    parent = AreaCodeField("上级区划代码", default="", blank=True)  # the code in words of the digits; "" above a province
    pinyin = models.CharField("拼音", max_length=200)
    initials = models.CharField("拼音首字母", max_length=60)
    from_on = models.DateField("启用日期")
    to_on = models.DateField("停用日期", null=True)
    origin = models.CharField("数据来源", max_length=60)

    objects = PlaceSet.as_manager()

    class Meta:
        db_table = "place"
        constraints = [
            models.UniqueConstraint(fields=["code", "level", "from_on"], name="one_place_from_a_day"),
            models.UniqueConstraint(fields=["code", "level"], condition=Q(to_on__isnull=True), name="one_place_in_force"),
        ]
        indexes = [
            models.Index(fields=["parent", "level"], name="place_children"),
            models.Index(fields=["initials"], name="place_initials"),
            models.Index(fields=["pinyin"], name="place_pinyin"),
            models.Index(fields=["name"], name="place_name"),
        ]


class PlaceChange(Posted):
    """One line of a dated event: where the figures of the old code go. Rows of one event share its `event`."""

    event = models.BigIntegerField("变更批号")
    kind = models.CharField("变更类型", max_length=10, choices=list(CHANGE_KINDS.items()))
    on = models.DateField("变更日期", db_column="changed_on")
    level = models.CharField("级别", max_length=10, choices=list(LEVEL_ZH.items()))
    old_code = AreaCodeField("原区划代码")
    new_code = AreaCodeField("现区划代码")
    new_name = models.CharField("现名称", max_length=60)
    reason = models.CharField("变更原因", max_length=500)
    document = models.CharField("批准文件", max_length=200)

    class Meta:
        db_table = "place_change"
        constraints = [models.UniqueConstraint(fields=["event", "level", "old_code"], name="one_line_per_old_code")]
        indexes = [models.Index(fields=["on"], name="place_change_on")]
