"""The addresses of households, and of what stands beside them on every page."""

from django.urls import path

from taizhang.web.desk import desk
from taizhang.web.households.listing import households
from taizhang.web.households.one import household_history, household_show
from taizhang.web.households.periods import period_choose
from taizhang.web.tree import tree_children, tree_search

urlpatterns = [
    path("", desk, name="desk"),
    path("period", period_choose, name="period_choose"),
    path("areas/children", tree_children, name="tree_children"),
    path("areas/search", tree_search, name="tree_search"),
    path("households", households, name="households"),
    path("households/<int:pk>", household_show, name="household_show"),
    path("households/<int:pk>/history", household_history, name="household_history"),
]
