"""Every list begins with whom (house.md, style 5): a query that a user's page or workbook is made of is cut to his scope before anything else.

A query on a scoped model may begin in three ways: through a door of the model (`visible_to` and its like, or a condition made by
`Scope.q`); with the key of something in hand, which came through a door itself (`household=household`, `person__in=people`), or of the
row outside a subquery (`OuterRef`); or in a place of `ALLOWED`, each with its reason.
"""

import ast
import inspect
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.db.models import Model

from taizhang.accounts.access import ScopedQuerySet

SOURCE = Path(__file__).parents[2] / "src" / "taizhang"
ANSWERING = ("web", "households/asking", "households/finding", "households/listed.py", "households/query.py", "support/asked.py",
             "support/query.py", "intake/exporting", "intake/lookups.py")  # fmt: skip
MODULES = sorted(p for name in ANSWERING for p in ([SOURCE / name] if name.endswith(".py") else (SOURCE / name).rglob("*.py")))
MANAGERS = ("objects", "_default_manager")
FRESH = ("create", "bulk_create", "none")  # a new row, or no row at all, is no list
VILLAGE_SEEN = "the village's code came through `access.require` at the door of the page"
MEANING = "a condition that narrows what is cut to the scope already (`query.households_matching`)"
ALLOWED = {
    ("households/asking/compiling.py", "_in_table"): "a subquery: `_tied` ties it to the row outside",
    ("households/finding/searching.py", "look_for"): MEANING,
    ("households/finding/searching.py", "_born"): MEANING,
    ("households/finding/searching.py", "_numbered"): MEANING,
    ("households/finding/searching.py", "persons_born"): "narrows the persons that its caller gives, by their piece",
    ("households/listed.py", "_rows"): "tables beside archives that the list has fetched, by household or person",
    ("support/query.py", "team_of"): VILLAGE_SEEN,
    ("support/query.py", "units_of"): VILLAGE_SEEN,
    ("support/query.py", "offered_to"): "helpers kept above the user: whom he may pair with his households is more than whom he sees",
    ("web/accounts/users.py", "_entries"): "who wrote the history of an account that came through the scope",
    ("web/households/one.py", "seen"): "a past moment: who sees it now may see what it was, wherever it stood",
    ("web/households/persons.py", "_seen"): "a past moment: who sees him now may see what he was, wherever he stood",
    ("web/imports/changes.py", "_old_numbers"): "persons named by the proposals of a batch that came through the scope; shown masked",
    ("web/journal/sentences.py", "names_of_actors"): "who wrote the entries that are shown",
    ("web/past.py", "village"): "which area's past is laid out before the page fetches the household through the scope",
    ("web/periods/listing.py", "_parts"): "a freeze above one's area counts too: compared with the scope row by row",
    ("web/support/showing.py", "units_for"): "what the user sees, and what the offices above him keep",
    ("web/support/showing.py", "unit_named"): "one of `units_for`",
    ("web/villages/listing.py", "_rows"): "archives of villages that were cut to the scope",
    ("web/villages/one.py", "_natural"): VILLAGE_SEEN,
    ("web/villages/one.py", "_history"): VILLAGE_SEEN,
    ("web/villages/showing.py", "archive_of"): VILLAGE_SEEN,
}


class Query(NamedTuple):
    """Where a query on a scoped model begins that nothing cuts to a scope."""

    function: str
    line: int
    text: str


def is_scoped(model: type[Model]) -> bool:
    """Whether the rows of a model have an area by which they are cut."""
    return isinstance(model._default_manager.get_queryset(), ScopedQuerySet)


SCOPED = {model.__name__: model for model in apps.get_models() if model.__module__.startswith("taizhang.") and is_scoped(model)}
KINDS_OF_SETS = {type(model._default_manager.get_queryset()) for model in SCOPED.values()}


def _doors() -> frozenset[str]:
    """The methods that begin with whom: their first argument is the user, and they give rows."""
    methods = {name: method for kind in KINDS_OF_SETS for name, method in inspect.getmembers(kind, inspect.isfunction)}
    return frozenset(
        name
        for name, method in methods.items()
        if list(inspect.signature(method).parameters)[1:2] == ["user"] and "Self" in str(inspect.signature(method).return_annotation)
    )


DOORS = _doors()


def unscoped(source: str) -> Iterator[Query]:
    """Queries on scoped models in a text that begin with no door and no key."""
    tree = ast.parse(source)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and node.attr in MANAGERS and _may_be_scoped(node.value)):
            continue
        calls = list(_chain(node, above))
        if not any(_is_door(call) or _is_keyed(call, node.value) or _name(call) in FRESH for call in calls):
            whole = calls[-1] if calls else node
            yield Query(_function(node, above), node.lineno, ast.unparse(whole)[:120])


def _may_be_scoped(owner: ast.expr) -> bool:
    """A scoped model by its name, or a model that only the run knows (`model`, `self.model`)."""
    return _name_of(owner) in (*SCOPED, "model")


def _chain(node: ast.expr, above: dict[ast.AST, ast.AST]) -> Iterator[ast.Call]:
    """The calls upon a manager, from the first on."""
    while isinstance(called := above.get(node), ast.Attribute) and isinstance(call := above.get(called), ast.Call) and call.func is called:
        yield call
        node = call


def _is_door(call: ast.Call) -> bool:
    """`visible_to(user)` and its like, or a condition that a scope gave."""
    made = [arg.func for arg in call.args if isinstance(arg, ast.Call)]
    return _name(call) in DOORS or any(isinstance(f, ast.Attribute) and f.attr == "q" for f in made)


def _is_keyed(call: ast.Call, owner: ast.expr) -> bool:
    """Cut by the key of a scoped thing that does not come out of a form, or tied to the row outside."""
    keys = _keys_of(_name_of(owner))
    told = [word for word in call.keywords if word.arg is not None and not _typed(word.value)]
    tied = any("OuterRef" in ast.unparse(word.value) for word in told)
    return _name(call) in ("filter", "get") and (tied or any(word.arg.removesuffix("__in").removesuffix("_id") in keys for word in told))


def _keys_of(name: str) -> set[str]:
    """The keys of a model that point at scoped things."""
    models = [SCOPED[name]] if name in SCOPED else SCOPED.values()  # a model that only the run knows may be any of them
    fields = chain.from_iterable(model._meta.concrete_fields for model in models)
    return {field.name for field in fields if field.is_relation and getattr(field.related_model, "__name__", "") in SCOPED}


def _name_of(owner: ast.expr) -> str:
    return owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _typed(value: ast.expr) -> bool:
    """Whether a value comes out of a form or an address: of a request only its user is known."""
    return any(
        isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "request" and n.attr != "user"
        for n in ast.walk(value)
    )


def _function(node: ast.AST, above: dict[ast.AST, ast.AST]) -> str:
    while node in above and not isinstance(node, ast.FunctionDef):
        node = above[node]
    return node.name if isinstance(node, ast.FunctionDef) else ""


def _found() -> dict[tuple[str, str], list[Query]]:
    """What begins with no door, by file and function."""
    found: dict[tuple[str, str], list[Query]] = {}
    for path in MODULES:
        for query in unscoped(path.read_text(encoding="utf-8")):
            found.setdefault((path.relative_to(SOURCE).as_posix(), query.function), []).append(query)
    return found


def test_every_list_begins_with_whom():
    assert list(chain.from_iterable(queries for place, queries in _found().items() if place not in ALLOWED)) == []


def test_no_allowance_outlives_its_query():
    assert set(ALLOWED) - set(_found()) == set()


def test_the_doors_and_the_scoped_models_are_those_of_the_code():
    assert {"visible_to", "kept_by", "usable_by", "reached_by"} == DOORS
    assert {"Household", "Person", "VillagePeriod", "Helper", "User", "Batch", "Export"} <= set(SCOPED)


@pytest.mark.parametrize(
    "text",
    [
        "Household.objects.filter(closed='')",
        "list(models.Household.objects.all())",
        "Household.objects.order_by('pk')[:10]",
        "HouseholdPeriod.objects.filter(period=period)",
        "Membership.objects.filter(household=request.POST['household'])",
        "Household.objects.filter(pk=pk).first()",
        "model._default_manager.filter(pk__in=pks)",
        "TeamMember.objects.standing(on).select_related('helper')",
        "rows = Person.objects",
    ],
)
def test_a_list_of_everybody_is_found(text):
    assert [query.function for query in unscoped(f"def listing(request, pk):\n    {text}")] == ["listing"]


@pytest.mark.parametrize(
    "text",
    [
        "Household.objects.visible_to(request.user).filter(closed='')",
        "Grant.objects.standing(on).visible_to(user)",
        "UnmaskLog.objects.filter(scope.q('by__area'))",
        "Membership.objects.filter(household=household, open=True)",
        "Membership.objects.filter(person__in=[m.person_id for m in members])",
        "CorrectionOrder.objects.filter(requested_by=request.user)",
        "VillageTeam.objects.filter(area=Substr(OuterRef('area'), 1, 12))",
        "Period.objects.order_by('key')",
        "Export.objects.create(by=user)",
    ],
)
def test_a_list_that_begins_with_whom_is_left_alone(text):
    assert list(unscoped(text)) == []
