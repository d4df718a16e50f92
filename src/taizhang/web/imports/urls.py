"""The addresses of this room."""

from django.urls import path

from taizhang.web.imports.findings import import_findings, import_workbook
from taizhang.web.imports.listing import import_again, import_cancel, import_progress, import_show, imports
from taizhang.web.imports.matching import import_matching
from taizhang.web.imports.proposals import import_accept, import_proposals
from taizhang.web.imports.upload import import_upload

urlpatterns = [
    path("imports", imports, name="imports"),
    path("imports/upload", import_upload, name="import_upload"),
    path("imports/<int:pk>", import_show, name="import_show"),
    path("imports/<int:pk>/progress", import_progress, name="import_progress"),
    path("imports/<int:pk>/cancel", import_cancel, name="import_cancel"),
    path("imports/<int:pk>/again", import_again, name="import_again"),
    path("imports/<int:pk>/matching", import_matching, name="import_matching"),
    path("imports/<int:pk>/findings", import_findings, name="import_findings"),
    path("imports/<int:pk>/workbook", import_workbook, name="import_workbook"),
    path("imports/<int:pk>/proposals", import_proposals, name="import_proposals"),
    path("imports/<int:pk>/accept", import_accept, name="import_accept"),
]
