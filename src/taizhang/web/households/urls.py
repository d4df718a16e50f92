"""The addresses of households, and of what stands beside them on every page."""

from django.urls import path

from taizhang.web.desk import desk
from taizhang.web.households.asking import household_condition
from taizhang.web.households.columns import household_columns
from taizhang.web.households.comparing import household_compare
from taizhang.web.households.editing import household_edit
from taizhang.web.households.enrolling import household_enroll
from taizhang.web.households.heads import head_change
from taizhang.web.households.listing import households
from taizhang.web.households.measures import measure_add, measure_edit, measure_withdraw
from taizhang.web.households.members import member_add, member_edit, member_leave
from taizhang.web.households.one import household_history, household_show
from taizhang.web.households.operations.closing import household_duplicate, household_purge, household_reopen, household_vanish
from taizhang.web.households.operations.deciding import household_decide
from taizhang.web.households.operations.families import household_merge, household_split
from taizhang.web.households.operations.marking import household_confirm, household_help, mark_lift, mark_put
from taizhang.web.households.operations.moving import household_move
from taizhang.web.households.periods import period_choose
from taizhang.web.households.persons import person_history, person_show
from taizhang.web.households.saved import queries, query_change, query_save
from taizhang.web.households.spells import spell_add, spell_edit, spell_withdraw
from taizhang.web.households.unmasking import unmask
from taizhang.web.households.worksheets import worksheet_edit
from taizhang.web.tree import tree_children, tree_search
from taizhang.web.waiting import desk_waiting

urlpatterns = [
    path("", desk, name="desk"),
    path("waiting", desk_waiting, name="desk_waiting"),
    path("period", period_choose, name="period_choose"),
    path("areas/children", tree_children, name="tree_children"),
    path("areas/search", tree_search, name="tree_search"),
    path("households", households, name="households"),
    path("households/condition", household_condition, name="household_condition"),
    path("households/columns", household_columns, name="household_columns"),
    path("households/queries", queries, name="queries"),
    path("households/queries/save", query_save, name="query_save"),
    path("households/queries/<int:pk>", query_change, name="query_change"),
    path("households/enroll", household_enroll, name="household_enroll"),
    path("households/<int:pk>", household_show, name="household_show"),
    path("households/<int:pk>/history", household_history, name="household_history"),
    path("households/<int:pk>/compare", household_compare, name="household_compare"),
    path("households/<int:pk>/edit", household_edit, name="household_edit"),
    path("households/<int:pk>/worksheet", worksheet_edit, name="worksheet_edit"),
    path("households/<int:pk>/measures/add/<slug:kind>", measure_add, name="measure_add"),
    path("households/<int:pk>/measures/<int:measure>/edit", measure_edit, name="measure_edit"),
    path("households/<int:pk>/measures/<int:measure>/withdraw", measure_withdraw, name="measure_withdraw"),
    path("households/<int:pk>/decide/<str:operation>", household_decide, name="household_decide"),
    path("households/<int:pk>/split", household_split, name="household_split"),
    path("households/<int:pk>/merge", household_merge, name="household_merge"),
    path("households/<int:pk>/move", household_move, name="household_move"),
    path("households/<int:pk>/vanish", household_vanish, name="household_vanish"),
    path("households/<int:pk>/purge", household_purge, name="household_purge"),
    path("households/<int:pk>/duplicate", household_duplicate, name="household_duplicate"),
    path("households/<int:pk>/reopen", household_reopen, name="household_reopen"),
    path("households/<int:pk>/help", household_help, name="household_help"),
    path("households/<int:pk>/confirm", household_confirm, name="household_confirm"),
    path("households/<int:pk>/marks/put", mark_put, name="mark_put"),
    path("households/<int:pk>/marks/<int:mark>/lift", mark_lift, name="mark_lift"),
    path("households/<int:pk>/members/add", member_add, name="member_add"),
    path("households/<int:pk>/head", head_change, name="head_change"),
    path("households/<int:pk>/unmask", unmask, name="unmask"),
    path("persons/<int:pk>", person_show, name="person_show"),
    path("persons/<int:pk>/history", person_history, name="person_history"),
    path("members/<int:pk>/edit", member_edit, name="member_edit"),
    path("members/<int:pk>/leave", member_leave, name="member_leave"),
    path("members/<int:pk>/spells/add", spell_add, name="spell_add"),
    path("members/<int:pk>/spells/<int:spell>/edit", spell_edit, name="spell_edit"),
    path("members/<int:pk>/spells/<int:spell>/withdraw", spell_withdraw, name="spell_withdraw"),
]
