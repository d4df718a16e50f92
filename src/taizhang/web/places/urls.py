"""The addresses of places and their changes."""

from django.urls import path

from taizhang.web.places.changing import place_change_new
from taizhang.web.places.events import place_change_show, place_changes
from taizhang.web.places.listing import places
from taizhang.web.places.under_way import place_change_cancel, place_change_running

urlpatterns = [
    path("places", places, name="places"),
    path("places/changes", place_changes, name="place_changes"),
    path("places/changes/new", place_change_new, name="place_change_new"),
    path("places/changes/progress", place_change_running, name="place_change_running"),
    path("places/changes/cancel", place_change_cancel, name="place_change_cancel"),
    path("places/changes/<int:event>", place_change_show, name="place_change_show"),
]
