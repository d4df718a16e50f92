"""People behind accounts, accounts, grants."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from taizhang.journal.fields import AreaCodeField
from taizhang.journal.models import Posted


class Human(Posted):
    """The one human behind one or more accounts (separation of duties is about humans, not accounts)."""

    name = models.CharField("姓名", max_length=50)

    class Meta:
        db_table = "human"


class User(AbstractBaseUser, Posted):
    """An account (账号). It may do only what its grants say; without a grant it sees nothing."""

    username = models.CharField("登录名", max_length=50, unique=True)
    person = models.ForeignKey(Human, on_delete=models.PROTECT, verbose_name="使用人")
    is_active = models.BooleanField("启用", default=True)
    last_login = None

    objects: ClassVar[BaseUserManager["User"]] = BaseUserManager()
    hidden_columns = ("password",)
    USERNAME_FIELD = "username"

    class Meta:
        db_table = "account"


class Grant(Posted):
    """A role over an area for a time (授权)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name="账号")
    role = models.CharField("角色", max_length=20)
    area = AreaCodeField("授权区划")
    level = models.CharField("级别", max_length=12)
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True)

    class Meta:
        db_table = "account_grant"
