"""The addresses of this room."""

from django.urls import path

from taizhang.web.accounts.door_pages import sign_in, sign_out
from taizhang.web.accounts.grants import grant_add, grant_end
from taizhang.web.accounts.logs import logs
from taizhang.web.accounts.own import account, totp
from taizhang.web.accounts.users import user_add, user_disable, user_enable, user_password, user_show, user_totp, users

urlpatterns = [
    path("sign-in", sign_in, name="sign_in"),
    path("sign-out", sign_out, name="sign_out"),
    path("account", account, name="account"),
    path("account/totp", totp, name="totp"),
    path("users", users, name="users"),
    path("users/add", user_add, name="user_add"),
    path("users/<int:pk>", user_show, name="user_show"),
    path("users/<int:pk>/disable", user_disable, name="user_disable"),
    path("users/<int:pk>/enable", user_enable, name="user_enable"),
    path("users/<int:pk>/password", user_password, name="user_password"),
    path("users/<int:pk>/totp", user_totp, name="user_totp"),
    path("users/<int:pk>/grants/add", grant_add, name="grant_add"),
    path("grants/<int:pk>/end", grant_end, name="grant_end"),
    path("logs", logs, name="logs"),
]
