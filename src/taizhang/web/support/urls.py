"""The addresses of those who help."""

from django.urls import path

from taizhang.web.support.helper_page import helper_account, helper_add, helper_edit, helper_show
from taizhang.web.support.helpers_list import helpers
from taizhang.web.support.pairing import pairing_add, pairing_end, pairing_withdraw
from taizhang.web.support.teams import team_add, team_edit, team_end, team_member_add, team_member_edit, team_member_end, team_show, teams
from taizhang.web.support.units import unit_add, unit_edit, unit_show, unit_village_add, unit_village_end, units

urlpatterns = [
    path("helpers", helpers, name="helpers"),
    path("helpers/add", helper_add, name="helper_add"),
    path("helpers/<int:pk>", helper_show, name="helper_show"),
    path("helpers/<int:pk>/edit", helper_edit, name="helper_edit"),
    path("helpers/<int:pk>/account", helper_account, name="helper_account"),
    path("units", units, name="units"),
    path("units/add", unit_add, name="unit_add"),
    path("units/<int:pk>", unit_show, name="unit_show"),
    path("units/<int:pk>/edit", unit_edit, name="unit_edit"),
    path("units/<int:pk>/villages/add", unit_village_add, name="unit_village_add"),
    path("unit-villages/<int:pk>/end", unit_village_end, name="unit_village_end"),
    path("teams", teams, name="teams"),
    path("teams/add", team_add, name="team_add"),
    path("teams/<int:pk>", team_show, name="team_show"),
    path("teams/<int:pk>/edit", team_edit, name="team_edit"),
    path("teams/<int:pk>/end", team_end, name="team_end"),
    path("teams/<int:pk>/members/add", team_member_add, name="team_member_add"),
    path("team-members/<int:pk>/edit", team_member_edit, name="team_member_edit"),
    path("team-members/<int:pk>/end", team_member_end, name="team_member_end"),
    path("pairings/add", pairing_add, name="pairing_add"),
    path("pairings/<int:pk>/end", pairing_end, name="pairing_end"),
    path("pairings/<int:pk>/withdraw", pairing_withdraw, name="pairing_withdraw"),
]
