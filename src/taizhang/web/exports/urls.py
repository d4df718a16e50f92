"""The addresses of this room."""

from django.urls import path

from taizhang.web.exports.listing import export_cancel, export_download, export_new, exports, template_download

urlpatterns = [
    path("exports", exports, name="exports"),
    path("exports/new", export_new, name="export_new"),
    path("exports/<int:pk>/cancel", export_cancel, name="export_cancel"),
    path("exports/<int:pk>/download", export_download, name="export_download"),
    path("templates/<slug:key>", template_download, name="template_download"),
]
