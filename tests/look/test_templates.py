"""Every page renders strictly, says what it says in Chinese, and keeps the content policy."""

import re
from pathlib import Path

import lxml.html
import pytest
from django.template import engines
from django.test import RequestFactory
from operation_samples import ACT, INSERTS
from page_samples import SAMPLES, SHELL, household

import taizhang
from taizhang.web.jinja import page as answer_of
from taizhang.web.jinja import render_part

WEB = Path(taizhang.__file__).parent / "web"
OURS = sorted(WEB.glob("static/js/*.js")) + sorted(WEB.glob("static/css/*.css"))
BASES = {"base.html", "errors/base.html"}
FRAGMENTS = {"waiting.html", "places/children.html", "places/found.html", "households/condition.html", "households/condition_value.html"}
WHOLE = sorted(set(SAMPLES) - FRAGMENTS)
WITH_PART = [name for name in WHOLE if not name.startswith(("errors/", "sign_in"))]
TABS = ["facts", "problems", "measures", "duties", "tasks", "history"]


def page(name, context=None):
    shell = {} if name.startswith(("errors/", "sign_in")) else {"shell": SHELL}
    return engines["jinja2"].get_template(name).render({**(context or SAMPLES[name]), **shell}, request=RequestFactory().get("/"))


def test_every_page_template_has_a_sample():
    templates = {path.relative_to(WEB / "templates").as_posix() for path in (WEB / "templates").rglob("*.html")}
    assert {name for name in templates if not name.startswith("components/")} - BASES == set(SAMPLES) | set(INSERTS)


@pytest.mark.parametrize("name", INSERTS)
def test_what_stands_inside_an_act_renders_there(name):
    tree = lxml.html.fromstring(page("act.html", {**ACT, **INSERTS[name], "extra": name}))
    assert len(tree.xpath("//form//*[@class='save-bar']")) == 1


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_of_a_page_would_be_refused_by_the_content_policy(name):
    tree = lxml.html.fromstring(f"<div>{page(name)}</div>" if name in FRAGMENTS else page(name))
    assert tree.xpath("//*[@style] | //style | //*[@*[starts-with(name(), 'on') or starts-with(name(), 'hx-on')]]") == []
    assert tree.xpath("//script[not(@src) and not(@type='application/json')]") == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_asks_nothing_of_another_server(name):
    tree = lxml.html.fromstring(f"<div>{page(name)}</div>" if name in FRAGMENTS else page(name))
    addresses = tree.xpath("//@href | //@src | //@action | //@formaction | //@hx-get | //@hx-post")
    assert [address for address in addresses if re.match(r"\w+:|//", address)] == []


@pytest.mark.parametrize("file", OURS, ids=lambda path: path.name)
def test_a_file_of_ours_names_no_other_server(file):
    assert re.findall(r"https?://|url\(\s*['\"]?//|@import", file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", WITH_PART)
def test_a_part_alone_is_what_the_whole_page_holds(name):
    request = RequestFactory().get("/")
    part = render_part(request, name, {**SAMPLES[name], "csrf_token": "", "shell": SHELL})
    whole = page(name)
    assert squeezed(part) in squeezed(whole)


def squeezed(html):
    """Without the anti-forgery values, which differ from one rendering to the next, and without white space."""
    return re.sub(r"\s+", "", re.sub(r'value="[A-Za-z0-9]{64}"', "", html))


@pytest.mark.parametrize("name", WHOLE)
def test_every_input_of_a_page_has_a_name_for_those_who_cannot_see_it(name):
    tree = lxml.html.fromstring(page(name))
    labelled = set(tree.xpath("//label/@for"))
    inputs = tree.xpath("//input[not(@type='hidden')] | //select | //textarea")
    assert [
        each.get("name")
        for each in inputs
        if each.get("id") not in labelled and not each.get("aria-label") and not each.xpath("ancestor::label")
    ] == []


@pytest.mark.parametrize("name", WHOLE)
def test_no_id_stands_twice_on_a_page(name):
    ids = lxml.html.fromstring(page(name)).xpath("//@id")
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_of_a_household_says_where_one_is(tab):
    tree = lxml.html.fromstring(page("households/show.html", household(tab)))
    assert tree.xpath("//a[@role='tab'][@aria-selected='true']/@href") == [f"?tab={tab}"]


def test_a_tab_without_records_says_what_will_fill_it():
    assert "数据核查发现的疑点" in page("households/show.html", household("problems"))


def test_an_empty_list_says_what_to_do():
    html = page("households/list.html", {**SAMPLES["households/list.html"], "rows": [], "pager": None})
    assert "没有符合条件的户" in html
    assert "请放宽查询条件" in html


def test_a_button_without_permission_is_left_out():
    html = page("households/list.html", {**SAMPLES["households/list.html"], "links": {"add": None, "import": None, "export": "/export"}})
    assert "新增户" not in html
    assert "导出当前结果" in html


def test_typed_text_is_escaped():
    html = page("sign_in.html", {**SAMPLES["sign_in.html"], "name": '"><script>alert(1)</script>'})
    assert "<script>alert" not in html


def test_chart_data_cannot_end_its_own_script():
    desk = SAMPLES["desk.html"]
    told = {"kind": "ring", "names": ["</script><b>"], "series": [{"name": "户数", "values": [1]}]}
    assert "</script><b>" not in page("desk.html", {**desk, "charts": {**desk["charts"], "causes": told}})


def test_a_running_job_asks_again_each_second():
    assert 'hx-trigger="every 1s"' in page("imports/progress.html")


def test_a_finished_job_asks_no_more():
    sample = SAMPLES["imports/progress.html"]
    assert "every 1s" not in page("imports/progress.html", {**sample, "job": {**sample["job"], "state": "done"}})


def test_every_icon_named_by_a_template_stands_in_the_sprite():
    text = "".join(path.read_text(encoding="utf-8") for path in (WEB / "templates").rglob("*.html"))
    named = set(re.findall(r'(?:icon\(|icon_name=|"icon": |"icon_name": )"([a-z0-9-]+)"', text))
    sprite = (WEB / "static" / "vendor" / "tabler-icons-3.51.0" / "sprite.svg").read_text(encoding="utf-8")
    assert named - set(re.findall(r'<symbol id="([^"]+)"', sprite)) == set()


def test_htmx_is_given_the_part_only():
    request = RequestFactory().get("/", headers={"HX-Request": "true"})
    answer = answer_of(request, "households/list.html", SAMPLES["households/list.html"], status=422)
    assert (answer.status_code, answer["Vary"]) == (422, "HX-Request")
    assert "<html" not in answer.content.decode()


def test_the_back_button_is_given_the_whole_page():
    request = RequestFactory().get("/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in answer_of(request, "households/list.html", SAMPLES["households/list.html"]).content.decode()
