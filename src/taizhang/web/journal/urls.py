"""The addresses of the journal."""

from django.urls import path

from taizhang.web.journal.pages import journal, row_history

urlpatterns = [
    path("journal", journal, name="journal"),
    path("journal/<str:table>/<int:pk>", row_history, name="row_history"),
]
