"""The room as a Django app."""

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "taizhang.households"
    label = "households"
    verbose_name = "户与人"
