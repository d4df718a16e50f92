"""The room as a Django app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "taizhang.places"
    label = "places"
    verbose_name = "行政区划"
