"""Natural villages (自然村): registering one, its archive, renaming and closing it."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.services.refusals import LostRace
from taizhang.policy.archive import NATURAL_VILLAGE_FACTS, facts_in
from taizhang.policy.archive.natural_village import MODULES
from taizhang.villages.models import NaturalVillage, NaturalVillagePeriod
from taizhang.villages.services.natural import (
    add_natural_village,
    close_natural_village,
    rename_natural_village,
    survey_natural_village,
)
from taizhang.villages.totals import beside_natural_village, counted
from taizhang.web.errors import refused
from taizhang.web.households.forms import Typed, corrected, plain, reason_section, version_of
from taizhang.web.households.operations.base import day_told, reason_told
from taizhang.web.households.saving import form_page, raced, saved, signed
from taizhang.web.villages.editing import NO_VILLAGE, NOTE, fields_beside
from taizhang.web.villages.showing import list_of, page_of, period_asked, village_asked


def natural_add(request: HttpRequest, area: str) -> HttpResponse:
    """Register a natural village."""
    place = village_asked(request, area, Permission.VILLAGE_SURVEY)
    if place is None:
        return refused(request, 409, says=NO_VILLAGE)
    errors: dict[str, str] = {}
    back = natural_of(place.code)

    def form(**told: Any) -> HttpResponse:
        return form_page(
            request,
            title=f"登记自然村 · {place.name}",
            crumbs=[("村档案", list_of()), (place.name, back), ("登记自然村", None)],
            note="系统在本村代码后加三位后缀编发代码；区划名单里有同名的村民小组时，沿用它的后缀。",
            sections=[{"title": "自然村", "fields": _name_fields(request, errors)}],
            cancel_url=back,
            errors=errors,
            **told,
        )

    if request.method != "POST":
        return form()
    name = _name_told(request, errors)
    if errors:
        return form(status=422)
    return saved(
        lambda: add_natural_village(
            **signed(request, "natural_village.add"), area=place.code, name=name, number=request.POST.get("number", "")
        ),
        go=back,
        form=form,
    )


def natural_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the archive of a natural village in a period."""
    natural = _seen(request, pk)
    period = period_asked(request)
    archive = NaturalVillagePeriod.objects.filter(natural_village=natural, period=period).first()
    if request.method != "POST":
        return _form(request, natural, period, archive, Typed())
    typed, version, reason = corrected(request, NATURAL_VILLAGE_FACTS, archive)
    if typed.errors:
        return _form(request, natural, period, archive, typed, version=version, status=422)

    def lost(race: LostRace) -> HttpResponse:
        stands = NaturalVillagePeriod.objects.filter(natural_village=natural, period=period).first()
        return _form(request, natural, period, stands, typed, **raced(stands, NATURAL_VILLAGE_FACTS, typed, version, race))

    return saved(
        lambda: survey_natural_village(
            **signed(request, "natural_village.survey", reason), natural_village=natural, period=period, version=version, facts=typed.values
        ),
        go=natural_of(natural.area, period),
        form=partial(_form, request, natural, period, archive, typed, version=version),
        lost=lost,
        errors=typed.errors,
    )


def natural_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the name or the number of a natural village."""
    natural = _seen(request, pk)
    errors: dict[str, str] = {}

    def form(**told: Any) -> HttpResponse:
        fields = _name_fields(request, errors, natural)
        return _act(request, natural, "自然村改名", fields, errors, **told)

    if request.method != "POST":
        return form()
    name = _name_told(request, errors)
    if errors:
        return form(status=422)
    return saved(
        lambda: rename_natural_village(
            **signed(request, "natural_village.rename"),
            natural_village=natural,
            version=version_of(request),
            name=name,
            number=request.POST.get("number", ""),
        ),
        go=natural_of(natural.area),
        form=form,
    )


def natural_close(request: HttpRequest, pk: int) -> HttpResponse:
    """A natural village is no more."""
    natural = _seen(request, pk)
    errors: dict[str, str] = {}

    def form(**told: Any) -> HttpResponse:
        fields = [
            plain("on", "撤销日期", request.POST, errors, kind="day", required=True),
            plain("reason", "撤销原因", request.POST, errors, kind="longtext", required=True, wide=True, help="将写入变动历史"),
        ]
        return _act(request, natural, "撤销自然村", fields, errors, **told)

    if request.method != "POST":
        return form()
    on, reason = day_told(request, errors), reason_told(request, errors, "请写明撤销的原因")
    if errors:
        return form(status=422)
    return saved(
        lambda: close_natural_village(
            **signed(request, "natural_village.close", reason), natural_village=natural, version=version_of(request), on=on
        ),
        go=natural_of(natural.area),
        form=form,
    )


def natural_of(area: str, period: Period | None = None) -> str:
    """The tab of the natural villages on the page of a village."""
    url = page_of(area, period)
    return f"{url}{'&' if '?' in url else '?'}tab=natural"


def _seen(request: HttpRequest, pk: int) -> NaturalVillage:
    return access.fetch(NaturalVillage.objects.visible_to(request.user, Permission.VILLAGE_SURVEY), pk=pk)


def _name_told(request: HttpRequest, errors: dict[str, str]) -> str:
    name = request.POST.get("name", "").strip()
    if not name:
        errors["name"] = "请填写自然村名称"
    elif len(name) > 50:
        errors["name"] = "名称不能超过 50 个字"
    return name


def _name_fields(request: HttpRequest, errors: dict[str, str], natural: NaturalVillage | None = None) -> list[dict[str, Any]]:
    stands = {"name": natural.name, "number": natural.number} if natural else {}
    told = request.POST if request.method == "POST" else stands
    return [plain("name", "自然村名称", told, errors, required=True), plain("number", "编号", told, errors, help="可不填")]


def _act(
    request: HttpRequest, natural: NaturalVillage, title: str, fields: list[dict[str, Any]], errors: dict[str, str], **told: Any
) -> HttpResponse:
    back = natural_of(natural.area)
    return form_page(
        request,
        title=f"{title} · {natural.name}",
        crumbs=[("村档案", list_of()), (natural.name, back), (title, None)],
        sections=[{"title": title, "fields": fields}],
        cancel_url=back,
        version=natural.version,
        errors=errors,
        **told,
    )


def _form(
    request: HttpRequest,
    natural: NaturalVillage,
    period: Period,
    archive: NaturalVillagePeriod | None,
    typed: Typed,
    *,
    version: int | None = None,
    theirs: dict[str, Any] | None = None,
    **told: Any,
) -> HttpResponse:
    counts = counted(period, natural.area).groups.get((natural.area, natural.name), {})
    beside, row = beside_natural_village(archive, counts), archive or NaturalVillagePeriod()
    sections = []
    for section, (title, _) in MODULES.items():
        sections.append({"title": title, "fields": fields_beside(facts_in(section), row, typed, beside, theirs)})
    if archive is not None:
        sections.append(reason_section(request.POST, typed.errors))
    back = natural_of(natural.area, period)
    return form_page(
        request,
        title=f"自然村档案 · {natural.name}",
        crumbs=[("村档案", list_of()), (natural.name, back), ("自然村档案", None)],
        note=NOTE.format(period.title, period.reference_on),
        sections=sections,
        cancel_url=back,
        version=version if version is not None else (archive.version if archive else 0),
        errors=typed.errors,
        **told,
    )
