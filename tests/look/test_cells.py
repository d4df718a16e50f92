"""The cells of a table: each kind as a page shows it, everything escaped, unknown is blank and never 否."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import engines
from markupsafe import Markup

UNSAFE = "<script>alert('x')</script>"
ESCAPED = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"


def cell(kind: str, value: object, **row: object) -> str:
    """What one cell holds."""
    cells_of = engines["jinja2"].env.globals["cells_of"]
    whole = cells_of([{"key": "it", "title": "它", "kind": kind}])({"it": value, **row})
    return whole.partition(">")[2].removesuffix("</td>")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("text", "王村", "王村"),
        ("wrap", 12, "12"),
        ("yuan", Decimal("1234.5"), "1,234.50"),
        ("number", Decimal("1234.50"), "1,234.5"),
        ("percent", 0.986, "98.6%"),
        ("signed", 0.25, '<span class="">+25.0%</span>'),
        ("signed", -0.25, '<span class="down">-25.0%</span>'),
        ("day", date(2026, 10, 1), "2026-10-01"),
        ("moment", datetime(2026, 10, 1, 1, 30, tzinfo=UTC), "2026-10-01 09:30"),
        ("partial", "201808", "2018年8月"),
        ("yesno", True, "是"),
        ("yesno", False, "否"),
        ("yesno", None, '<span class="unknown">未填</span>'),
        ("severity", "W", '<span class="badge bg-orange-lt">提醒</span>'),
        ("badge", {"label": "低保", "colour": "purple"}, '<span class="badge bg-purple-lt">低保</span>'),
        ("status", {"label": "在用", "colour": "green"}, '<span class="status status-green"><span class="status-dot"></span>在用</span>'),
        ("badge", {"label": "", "colour": "purple"}, ""),
        ("html", Markup("<b>户</b>"), "<b>户</b>"),
    ],
)
def test_each_kind_is_shown_in_its_way(kind, value, shown):
    assert cell(kind, value) == shown


@pytest.mark.parametrize(
    "kind", ["text", "link", "mono", "yuan", "number", "percent", "day", "moment", "partial", "badge", "status", "severity"]
)
def test_what_is_unknown_is_blank(kind):
    assert cell(kind, None, url="/x") == ""


@pytest.mark.parametrize("kind", ["text", "link", "mono", "wrap", "html", "partial"])
def test_what_a_person_typed_is_escaped(kind):
    assert cell(kind, UNSAFE) == ESCAPED


def test_labels_and_addresses_are_escaped_too():
    assert cell("badge", {"label": UNSAFE, "colour": "red"}) == f'<span class="badge bg-red-lt">{ESCAPED}</span>'
    assert cell("link", "王", url='/x?"y') == '<a class="fw-medium" href="/x?&#34;y">王</a>'


def test_a_link_without_an_address_is_text():
    assert cell("link", "王", url=None) == "王"


def test_a_column_has_its_class_and_the_leading_one_stays():
    cells_of = engines["jinja2"].env.globals["cells_of"]
    opening = cells_of([{"key": "sum", "title": "合计", "kind": "yuan", "lead": True}])({"sum": 1})
    assert opening == '<td data-col="sum" class="num stays">1.00</td>'
