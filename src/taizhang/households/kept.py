"""What users keep of the list: queries under a name, and which columns they want to see."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from taizhang.accounts.access import ScopedQuerySet, role_of, scope_of, standing_grants
from taizhang.accounts.models import User
from taizhang.journal.fields import AreaCodeField
from taizhang.journal.models import Posted

LONGEST_NAME = 40


class SavedQueryQuerySet(ScopedQuerySet):
    """Saved queries, by whom they may be used."""

    def usable_by(self, user: User) -> Self:
        """One's own, and those shared with an office in which one works: that of a grant over the very same area. Who sees only his own
        works in no office.

        Cost     1 query for the grants, unless they were read once
        """
        offices = Q(pk__in=())
        for area, level in {(grant.area, grant.level) for grant in standing_grants(user) if not role_of(grant).own}:
            offices |= Q(area=area, level=level, shared=True)
        return self.filter(Q(owner=user) | offices, withdrawn=False)

    def reached_by(self, user: User) -> Self:
        """Those of the offices in one's scope, and one's own wherever they were saved: they are there, whoever may use or change them."""
        reach = scope_of(user).q()  # empty for the whole country: an empty condition added to another is dropped
        scoped: Self = self.filter(Q(owner=user) | reach if reach else reach, withdrawn=False)
        return scoped


class SavedQuery(Posted):
    """A query of the household list under a name (常用查询); shared or not with the owner's office. Removed ones are withdrawn."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name="所有人", db_index=False)
    area = AreaCodeField("所属区划")
    level = models.CharField("级别", max_length=12)
    name = models.CharField("名称", max_length=LONGEST_NAME)
    shared = models.BooleanField("本单位共用", default=False)
    query = models.JSONField("条件", default=dict)
    columns = models.JSONField("栏目", default=list)
    withdrawn = models.BooleanField("已移除", default=False)

    objects: ClassVar[Any] = SavedQueryQuerySet.as_manager()

    class Meta:
        app_label = "households"
        db_table = "saved_query"
        constraints = [models.UniqueConstraint(fields=["owner", "name"], condition=Q(withdrawn=False), name="one_saved_query_per_name")]
        indexes = [models.Index(fields=["area", "level"], name="saved_query_office")]


class ListColumns(models.Model):
    """Which columns of the household list an account sees, in its order (列设置)."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, verbose_name="账号")
    columns = models.JSONField("栏目", default=list)

    class Meta:
        app_label = "households"
        db_table = "list_columns"


OPERATIONAL: dict[type[models.Model], str] = {ListColumns: "how one account likes to look at a list; it says nothing of anybody"}
