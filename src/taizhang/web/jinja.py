"""The template environment: strict, escaped, and with every component under one name `ui` (see components.md)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from taizhang.web.cells import row_maker

SPRITE = "vendor/tabler-icons-3.51.0/sprite.svg"
UNKNOWN = Markup('<span class="unknown">未填</span>')


def environment(**options: Any) -> Environment:
    """The Jinja2 environment of Django's backend (settings: OPTIONS["environment"])."""
    made = Environment(**{**options, "autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})  # noqa: S701
    made.globals.update(static=static, url=url, sprite=SPRITE, ui=Components(made))
    made.filters.update(
        yuan=yuan, number=number, day=day, moment=moment, partial=partial, yesno=yesno, masked=masked, ago=ago, shown=shown, percent=percent
    )
    made.globals["cells_of"] = cells_of
    return made


def cells_of(columns: Sequence[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], Markup]:
    """A function that writes the cells of one row of a table with these columns."""
    return row_maker(columns, engines["jinja2"].env.filters)


class Components:
    """Every macro of templates/components/ as an attribute, so that a page needs no import and a block can be rendered alone."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._files: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._files:
            self._files = self.files()
        if name not in self._files:
            raise AttributeError(f"no component {name} in templates/components")
        return getattr(self._environment.get_template(self._files[name]).module, name)

    def files(self) -> dict[str, str]:
        """Macro name → the file it stands in. Raises ValueError when two files use one name."""
        found: dict[str, str] = {}
        for file in self._environment.list_templates(filter_func=lambda path: path.startswith("components/")):
            for name in vars(self._environment.get_template(file).module):
                if name.startswith("_"):
                    continue
                if name in found:
                    raise ValueError(f"component {name} stands in {found[name]} and in {file}")
                found[name] = file
        return found


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page."""
    return reverse(name, args=args, kwargs=kwargs)


def page(request: HttpRequest, template_name: str, context: Mapping[str, Any], status: int = 200, part: str = "part") -> HttpResponse:
    """The answer of a view: the whole page, or its part where HTMX asked for it (never for the back button)."""
    if asks_for_part(request):
        answer = HttpResponse(render_part(request, template_name, context, part), status=status)
    else:
        answer = render(request, template_name, dict(context), status=status, using="jinja2")
    patch_vary_headers(answer, ("HX-Request",))
    return answer


def asks_for_part(request: HttpRequest) -> bool:
    """Whether HTMX asked for a part of a page, and not for the back button."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def page_text(request: HttpRequest, template_name: str, context: Mapping[str, Any], token: str, part: str = "part") -> str:
    """What `page` answers, as text, with `token` in the place of the request's own in every form."""
    hidden = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(token)
    told = {**context, "csrf_token": token, "csrf_input": hidden}
    if asks_for_part(request):
        return render_part(request, template_name, told, part)
    return engines["jinja2"].get_template(template_name).template.render(_whole(request, told))


def render_part(request: HttpRequest, template_name: str, context: Mapping[str, Any], part: str = "part") -> str:
    """One named block of a page template, with the same context as the whole page.

    Raises   KeyError when the page has no such block
    """
    template = engines["jinja2"].get_template(template_name).template
    return "".join(template.blocks[part](template.new_context(_whole(request, context))))


def _whole(request: HttpRequest, context: Mapping[str, Any]) -> dict[str, Any]:
    """A context with what Django's backend gives to every page; a token that stands in it already stays."""
    whole = {"csrf_token": csrf_token_lazy(request), "csrf_input": csrf_input_lazy(request), **context, "request": request}
    for processor in engines["jinja2"].template_context_processors:
        whole.update(processor(request))
    return whole


def yuan(value: Decimal | float | None) -> str:
    """1234.5 → 1,234.50. Blank: "" for None."""
    return "" if value is None else f"{value:,.2f}"


def number(value: Decimal | float | None) -> str:
    """1234.50 → 1,234.5. Blank: "" for None."""
    if value is None:
        return ""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Decimal | float | None) -> str:
    """0.986 → 98.6%. Blank: "" for None."""
    return "" if value is None else f"{value * 100:.1f}%"


def day(value: date | datetime | None) -> str:
    """A date as 2026-10-01 in local time. Blank: "" for None."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return "" if value is None else value.isoformat()


def moment(value: datetime | None) -> str:
    """An instant as 2026-10-01 09:30 in local time. Blank: "" for None."""
    if value is None:
        return ""
    return (timezone.localtime(value) if timezone.is_aware(value) else value).strftime("%Y-%m-%d %H:%M")


def partial(value: str | int | None) -> str:
    """A date known to the year, month or day (2018, 201808, 20180830, with or without dashes) → 2018年8月. Blank: "" for None."""
    digits = str(value or "").replace("-", "").replace(".", "")
    if len(digits) not in (4, 6, 8) or not digits.isdecimal():
        return str(value or "")
    words = [f"{digits[:4]}年", *(f"{int(digits[at : at + 2])}{unit}" for at, unit in ((4, "月"), (6, "日")) if len(digits) > at)]
    return "".join(words)


def yesno(value: bool | None) -> str | Markup:
    """是, 否, and 未填 for None: unknown is never shown as 否."""
    return UNKNOWN if value is None else ("是" if value else "否")


def masked(value: str | None, head: int = 6, tail: int = 1) -> str:
    """A secret with its middle hidden; one that comes masked stays as it is. Blank: "" for None."""
    text = value or ""
    if "*" in text:
        return text
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def ago(value: datetime | None, now: datetime | None = None) -> str:
    """How long ago, in words; past a day the date itself. Blank: "" for None."""
    if value is None:
        return ""
    seconds = ((now or timezone.now()) - value).total_seconds()
    if seconds < 60:
        return "刚刚"
    if seconds < 3600:
        return f"{int(seconds // 60)} 分钟前"
    if seconds < 86400:
        return f"{int(seconds // 3600)} 小时前"
    return moment(value)


def shown(value: Any, unit: str = "") -> str | Markup:
    """A fact of any kind as a page shows it: 未填 when unknown, yes and no in words, several joined by 、, the unit small behind."""
    if value is None or value == "" or value == [] or value == ():
        return UNKNOWN
    if isinstance(value, bool):
        return yesno(value)
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value)
    if isinstance(value, date):
        text = moment(value) if isinstance(value, datetime) else day(value)
    elif isinstance(value, Decimal) and unit == "元":
        text = yuan(value)
    elif isinstance(value, Decimal | int | float):
        text = number(value)
    else:
        text = str(value)
    return Markup("{} <small>{}</small>").format(text, unit) if unit else escape(text)
