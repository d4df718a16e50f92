"""The form that registers and corrects what offices keep: a unit that helps, a helper."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts.permissions import Permission
from taizhang.policy.archive import Fact
from taizhang.support.models import Helper, SupportUnit
from taizhang.web.households.forms import Typed, plain, read_facts, reason_section
from taizhang.web.households.saving import form_page
from taizhang.web.imports.showing import area_choices


@dataclass(frozen=True, slots=True)
class Kept:
    """What differs between the two: the noun, the fact that names one, the pages, what its end is called."""

    zh: str
    name: str
    pages: str
    shows: str
    ended: str
    ended_help: str


UNIT = Kept("帮扶单位", "unit_name", "units", "unit_show", "停用日期", "从这一天起不再帮扶")
HELPER = Kept("帮扶责任人", "helper_name", "helpers", "helper_show", "不再帮扶日期", "从这一天起不再帮扶；在帮的户请另行更换或结束结对")


def new_typed(request: HttpRequest, kept: Kept, facts: Iterable[Fact]) -> tuple[Typed, str, dict[str, Any]]:
    """What the form of a new one carried: as typed, the area that keeps it, the facts that are known. Without area or name it is wrong."""
    typed, area = read_facts(request.POST, facts), request.POST.get("area", "").strip()
    if not area:
        typed.errors["area"] = "请选择登记地区"
    if not typed.values.get(kept.name):
        typed.errors.setdefault(kept.name, "必填")
    return typed, area, {name: value for name, value in typed.values.items() if value is not None}


def kept_page(
    request: HttpRequest, kept: Kept, row: SupportUnit | Helper | None, fields: list[dict[str, Any]], errors: dict[str, str], **told: Any
) -> HttpResponse:
    """The form of a new one, with the area that keeps it; or that of `row`, with its end and the reason of the correction."""
    listed = (kept.zh, reverse(kept.pages))
    if row is None:
        title, url, crumbs = f"登记{kept.zh}", listed[1], [listed, (f"登记{kept.zh}", None)]
        sections = [{"title": kept.zh, "fields": [_area(request, errors), *fields]}]
    else:
        name, url = getattr(row, kept.name), reverse(kept.shows, args=[row.pk])
        title, crumbs = f"更正 {name}", [listed, (name, url), ("更正", None)]
        sections = [{"title": kept.zh, "fields": [*fields, _ended(request, kept, row, errors)]}, reason_section(request.POST, errors)]
    return form_page(request, title=title, crumbs=crumbs, sections=sections, cancel_url=url, errors=errors, **told)


def _area(request: HttpRequest, errors: dict[str, str]) -> dict[str, Any]:
    choices = area_choices(request.user, Permission.SUPPORT_KEEP)
    field = plain("area", "登记地区", request.POST, errors, kind="find", choices=choices, required=True)
    own = request.user.area if request.user.area in dict(choices) else ""
    return field | {"value": request.POST.get("area") or own}


def _ended(request: HttpRequest, kept: Kept, row: SupportUnit | Helper, errors: dict[str, str]) -> dict[str, Any]:
    field = plain("ended_on", kept.ended, request.POST, errors, kind="day", help=kept.ended_help)
    return field | {"value": request.POST.get("ended_on", row.ended_on.isoformat() if row.ended_on else "")}
