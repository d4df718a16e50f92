"""Rules about the house itself: what a reader may rely on in every room."""

import ast
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from taizhang.accounts.models import OPERATIONAL as OF_ACCOUNTS
from taizhang.households.finding.models import OPERATIONAL as OF_FINDING
from taizhang.households.kept import OPERATIONAL as OF_LISTS
from taizhang.intake.models import OPERATIONAL as OF_INTAKE
from taizhang.jobs.command import COMMANDS
from taizhang.journal.models import APPEND_ONLY, Posted
from taizhang.ledgers import LEDGERS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "taizhang"
MODULES = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)
SERVICE_ROOMS = ("kernel", "policy", "journal", "places", "households", "support", "intake", "ledgers")
OURS = [m for m in apps.get_models() if m.__module__.startswith("taizhang.")]


def _names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    direct = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    return direct | {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "a module without a docstring"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.relative_to(SOURCE).parts[0] in SERVICE_ROOMS], ids=lambda p: str(p.relative_to(SOURCE))
)
def test_services_know_no_http(path):
    assert {
        n for n in _names(path) if n.startswith(("django.http", "django.views", "django.urls", "django_htmx", "django.shortcuts"))
    } == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_nobody_uses_signals(path):
    assert {n for n in _names(path) if "signals" in n or n == "django.dispatch"} == set()


def test_no_room_for_odds_and_ends():
    assert [p for p in MODULES if p.name in ("utils.py", "helpers.py", "misc.py")] == []


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_every_business_model_is_journalled_or_says_why_not(model):
    operational = OF_ACCOUNTS | OF_FINDING | OF_LISTS | OF_INTAKE
    assert issubclass(model, Posted) or model in APPEND_ONLY or model in operational


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_names_in_the_database_are_short_enough_for_every_engine(model):
    names = [model._meta.db_table, *(f.column for f in model._meta.concrete_fields)]
    names += [c.name for c in model._meta.constraints] + [i.name for i in model._meta.indexes]
    assert [n for n in names if len(n) > 30 or not n.isascii()] == []


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_no_model_orders_itself_or_overrides_save(model):
    assert model._meta.ordering == []
    assert "save" not in vars(model)
    assert "delete" not in vars(model)


@pytest.mark.parametrize("key", LEDGERS)
def test_every_ledger_has_an_example_and_a_page(key):
    folder = SOURCE / "ledgers" / key.replace("-", "_")
    assert list(folder.glob("example.xls*")), f"{folder} lacks an example workbook"
    assert (ROOT / "docs" / "ledgers" / f"{key}.md").exists()


def test_every_dependency_has_a_line_of_defence():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = text[text.index("dependencies = [") : text.index("\n]", text.index("dependencies = ["))].splitlines()[2:]
    assert [line for line in declared if "#" not in line] == []


def test_pinned_requirements_hold_every_dependency_with_a_hash():
    base = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8").lower()
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = [d.split(">")[0].split("[")[0].strip().lower() for d in wanted]
    assert [n for n in names if f"\n{n}" not in base] == []
    assert "--hash=sha256:" in base


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_documentation(command):
    name = import_module(f"taizhang.jobs.commands.{command}").NAME
    assert f"## {name}" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def test_the_index_of_decisions_names_every_one_by_its_title():
    folder = ROOT / "docs" / "decisions"
    titles = {p.name: p.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2] for p in folder.glob("0*.md")}
    index = dict(re.findall(r"^- \[\d+\]\((.+?)\) (.+)$", (folder / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert index == titles


def test_no_page_speaks_to_another_host():
    texts = [p.read_text(encoding="utf-8") for p in (SOURCE / "web" / "templates").rglob("*.html")]
    assert [t[:60] for t in texts if re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", t)] == []
