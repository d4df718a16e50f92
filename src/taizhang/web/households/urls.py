"""The addresses of households, and of what stands beside them on every page."""

from django.urls import path

from taizhang.web.desk import desk
from taizhang.web.households.editing import household_edit
from taizhang.web.households.enrolling import household_enroll
from taizhang.web.households.heads import head_change
from taizhang.web.households.listing import households
from taizhang.web.households.members import member_add, member_edit, member_leave
from taizhang.web.households.one import household_history, household_show
from taizhang.web.households.periods import period_choose
from taizhang.web.households.spells import spell_add, spell_edit, spell_withdraw
from taizhang.web.households.unmasking import unmask
from taizhang.web.households.worksheets import worksheet_edit
from taizhang.web.tree import tree_children, tree_search

urlpatterns = [
    path("", desk, name="desk"),
    path("period", period_choose, name="period_choose"),
    path("areas/children", tree_children, name="tree_children"),
    path("areas/search", tree_search, name="tree_search"),
    path("households", households, name="households"),
    path("households/enroll", household_enroll, name="household_enroll"),
    path("households/<int:pk>", household_show, name="household_show"),
    path("households/<int:pk>/history", household_history, name="household_history"),
    path("households/<int:pk>/edit", household_edit, name="household_edit"),
    path("households/<int:pk>/worksheet", worksheet_edit, name="worksheet_edit"),
    path("households/<int:pk>/members/add", member_add, name="member_add"),
    path("households/<int:pk>/head", head_change, name="head_change"),
    path("households/<int:pk>/unmask", unmask, name="unmask"),
    path("members/<int:pk>/edit", member_edit, name="member_edit"),
    path("members/<int:pk>/leave", member_leave, name="member_leave"),
    path("members/<int:pk>/spells/add", spell_add, name="spell_add"),
    path("members/<int:pk>/spells/<int:spell>/edit", spell_edit, name="spell_edit"),
    path("members/<int:pk>/spells/<int:spell>/withdraw", spell_withdraw, name="spell_withdraw"),
]
