"""The addresses of this room."""

from django.urls import path

from taizhang.web.lookups.pages import lookup_cancel, lookup_progress, lookup_show, lookup_workbook, lookups

urlpatterns = [
    path("lookups", lookups, name="lookups"),
    path("lookups/<int:pk>", lookup_show, name="lookup_show"),
    path("lookups/<int:pk>/progress", lookup_progress, name="lookup_progress"),
    path("lookups/<int:pk>/cancel", lookup_cancel, name="lookup_cancel"),
    path("lookups/<int:pk>/workbook", lookup_workbook, name="lookup_workbook"),
]
