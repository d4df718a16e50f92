"""One person (人员): the identity masked, households over time, archives by period, work spells, history."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import MemberPeriod, Membership, Person, WorkSpell
from taizhang.households.sealing import masked
from taizhang.journal import moments
from taizhang.places.tree import path_of
from taizhang.policy.ages import age_of
from taizhang.policy.archive import MEMBER_FACTS
from taizhang.web.households import showing
from taizhang.web.households.comparing import MOST, side_by_side
from taizhang.web.jinja import page
from taizhang.web.journal.sentences import MOST as MOST_TOLD
from taizhang.web.journal.sentences import entries_of, told_of
from taizhang.web.past import carried, past_of, reading_past, reads_past_of_person
from taizhang.web.shell import link

MEMBERSHIPS = (
    {"key": "household_no", "title": "户编号", "kind": "link", "lead": True},
    {"key": "relation", "title": "与户主关系"},
    {"key": "add_on", "title": "增加日期", "kind": "day"},
    {"key": "add_reason", "title": "增加原因"},
    {"key": "drop_on", "title": "减少日期", "kind": "day"},
    {"key": "drop_reason", "title": "减少原因"},
    {"key": "state", "title": "生存状态"},
    {"key": "open", "title": "现在户", "kind": "yesno"},
)


@reads_past_of_person
def person_show(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a person, now or as of a moment.

    Cost     6 queries
    """
    person = _seen(request, pk, Permission.HOUSEHOLD_VIEW)
    memberships = list(Membership.objects.filter(person=person).select_related("household").order_by("-open", "-pk"))
    archives = list(MemberPeriod.objects.filter(person=person).select_related("period").order_by("-period__reference_on", "-pk"))
    spells = list(WorkSpell.objects.filter(person=person, withdrawn=False).select_related("period").order_by("-spell_from_on", "-pk"))
    shown = list(reversed(archives[:MOST]))
    context = _head(request, person, memberships, "facts") | {
        "memberships": {"columns": MEMBERSHIPS, "rows": [_membership(request, m) for m in memberships]},
        "columns": [a.period.title for a in shown],
        "lines": side_by_side(MEMBER_FACTS, shown),
        "older": len(archives) - len(shown),
        "spells": {"columns": _spell_columns(), "rows": [showing.spell_row(s, s.period.title) for s in spells]},
    }
    return page(request, "households/person.html", context)


def person_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to a person: identity, households, archives, work spells.

    Cost     10 queries
    """
    person = _seen(request, pk, Permission.JOURNAL_VIEW)
    memberships = list(Membership.objects.filter(person=person).select_related("household").order_by("-open", "-pk"))
    homes = {m.pk: f"户 {m.household.household_no}" for m in memberships}
    surveys = dict(MemberPeriod.objects.filter(person=person).values_list("pk", "period__title"))
    spells = dict(WorkSpell.objects.filter(person=person).values_list("pk", "period__title"))
    told = told_of([(Person, [person.pk]), (Membership, homes), (MemberPeriod, surveys), (WorkSpell, spells)])
    names: dict[str, dict[int, str]] = {"membership": homes, "member_period": surveys, "work_spell": spells}
    before = request.GET.get("before", "")
    left = [t for t in told if not before.isdecimal() or t.position < int(before)]
    older = f"?{urlencode({'before': left[MOST_TOLD - 1].position})}" if len(left) > MOST_TOLD else None
    context = _head(request, person, memberships, "history") | {
        "entries": entries_of(left[:MOST_TOLD], lambda table, row, image: names.get(table, {}).get(row, "")),
        "older_url": older,
    }
    return page(request, "households/person.html", context)


def _seen(request: HttpRequest, pk: int, permission: Permission) -> Person:
    if reading_past() and getattr(request, "stands_open", False):
        return access.fetch(Person.objects, pk=pk)  # who may see him as he is now may see what he was, wherever he stood
    return access.fetch(Person.objects.visible_to(request.user, permission), pk=pk)


def _head(request: HttpRequest, person: Person, memberships: list[Membership], tab: str) -> dict[str, Any]:
    today, here = moments.today(), next((m for m in memberships if m.open), None)
    told = [
        ("人编号", person.person_no),
        (showing.label("id_type", person.id_type) or "证件号码", masked(bytes(person.id_no), "id_no") if person.id_no else None),
        ("性别", showing.label("sex", person.sex)),
        ("出生日期", person.birth_date and person.birth_date.isoformat()),
        ("年龄", None if person.birth_date is None else f"{age_of(person.birth_date, today)} 岁"),
        ("民族", showing.label("ethnicity", person.ethnicity)),
        ("所在村", " · ".join(path_of(person.area, today)[-2:]) or person.area),
    ]
    show = carried(reverse("person_show", args=[person.pk]))
    history = link(request.user, "person_history", person.pk, area=person.area)
    tabs = [{"title": "档案", "url": show, "here": tab == "facts"}]
    household = here and link(request.user, "household_show", here.household_id, area=here.household.area)
    return {
        "name": person.name,
        "marks": [{"label": "在户" if here else "不在任何户", "colour": "green" if here else "secondary"}],
        "line": [(label, value or "未填") for label, value in told],
        "crumbs": [
            ("户档案", carried(reverse("households"))),
            *([(f"户 {here.household.household_no}", household)] if here else []),
            (person.name, None),
        ],
        "links": {
            "household": household,
            "edit": link(request.user, "member_edit", here.pk, area=here.area) if here else None,
            "unmask": link(request.user, "unmask", here.household_id, area=here.household.area) if here else None,
        },
        "tabs": [*tabs, {"title": "历史", "url": history, "here": tab == "history"}] if history else tabs,
        "tab": tab,
        "past": past_of(request),
    }


def _membership(request: HttpRequest, row: Membership) -> dict[str, Any]:
    return {
        "household_no": row.household.household_no,
        "url": link(request.user, "household_show", row.household_id, area=row.household.area),
        "relation": showing.label("relation", row.relation),
        "add_on": row.add_on,
        "add_reason": showing.label("add_reason", row.add_reason),
        "drop_on": row.drop_on,
        "drop_reason": showing.label("drop_reason", row.drop_reason),
        "state": showing.label("member_state", row.state),
        "open": row.open,
    }


def _spell_columns() -> list[dict[str, Any]]:
    """The columns of work spells, the period in the place of the name."""
    first, *rest = showing.spell_columns()
    return [{**first, "title": "期次"}, *rest]
