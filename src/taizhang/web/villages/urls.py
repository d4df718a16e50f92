"""The addresses of villages."""

from django.urls import path

from taizhang.web.villages.deciding import village_decide
from taizhang.web.villages.editing import village_confirm, village_edit
from taizhang.web.villages.listing import villages
from taizhang.web.villages.natural import natural_add, natural_close, natural_edit, natural_rename
from taizhang.web.villages.one import village_show

urlpatterns = [
    path("villages", villages, name="villages"),
    path("villages/<str:area>", village_show, name="village_show"),
    path("villages/<str:area>/edit", village_edit, name="village_edit"),
    path("villages/<str:area>/confirm", village_confirm, name="village_confirm"),
    path("villages/<str:area>/decide/<str:operation>", village_decide, name="village_decide"),
    path("villages/<str:area>/natural/add", natural_add, name="natural_add"),
    path("natural-villages/<int:pk>/edit", natural_edit, name="natural_edit"),
    path("natural-villages/<int:pk>/rename", natural_rename, name="natural_rename"),
    path("natural-villages/<int:pk>/close", natural_close, name="natural_close"),
]
