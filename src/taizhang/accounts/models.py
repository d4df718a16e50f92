"""People behind accounts, accounts, grants; and what runs beside the journal: sign-ins, their throttle, the log of unmasking."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from taizhang.accounts.access import ScopedQuerySet
from taizhang.journal.fields import AreaCodeField
from taizhang.journal.models import Posted


class Human(Posted):
    """The one human behind one or more accounts (separation of duties is about humans, not accounts)."""

    name = models.CharField("姓名", max_length=50)

    class Meta:
        db_table = "human"


AccountManager: Any = BaseUserManager.from_queryset(ScopedQuerySet, "AccountManager")


class User(AbstractBaseUser, Posted):
    """An account (账号). It may do only what its grants say; without a grant it sees nothing.

    `area` and `level` name the office that keeps the account: who manages accounts there manages this one.
    """

    username = models.CharField("登录名", max_length=50, unique=True)
    person = models.ForeignKey(Human, on_delete=models.PROTECT, verbose_name="使用人")
    area = AreaCodeField("所属区划")
    level = models.CharField("所属级别", max_length=12)
    is_active = models.BooleanField("启用", default=True)
    must_change = models.BooleanField("须改密码", default=False)
    last_login = None

    objects: ClassVar[Any] = AccountManager()
    hidden_columns = ("password",)
    USERNAME_FIELD = "username"

    class Meta:
        db_table = "account"
        indexes = [models.Index(fields=["area"], name="account_area")]


class GrantQuerySet(ScopedQuerySet):
    """Grants, by area and by day."""

    def standing(self, today: date) -> Self:
        """The grants that count on a day."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=today), from_on__lte=today, ended_at__isnull=True)


class Grant(Posted):
    """A role over an area for a time (授权)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name="账号")
    role = models.CharField("角色", max_length=20)
    area = AreaCodeField("授权区划")
    level = models.CharField("级别", max_length=12)
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True)  # the last day; NULL: until ended
    ended_at = models.DateTimeField("提前终止时间", null=True)

    objects: ClassVar[Any] = GrantQuerySet.as_manager()

    class Meta:
        db_table = "account_grant"
        indexes = [models.Index(fields=["area"], name="account_grant_area")]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on")), name="grant_ends_after_start")
        ]


class SignIn(models.Model):
    """One weighed try to sign in (登录记录); a successful one is also the server's side of a session, open until `ended_at`."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, verbose_name="账号")  # NULL: no such account
    at = models.DateTimeField("时间")
    result = models.CharField("结果", max_length=12)
    source = models.CharField("来源地址", max_length=45)
    agent = models.CharField("浏览器", max_length=200, default="")
    seen_at = models.DateTimeField("最近操作", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    ended_why = models.CharField("结束原因", max_length=12, default="")

    class Meta:
        db_table = "sign_in"
        indexes = [models.Index(fields=["user", "ended_at"], name="sign_in_open"), models.Index(fields=["at"], name="sign_in_at")]


class SignInAttempt(models.Model):
    """How often one account, one source or both together failed lately, and when the next try is weighed."""

    key = models.CharField("键", max_length=64, unique=True)  # a digest: what people type as a name may be a password
    failures = models.PositiveIntegerField("失败次数", default=0)
    last_at = models.DateTimeField("最近失败")
    not_before = models.DateTimeField("下次可试")

    class Meta:
        db_table = "sign_in_attempt"


class UnmaskLog(models.Model):
    """Who saw whose numbers in clear, when and why (查看明文登记). Rows are only added."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name="账号")
    human = models.ForeignKey(Human, on_delete=models.PROTECT, verbose_name="查看人")
    at = models.DateTimeField("时间")
    area = AreaCodeField("所在区划")
    household_pk = models.BigIntegerField("户")
    person_pks = models.JSONField("人员")
    fields = models.JSONField("栏目")
    reason = models.CharField("事由", max_length=200)
    source = models.CharField("来源地址", max_length=45)
    request_id = models.CharField("请求", max_length=40, default="")

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "unmask_log"
        indexes = [models.Index(fields=["household_pk"], name="unmask_log_household"), models.Index(fields=["at"], name="unmask_log_at")]


OPERATIONAL: dict[type[models.Model], str] = {
    SignIn: "a session is no business fact, and its last use changes with every page",
    SignInAttempt: "a guess at a password is counted without an account to post as, and forgotten",
    UnmaskLog: "reading changes no row: it is a log of its own, only added to",
}
