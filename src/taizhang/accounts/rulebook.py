"""The access policy as it was read: `accounts/access.toml`, checked once at start."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from taizhang.accounts.permissions import LogClass, Permission, Rank, Relation
from taizhang.policy.archive import FACT_TABLES

POLICY_FILE = Path(__file__).with_name("access.toml")
METHODS = frozenset({"GET", "POST"})
RULE_KEYS = frozenset({"permission", "relation", "query", "fields", "files", "log", "quiet"})


class BadPolicy(Exception):
    """The access policy file contradicts itself or names what does not exist."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role (角色): what it may do, where it may be granted, which roles it may grant.

    `own`: inside its area it sees only what is its own, the households paired with the account's helper.
    """

    key: str
    zh: str
    levels: tuple[Rank, ...]
    may: frozenset[Permission]
    grants: frozenset[str]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What one method of one address asks for. `permission` is None where signing in is enough."""

    permission: Permission | None
    relation: Relation
    query: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    log: LogClass = LogClass.NONE
    quiet: bool = False  # asked by the page itself, not by its user: it does not keep the session alive

    def unknown_query(self, names: Iterable[str]) -> list[str]:
        """Parameters of the address that this rule does not know."""
        return [name for name in names if not _known(name, self.query)]

    def unknown_fields(self, names: Iterable[str]) -> list[str]:
        """Form fields that this rule does not let anybody write."""
        return [name for name in names if name != "csrfmiddlewaretoken" and not _known(name, self.fields)]

    def unknown_files(self, names: Iterable[str]) -> list[str]:
        """Uploads that this rule does not expect."""
        return [name for name in names if not _known(name, self.files)]


@dataclass(frozen=True, slots=True)
class Route:
    """One address by its name: a rule for each method that it answers."""

    name: str
    public: bool
    rules: Mapping[str, Rule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All roles and all routes."""

    roles: Mapping[str, Role]
    routes: Mapping[str, Route]

    def roles_with(self, permission: Permission) -> frozenset[str]:
        """The keys of the roles that have a permission."""
        return frozenset(key for key, role in self.roles.items() if permission in role.may)


@cache
def rulebook() -> Rulebook:
    """The policy of this installation.

    Raises   BadPolicy
    """
    return read_policy(POLICY_FILE.read_text(encoding="utf-8"))


def read_policy(text: str) -> Rulebook:
    """A policy from its text.

    Raises   BadPolicy naming the entry that is wrong
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise BadPolicy(f"access.toml cannot be read: {wrong}") from wrong
    _insist(set(raw) == {"roles", "routes"}, "access.toml", "needs exactly [roles] and [routes]")
    roles = {key: _role(key, table, frozenset(raw["roles"])) for key, table in raw["roles"].items()}
    unused = set(Permission) - {p for role in roles.values() for p in role.may}
    _insist(not unused, "roles", f"nobody may {sorted(unused)}")
    return Rulebook(roles, {name: _route(name, table) for name, table in raw["routes"].items()})


def _role(key: str, table: dict[str, Any], known: frozenset[str]) -> Role:
    where = f"roles.{key}"
    _insist(
        set(table) - {"own"} == {"zh", "levels", "may", "grants"},
        where,
        "needs exactly zh, levels, may, grants, and own where it sees only that",
    )
    grants = known - {key} if table["grants"] == ["*"] else frozenset(table["grants"])
    _insist(grants <= known, where, f"grants unknown roles {sorted(grants - known)}")
    may = frozenset(Permission) if table["may"] == ["*"] else frozenset(_one(Permission, word, where) for word in table["may"])
    return Role(key, table["zh"], tuple(_one(Rank, word, where) for word in table["levels"]), may, grants, table.get("own", False))


def _route(name: str, table: dict[str, Any]) -> Route:
    where = f"routes.{name}"
    methods = {key: value for key, value in table.items() if key != "public"}
    _insist(bool(methods) and set(methods) <= METHODS, where, "needs a rule for GET or POST and nothing else but public")
    public = table.get("public", False)
    return Route(name, public, {method: _rule(f"{where}.{method}", method, rule) for method, rule in methods.items()})


def _rule(where: str, method: str, table: dict[str, Any]) -> Rule:
    _insist(set(table) <= RULE_KEYS, where, f"unknown keys {sorted(set(table) - RULE_KEYS)}")
    _insist("relation" in table, where, "needs a relation")
    _insist(method == "POST" or not (table.get("fields") or table.get("files")), where, "only POST writes fields")
    relation = _one(Relation, table["relation"], where)
    permission = _one(Permission, table["permission"], where) if table.get("permission") else None
    _insist(permission is not None or relation is Relation.NONE, where, "a rule over an area needs a permission")
    return Rule(
        permission=permission,
        relation=relation,
        query=frozenset(table.get("query", ())),
        fields=frozenset(name for word in table.get("fields", ()) for name in _names(word, where)),
        files=frozenset(table.get("files", ())),
        log=_one(LogClass, table.get("log", "none"), where),
        quiet=table.get("quiet", False),
    )


def _names(word: str, where: str) -> Iterable[str]:
    """A field, or all facts of an archive table that a form may write."""
    if not word.startswith("@"):
        return (word,)
    _insist(word[1:] in FACT_TABLES, where, f"no archive table {word}")
    return (fact.name for fact in FACT_TABLES[word[1:]] if not fact.derived and not fact.events_only)


def _known(name: str, declared: frozenset[str]) -> bool:
    return name in declared or re.sub(r"[0-9]+$", "#", name) in declared


def _one(kind: Any, word: str, where: str) -> Any:
    try:
        return kind(word)
    except ValueError as wrong:
        raise BadPolicy(f"{where}: {wrong}") from wrong


def _insist(right: bool, where: str, advice: str) -> None:
    if not right:
        raise BadPolicy(f"{where}: {advice}")
