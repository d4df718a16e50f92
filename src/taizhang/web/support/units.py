"""Units that help (帮扶单位): the list, one unit with its villages and helpers, registering, correcting, the villages it helps."""

from functools import partial
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.services.refusals import LostRace
from taizhang.journal.moments import today
from taizhang.policy.archive import UNIT_FACTS
from taizhang.support.models import Helper, SupportUnit, UnitVillage
from taizhang.support.services.units import add_unit, correct_unit, end_unit_village, put_unit_village
from taizhang.web.households import showing
from taizhang.web.households.forms import Typed, corrected, field_of, plain, version_of
from taizhang.web.households.keyset import PAGE, leaf, pager
from taizhang.web.households.saving import form_page, raced, saved, signed
from taizhang.web.households.showing import label
from taizhang.web.imports.showing import area_choices
from taizhang.web.jinja import page
from taizhang.web.past import as_asked, carried, moment_field, past_of, reading_past, reads_past_of_support
from taizhang.web.shell import link
from taizhang.web.support.keeping import UNIT, kept_page, new_typed
from taizhang.web.support.showing import day_typed, place_of, places_of, village_field

KEYS = (("initials", 1), ("id", 1))
COLUMNS = (
    {"key": "name", "title": "单位名称", "kind": "link", "lead": True},
    {"key": "type", "title": "单位类型"},
    {"key": "level", "title": "隶属关系"},
    {"key": "contact", "title": "联系人"},
    {"key": "villages", "title": "帮扶村数", "kind": "number"},
    {"key": "place", "title": "登记地区"},
    {"key": "ended_on", "title": "停用日期", "kind": "day", "shown": False},
)
VILLAGE_COLUMNS = (
    {"key": "place", "title": "帮扶村", "lead": True},
    {"key": "from_on", "title": "开始", "kind": "day"},
    {"key": "to_on", "title": "结束", "kind": "day"},
)
HELPER_COLUMNS = (
    {"key": "name", "title": "姓名", "kind": "link", "lead": True},
    {"key": "post", "title": "职务"},
)


@reads_past_of_support
def units(request: HttpRequest) -> HttpResponse:
    """The units that the user keeps, and those that help villages of his area, now or as of a moment."""
    q, on = request.GET.get("q", "").strip(), today()
    found = SupportUnit.objects.visible_to(request.user)
    if q:
        found = found.filter(Q(unit_name__contains=q) | Q(initials__startswith=q.lower()))
    helped = UnitVillage.objects.filter(unit=OuterRef("pk"), from_on__lte=on).filter(Q(to_on__isnull=True) | Q(to_on__gt=on))
    helps = Coalesce(Subquery(helped.order_by().values("unit").annotate(n=Count("pk")).values("n")), 0)
    total = found.count()
    leafed = leaf(found.annotate(villages=helps), KEYS, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    places = places_of({unit.area for unit in leafed.rows})
    kept = ({"q": q} if q else {}) | as_asked()
    context = {
        "query_url": reverse("units"),
        "reset_url": carried(reverse("units")),
        "fields": [{"name": "q", "label": "单位名称", "kind": "text", "value": q, "placeholder": "名称/首字母"}, moment_field()],
        "total": total,
        "past": past_of(request),
        "columns": COLUMNS,
        "rows": [_row(unit, places) for unit in leafed.rows],
        "pager": pager(leafed, reverse("units"), kept, request.GET.get("at", ""), total),
        "links": {"add": link(request.user, "unit_add"), "helpers": link(request.user, "helpers")},
    }
    return page(request, "support/units.html", context)


@reads_past_of_support
def unit_show(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit, now or as of a moment."""
    unit = access.fetch(SupportUnit.objects.visible_to(request.user), pk=pk)
    helps = list(UnitVillage.objects.visible_to(request.user, Permission.SUPPORT_VIEW).filter(unit=unit).order_by("-from_on", "-pk"))
    places = places_of({row.area for row in helps})
    scope = access.scope_of(request.user, Permission.SUPPORT_KEEP)
    own = Helper.objects.visible_to(request.user).filter(unit=unit).order_by("initials", "pk")[:PAGE]
    context = {
        "past": past_of(request),
        "unit": {"name": unit.unit_name, "number": unit.unit_no},
        "facts": [
            *showing.told(UNIT_FACTS, unit),
            {"label": "登记地区", "value": place_of(unit.area)},
            *([{"label": "停用日期", "value": unit.ended_on}] if unit.ended_on else []),
        ],
        "village_columns": VILLAGE_COLUMNS,
        "villages": [
            {
                "place": places[row.area],
                "from_on": row.from_on,
                "to_on": row.to_on,
                "acts": [{"title": "结束", "url": reverse("unit_village_end", args=[row.pk])}]
                if row.to_on is None and not reading_past() and scope.contains(row.area)
                else [],
            }
            for row in helps
        ],
        "helper_columns": HELPER_COLUMNS,
        "helpers": [{"url": carried(reverse("helper_show", args=[h.pk])), "name": h.helper_name, "post": h.helper_post} for h in own],
        "links": {
            "list": carried(reverse("units")),
            "edit": reverse("unit_edit", args=[pk]) if not reading_past() and scope.contains(unit.area) else None,
            "village": link(request.user, "unit_village_add", pk),
        },
    }
    return page(request, "support/unit.html", context)


def unit_add(request: HttpRequest) -> HttpResponse:
    """Register a unit."""
    if request.method != "POST":
        return _form(request, None, Typed())
    typed, area, facts = new_typed(request, UNIT, UNIT_FACTS)
    if typed.errors:
        return _form(request, None, typed, status=422)
    return saved(
        lambda: add_unit(**signed(request, "unit.add"), area=area, facts=facts),
        go=lambda pk: reverse("unit_show", args=[pk]),
        form=partial(_form, request, None, typed),
        errors=typed.errors,
    )


def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of a unit."""
    unit = access.fetch(SupportUnit.objects.kept_by(request.user), pk=pk)
    if request.method != "POST":
        return _form(request, unit, Typed(), version=unit.version)
    typed, version, reason = corrected(request, UNIT_FACTS, unit)
    ended_on = day_typed(request, "ended_on", typed.errors, required=False)
    if typed.errors:
        return _form(request, unit, typed, version=version, status=422)

    def lost(race: LostRace) -> HttpResponse:
        unit.refresh_from_db()
        return _form(request, unit, typed, version=unit.version, **raced(unit, UNIT_FACTS, typed, version, race))

    return saved(
        lambda: correct_unit(**signed(request, "unit.correct", reason), unit=unit, version=version, facts=typed.values, ended_on=ended_on),
        go=reverse("unit_show", args=[pk]),
        form=partial(_form, request, unit, typed, version=version),
        lost=lost,
        errors=typed.errors,
    )


def unit_village_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit begins to help a village."""
    unit = access.fetch(SupportUnit.objects.visible_to(request.user, Permission.SUPPORT_KEEP), pk=pk)
    errors: dict[str, str] = {}

    def form(**told: Any) -> HttpResponse:
        fields = [
            village_field(request, "village", "帮扶村", errors),
            plain("on", "开始日期", request.POST, errors, kind="day", required=True),
        ]
        return _act_form(request, unit, "登记帮扶村", fields, errors, **told)

    if request.method != "POST":
        return form()
    area, on = request.POST.get("village", ""), day_typed(request, "on", errors)
    if area not in dict(area_choices(request.user, Permission.SUPPORT_KEEP)):
        errors["village"] = "请从名单中选择行政村"
    if errors or on is None:
        return form(status=422)
    return saved(
        lambda: put_unit_village(**signed(request, "unit.help"), unit=unit, area=area, on=on),
        go=reverse("unit_show", args=[pk]),
        form=form,
    )


def unit_village_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit helps a village no more."""
    rows = UnitVillage.objects.visible_to(request.user, Permission.SUPPORT_KEEP).select_related("unit")
    help_ = access.fetch(rows, pk=pk)
    errors: dict[str, str] = {}

    def form(**told: Any) -> HttpResponse:
        fields = [
            {"name": "village", "label": "帮扶村", "kind": "shown", "value": place_of(help_.area)},
            {"name": "since", "label": "开始日期", "kind": "shown", "value": help_.from_on},
            plain("on", "结束日期", request.POST, errors, kind="day", required=True),
        ]
        return _act_form(request, help_.unit, "结束帮扶", fields, errors, version=help_.version, **told)

    if request.method != "POST":
        return form()
    on = day_typed(request, "on", errors)
    if errors or on is None:
        return form(status=422)
    return saved(
        lambda: end_unit_village(**signed(request, "unit.help_end"), help_=help_, version=version_of(request), on=on),
        go=reverse("unit_show", args=[help_.unit_id]),
        form=form,
    )


def _row(unit: Any, places: dict[str, str]) -> dict[str, Any]:
    return {
        "url": carried(reverse("unit_show", args=[unit.pk])),
        "name": unit.unit_name,
        "type": label("unit_type", unit.unit_type),
        "level": label("unit_level", unit.unit_level),
        "contact": unit.unit_contact,
        "villages": unit.villages,
        "place": places.get(unit.area, unit.area),
        "ended_on": unit.ended_on,
    }


def _act_form(
    request: HttpRequest, unit: SupportUnit, title: str, fields: list[dict[str, Any]], errors: dict[str, str], **told: Any
) -> HttpResponse:
    back = reverse("unit_show", args=[unit.pk])
    return form_page(
        request,
        title=f"{title} · {unit.unit_name}",
        crumbs=[("帮扶单位", reverse("units")), (unit.unit_name, back), (title, None)],
        sections=[{"title": title, "fields": fields}],
        cancel_url=back,
        errors=errors,
        **told,
    )


def _form(
    request: HttpRequest, unit: SupportUnit | None, typed: Typed, *, theirs: dict[str, Any] | None = None, **told: Any
) -> HttpResponse:
    fields = [field_of(f, unit or SupportUnit(), typed, theirs=theirs) for f in UNIT_FACTS]
    return kept_page(request, UNIT, unit, fields, typed.errors, **told)
