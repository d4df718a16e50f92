"""Every address of the pages. Each name must stand in the access policy, or it answers 404."""

from taizhang.web.accounts.urls import urlpatterns as of_accounts

urlpatterns = [*of_accounts]
