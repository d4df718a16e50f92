"""One sample for every address: the thing it is asked for, placed in a given area. Whoever adds an address adds its sample here.

"household_show": Sample(kwargs=pk_of(household_in)),
"household_list": Sample(shows=lambda area: household_in(area).number),
"household_add": Sample(form=lambda area: {"area": area}),
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.access.made import (
    account_in,
    batch_in,
    export_in,
    grant_in,
    head_of,
    helper_in,
    household_in,
    look_in,
    lookup_in,
    mark_in,
    measure_in,
    member_in,
    natural_in,
    order_in,
    pairing_in,
    period_of_tests,
    person_in,
    place_change_in,
    query_in,
    rank_of,
    spell_in,
    team_in,
    team_member_in,
    unit_in,
    unit_village_in,
    village_in,
    window_in,
)

Asked = Callable[[str], dict[str, Any]]


def nothing(area: str) -> dict[str, Any]:
    """No parameter."""
    return {}


@dataclass(frozen=True)
class Sample:
    """How to ask for an address about an area.

    `kwargs` fills the path, `query` the address of a GET, `form` the body of a POST. `shows` names a text that a list, asked for with `listing`
    as its query, must show when the area lies inside the scope and must not show when it does not. `open` are the statuses of a request that was let through.
    """

    kwargs: Asked = nothing
    query: Asked = nothing
    form: Asked = nothing
    shows: Callable[[str], str] | None = None
    listing: dict[str, str] = field(default_factory=dict)
    open: frozenset[int] = frozenset({200, 302, 303, 409, 422})


def pk_of(thing: Callable[[str], Any]) -> Asked:
    """The path of the page of a thing of the area."""
    return lambda area: {"pk": thing(area).pk}


def shown_head(area: str) -> str:
    """The head's name that a list shows, once the household is there."""
    household_in(area)
    return head_of(area)


def enrol_form(area: str) -> dict[str, Any]:
    """The village of a new household, in an open period."""
    period_of_tests()
    return {"area": area}


def area_query(area: str) -> dict[str, Any]:
    """The area in the address."""
    return {"area": area, "level": rank_of(area[:12]).value}


def of_village(area: str) -> dict[str, Any]:
    """The path of a village's page."""
    return {"area": village_in(area).code}


SAMPLES: dict[str, Sample] = {
    "sign_in": Sample(open=frozenset({200, 422, 429})),
    "sign_out": Sample(),
    "health_live": Sample(),
    "health_ready": Sample(),
    "account": Sample(),
    "totp": Sample(),
    "users": Sample(shows=lambda area: account_in(area).username),
    "user_show": Sample(kwargs=pk_of(account_in)),
    "user_add": Sample(form=lambda area: {"area": area}),
    "user_disable": Sample(kwargs=pk_of(account_in)),
    "user_enable": Sample(kwargs=pk_of(account_in)),
    "user_password": Sample(kwargs=pk_of(account_in)),
    "user_totp": Sample(kwargs=pk_of(account_in)),
    "grant_add": Sample(kwargs=pk_of(account_in)),
    "logs": Sample(shows=lambda area: look_in(area).reason, listing={"kind": "unmask"}),
    "grant_end": Sample(kwargs=pk_of(grant_in)),
    "desk": Sample(),
    "desk_waiting": Sample(),
    "period_choose": Sample(form=lambda area: {"period": period_of_tests().key}),
    "tree_children": Sample(query=area_query),
    "tree_search": Sample(query=lambda area: {"q": "a"}),
    "households": Sample(query=area_query, form=lambda area: {"area": area}, shows=shown_head),
    "lookups": Sample(),
    "lookup_show": Sample(kwargs=pk_of(lookup_in)),
    "lookup_progress": Sample(kwargs=pk_of(lookup_in)),
    "lookup_cancel": Sample(kwargs=pk_of(lookup_in)),
    "lookup_workbook": Sample(kwargs=pk_of(lookup_in)),
    "household_condition": Sample(),
    "household_columns": Sample(),
    "queries": Sample(),
    "query_save": Sample(form=lambda area: {"area": area, "name": f"查询{area}"}),
    "query_change": Sample(kwargs=pk_of(query_in), form=lambda area: {"name": "改名", "version": "1"}),
    "household_show": Sample(kwargs=pk_of(household_in)),
    "household_history": Sample(kwargs=pk_of(household_in)),
    "household_compare": Sample(kwargs=pk_of(household_in)),
    "person_show": Sample(kwargs=pk_of(person_in)),
    "person_history": Sample(kwargs=pk_of(person_in)),
    "household_decide": Sample(kwargs=lambda area: {"pk": household_in(area).pk, "operation": "identify"}),
    "household_split": Sample(kwargs=pk_of(household_in)),
    "household_merge": Sample(kwargs=pk_of(household_in)),
    "household_move": Sample(kwargs=pk_of(household_in)),
    "household_vanish": Sample(kwargs=pk_of(household_in)),
    "household_purge": Sample(kwargs=pk_of(household_in)),
    "household_duplicate": Sample(kwargs=pk_of(household_in)),
    "household_reopen": Sample(kwargs=pk_of(household_in)),
    "household_help": Sample(kwargs=pk_of(household_in)),
    "household_confirm": Sample(kwargs=pk_of(household_in)),
    "mark_put": Sample(kwargs=pk_of(household_in)),
    "mark_lift": Sample(kwargs=lambda area: {"pk": household_in(area).pk, "mark": mark_in(area).pk}),
    "orders": Sample(shows=lambda area: order_in(area).proof),
    "order_show": Sample(kwargs=pk_of(order_in)),
    "order_request": Sample(kwargs=pk_of(household_in)),
    "order_execute": Sample(kwargs=pk_of(order_in)),
    "order_refuse": Sample(kwargs=pk_of(order_in)),
    "order_withdraw": Sample(kwargs=pk_of(order_in)),
    "window_declare": Sample(),
    "window_withdraw": Sample(kwargs=pk_of(window_in)),
    "household_edit": Sample(kwargs=pk_of(household_in)),
    "worksheet_edit": Sample(kwargs=pk_of(household_in)),
    "household_enroll": Sample(query=enrol_form, form=enrol_form),
    "member_add": Sample(kwargs=pk_of(household_in)),
    "member_edit": Sample(kwargs=pk_of(member_in)),
    "member_leave": Sample(kwargs=pk_of(member_in)),
    "spell_add": Sample(kwargs=pk_of(member_in)),
    "spell_edit": Sample(kwargs=lambda area: {"pk": member_in(area).pk, "spell": spell_in(area).pk}),
    "spell_withdraw": Sample(kwargs=lambda area: {"pk": member_in(area).pk, "spell": spell_in(area).pk}),
    "measure_add": Sample(kwargs=lambda area: {"pk": household_in(area).pk, "kind": "industry"}),
    "measure_edit": Sample(kwargs=lambda area: {"pk": household_in(area).pk, "measure": measure_in(area).pk}),
    "measure_withdraw": Sample(kwargs=lambda area: {"pk": household_in(area).pk, "measure": measure_in(area).pk}),
    "head_change": Sample(kwargs=pk_of(household_in)),
    "unmask": Sample(kwargs=pk_of(household_in)),
    "villages": Sample(shows=lambda area: village_in(area).name),
    "village_show": Sample(kwargs=of_village),
    "village_edit": Sample(kwargs=of_village),
    "village_confirm": Sample(kwargs=of_village),
    "village_decide": Sample(kwargs=lambda area: of_village(area) | {"operation": "include_village"}),
    "natural_add": Sample(kwargs=of_village, form=lambda area: {"name": "新寨组"}),
    "natural_edit": Sample(kwargs=pk_of(natural_in)),
    "natural_rename": Sample(kwargs=pk_of(natural_in)),
    "natural_close": Sample(kwargs=pk_of(natural_in)),
    "helpers": Sample(shows=lambda area: helper_in(area).helper_name, form=lambda area: {"q": "方"}),
    "helper_add": Sample(form=lambda area: {"area": area}),
    "helper_show": Sample(kwargs=pk_of(helper_in)),
    "helper_edit": Sample(kwargs=pk_of(helper_in)),
    "helper_account": Sample(kwargs=pk_of(helper_in)),
    "units": Sample(shows=lambda area: helper_in(area).unit.unit_name),
    "unit_add": Sample(form=lambda area: {"area": area}),
    "unit_show": Sample(kwargs=pk_of(unit_in)),
    "unit_edit": Sample(kwargs=pk_of(unit_in)),
    "unit_village_add": Sample(kwargs=pk_of(unit_in)),
    "unit_village_end": Sample(kwargs=pk_of(unit_village_in)),
    "teams": Sample(shows=lambda area: f"工作队{helper_in(area).area}号"),
    "team_add": Sample(form=lambda area: {"area": area}),
    "team_show": Sample(kwargs=pk_of(team_in)),
    "team_edit": Sample(kwargs=pk_of(team_in)),
    "team_end": Sample(kwargs=pk_of(team_in)),
    "team_member_add": Sample(kwargs=pk_of(team_in)),
    "team_member_edit": Sample(kwargs=pk_of(team_member_in)),
    "team_member_end": Sample(kwargs=pk_of(team_member_in)),
    "pairing_add": Sample(query=lambda area: {"household": household_in(area).pk}, form=lambda area: {"household": household_in(area).pk}),
    "pairing_end": Sample(kwargs=pk_of(pairing_in)),
    "pairing_withdraw": Sample(kwargs=pk_of(pairing_in)),
    "periods": Sample(),
    "period_open": Sample(),
    "period_rollover": Sample(kwargs=pk_of(period_of_tests)),
    "period_freeze": Sample(kwargs=pk_of(period_of_tests)),
    "period_rolling": Sample(kwargs=pk_of(period_of_tests)),
    "period_roll_cancel": Sample(kwargs=pk_of(period_of_tests)),
    "period_redate": Sample(kwargs=pk_of(period_of_tests)),
    "period_thaw": Sample(kwargs=pk_of(period_of_tests)),
    "places": Sample(query=area_query),
    "place_changes": Sample(shows=lambda area: place_change_in(area).new_name),
    "place_change_show": Sample(kwargs=lambda area: {"event": place_change_in(area).event}),
    "place_change_new": Sample(),
    "place_change_running": Sample(),
    "place_change_cancel": Sample(),
    "journal": Sample(query=lambda area: {"area": area}),
    "row_history": Sample(kwargs=lambda area: {"table": "household", "pk": household_in(area).pk}),
    "imports": Sample(shows=lambda area: batch_in(area).file_name),
    "import_upload": Sample(form=lambda area: {"area": area}),
    "import_show": Sample(kwargs=pk_of(batch_in)),
    "import_progress": Sample(kwargs=pk_of(batch_in)),
    "import_cancel": Sample(kwargs=pk_of(batch_in)),
    "import_again": Sample(kwargs=pk_of(batch_in)),
    "import_matching": Sample(kwargs=pk_of(batch_in)),
    "import_findings": Sample(kwargs=pk_of(batch_in)),
    "import_workbook": Sample(kwargs=pk_of(batch_in)),
    "import_proposals": Sample(kwargs=pk_of(batch_in)),
    "import_accept": Sample(kwargs=pk_of(batch_in), form=lambda area: {"accept": "keep", "page": "1"}),
    "exports": Sample(query=lambda area: {"area": area}, shows=lambda area: export_in(area).file_name),
    "export_new": Sample(form=lambda area: {"area": area}),
    "export_cancel": Sample(kwargs=pk_of(export_in)),
    "export_download": Sample(kwargs=pk_of(export_in)),
    "dictionary": Sample(),
    "dictionary_book": Sample(),
    "template_download": Sample(kwargs=lambda area: {"key": "household-archive"}),
}
