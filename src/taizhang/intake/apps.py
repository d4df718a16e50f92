"""The room as a Django app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "taizhang.intake"
    label = "intake"
    verbose_name = "导入"
