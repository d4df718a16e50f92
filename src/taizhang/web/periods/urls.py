"""The addresses of periods and windows."""

from django.urls import path

from taizhang.web.periods.acting import period_freeze, period_open, period_redate, period_rollover, period_thaw
from taizhang.web.periods.listing import periods
from taizhang.web.periods.rolling import period_roll_cancel, period_rolling
from taizhang.web.periods.windows import window_declare, window_withdraw

urlpatterns = [
    path("periods", periods, name="periods"),
    path("periods/open", period_open, name="period_open"),
    path("periods/<int:pk>/rollover", period_rollover, name="period_rollover"),
    path("periods/<int:pk>/rollover/progress", period_rolling, name="period_rolling"),
    path("periods/<int:pk>/rollover/cancel", period_roll_cancel, name="period_roll_cancel"),
    path("periods/<int:pk>/freeze", period_freeze, name="period_freeze"),
    path("periods/<int:pk>/thaw", period_thaw, name="period_thaw"),
    path("periods/<int:pk>/redate", period_redate, name="period_redate"),
    path("windows/declare", window_declare, name="window_declare"),
    path("windows/<int:pk>/withdraw", window_withdraw, name="window_withdraw"),
]
