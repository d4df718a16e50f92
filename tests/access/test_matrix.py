"""The access matrix (trust.md A1): every address × method × role × area relation answers what the policy declares.

Both sides are made here: `declared` reads the policy file and compares digits of codes by itself, `answered` asks the pages.
"""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from taizhang.accounts.access import NATION
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Relation
from taizhang.accounts.rulebook import Rule, rulebook
from tests.access.samples import SAMPLES, Sample, nothing
from tests.cast import CAST, COUNTY, NEXT_VILLAGE, OTHER_COUNTY, PREFECTURE, PROVINCE, TOWNSHIP, VILLAGE, account_of, grant_to, signed_in

pytestmark = pytest.mark.django_db
WIDTH = {"nation": 0, "province": 2, "prefecture": 4, "county": 6, "township": 9, "village": 12}
NEXT_TOWNSHIP, OTHER_VILLAGE, OTHER_TOWNSHIP = "990101101000", "990102100201", "990102100000"
NEXT_PREFECTURE, NEXT_PROVINCE, FAR_COUNTY = "990200000000", "980000000000", "980101000000"
AREAS = {
    "village": {"own": VILLAGE, "child": f"{VILLAGE}003", "parent": TOWNSHIP, "sibling": NEXT_VILLAGE, "other county": OTHER_VILLAGE},
    "township": {"own": TOWNSHIP, "child": VILLAGE, "parent": COUNTY, "sibling": NEXT_TOWNSHIP, "other county": OTHER_TOWNSHIP},
    "county": {"own": COUNTY, "child": TOWNSHIP, "parent": PREFECTURE, "sibling": OTHER_COUNTY, "other county": OTHER_VILLAGE},
    "prefecture": {"own": PREFECTURE, "child": COUNTY, "parent": PROVINCE, "sibling": NEXT_PREFECTURE, "other county": FAR_COUNTY},
    "province": {"own": PROVINCE, "child": PREFECTURE, "parent": NATION, "sibling": NEXT_PROVINCE, "other county": FAR_COUNTY},
}
NOBODY = {"guest": AREAS["village"], "former": AREAS["province"]}
FEWER = {"state": ("state", NATION, "nation"), "department": ("department", COUNTY, "county")}
"""Who differs from the cast by his permissions only: asked for fewer areas. What a helper sees is tests/access/test_own.py's matter."""
ASKING = {name: AREAS[level] for name, (_, _, level) in CAST.items()} | NOBODY
ASKING |= {"state": {"child": PROVINCE, "village": VILLAGE}, "department": {"own": COUNTY}}
CASES = [(name, method) for name, route in sorted(rulebook().routes.items()) for method in sorted(route.rules)]


def names_of(patterns: list) -> Iterator[str]:
    """The name of every address of the resolver; an address without a name is named by its path."""
    for each in patterns:
        if isinstance(each, URLPattern):
            yield each.name or str(each.pattern)
        else:
            yield from names_of(each.url_patterns)


def declared(rule: Rule, public: bool, who: str, area: str) -> str:
    """What the policy says about one request."""
    if public or rule.permission is None:
        return "open"
    if who in NOBODY:
        return "refused"
    role, own, level = (CAST | FEWER)[who]
    if rule.permission not in rulebook().roles[role].may:
        return "refused"
    inside = area.startswith(own[: WIDTH[level]])
    outside = {Relation.OBJECT: "absent", Relation.AREA: "refused"}.get(rule.relation, "open")
    return "open" if inside else outside


def answered(name: str, method: str, client: Client, area: str) -> str:
    """What the page answers."""
    sample = SAMPLES[name]
    address = reverse(name, kwargs=sample.kwargs(area))
    answer = client.get(address, sample.query(area)) if method == "GET" else client.post(address, sample.form(area))
    return {403: "refused", 404: "absent"}.get(answer.status_code, "open" if answer.status_code in sample.open else str(answer.status_code))


def matrix(name: str, method: str, users: dict[str, User]) -> tuple[dict, dict]:
    """(declared, answered) for every role and every area relation, by (who, relation). A request that names no area is sent once a role."""
    route, sample, found = rulebook().routes[name], SAMPLES[name], {}
    pairs = [(who, relation, area) for who, areas in ASKING.items() for relation, area in areas.items()]
    wanted = {(who, relation): declared(route.rules[method], route.public, who, area) for who, relation, area in pairs}
    reading = {who: signed_in(users[who]) for who in ASKING} if method == "GET" else {}  # what was posted may end a session
    names_an_area = any(part is not nothing for part in (sample.kwargs, sample.query if method == "GET" else sample.form))
    for who, relation, area in pairs:
        if names_an_area or who not in {asked for asked, _ in found}:
            found[who, relation] = answered(name, method, reading.get(who) or signed_in(users[who]), area)
    return {asked: wanted[asked] for asked in found}, found


def shown(name: str, sample: Sample, users: dict[str, User], insiders: list[str]) -> tuple[dict, dict]:
    """(what each may see in a list, what he sees) by (who, relation)."""
    pairs = [(who, relation, area) for who in insiders for relation, area in ASKING[who].items()]
    texts = {area: sample.shows(area) for _, _, area in pairs}
    wanted = {(who, relation): area.startswith(CAST[who][1][: WIDTH[CAST[who][2]]]) for who, relation, area in pairs}
    bodies = {who: signed_in(users[who]).get(reverse(name), sample.listing).content.decode() for who in insiders}
    return wanted, {(who, relation): texts[area] in bodies[who] for who, relation, area in pairs}


@pytest.fixture
def department(db):
    """An account of a line ministry in the county."""
    role, area, level = FEWER["department"]
    user = account_of("department", area=area, level=level)
    grant_to(user, role, area, level)
    return user


@pytest.fixture
def users(cun, lincun, xiang, xian, waixian, shi, sheng, shenji, state, department, guest, former):
    """Everybody who asks, by name."""
    everybody = (cun, lincun, xiang, xian, waixian, shi, sheng, shenji, state, department, guest, former)
    return {user.username: user for user in everybody}


def test_every_role_asks():
    asking = {role for role, _, _ in (CAST | FEWER).values()}
    assert asking == set(rulebook().roles) - {"helper", "console"}


def test_every_address_has_an_entry_in_the_policy_and_every_entry_an_address():
    assert set(names_of(get_resolver().url_patterns)) == set(rulebook().routes)


def test_every_address_has_a_sample():
    assert set(SAMPLES) == set(rulebook().routes)


@pytest.mark.parametrize(("name", "method"), CASES)
def test_every_role_gets_in_every_area_what_the_policy_declares(name, method, users):
    wanted, found = matrix(name, method, users)
    assert found == wanted


@pytest.mark.parametrize(("name", "method"), [(n, m) for n, m in CASES if not rulebook().routes[n].public])
def test_a_stranger_is_always_sent_to_sign_in(name, method, db):
    address = reverse(name, kwargs=SAMPLES[name].kwargs(VILLAGE))
    answer = Client().generic(method, address)
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/sign-in")


@pytest.mark.parametrize("name", [name for name, sample in SAMPLES.items() if sample.shows])
def test_a_list_shows_what_lies_inside_the_scope_and_nothing_else(name, users):
    permission = rulebook().routes[name].rules["GET"].permission
    insiders = [who for who, (role, _, _) in CAST.items() if permission in rulebook().roles[role].may]
    wanted, found = shown(name, SAMPLES[name], users, insiders)
    assert found == wanted


@pytest.mark.parametrize(("name", "method"), CASES)
def test_a_method_that_is_not_declared_is_refused(name, method, sheng):
    address = reverse(name, kwargs=SAMPLES[name].kwargs(VILLAGE))
    assert signed_in(sheng).generic("PATCH", address).status_code == 405


@pytest.mark.parametrize(("name", "method"), CASES)
def test_an_undeclared_field_and_parameter_are_refused_everywhere(name, method, users):
    client = signed_in(users["xian"])
    address = reverse(name, kwargs=SAMPLES[name].kwargs(COUNTY))
    asked = client.generic(method, f"{address}?nobody_declared_this=1").status_code
    posted = client.post(address, {"nobody_declared_this": "1"}).status_code
    assert asked in (400, 403)
    assert posted in (400, 403, 405)
