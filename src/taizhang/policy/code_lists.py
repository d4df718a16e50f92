"""The code lists of the forms, loaded from `lists/*.toml` and checked once.

Every stored code is a key of one of these lists; labels and national codes stand only here. A wrong file stops the load.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from taizhang.kernel.codes import Code, CodeList, folded
from taizhang.policy.marks import MARKS

FOLDER = Path(__file__).parent / "lists"
_LIST_KEYS = frozenset({"name", "zh", "source", "mark", "codes_readable", "codes", "same_as", "open"})
_CODE_KEYS = frozenset({"key", "code", "zh", "aliases", "mark"})


class BadCodeList(Exception):
    """A code list file breaks a rule; the message names file, list and value."""


class UnknownCodeList(Exception):
    """No code list has that name."""


def code_list(name: str) -> CodeList:
    """The code list of that name, e.g. ``code_list("relation")``.

    Raises   UnknownCodeList
    """
    try:
        return all_code_lists()[name]
    except KeyError:
        raise UnknownCodeList(f"no code list {name!r}; there are: {', '.join(code_list_names())}") from None


def code_list_names() -> tuple[str, ...]:
    """Gives   every list's name, in the order of the files and within them."""
    return tuple(all_code_lists())


@cache
def all_code_lists() -> Mapping[str, CodeList]:
    """Gives   every list by name, read once.

    Raises   BadCodeList
    """
    return MappingProxyType(load_code_lists(FOLDER))


def load_code_lists(folder: Path) -> dict[str, CodeList]:
    """Read and check every TOML file of a folder.

    Raises   BadCodeList
    """
    raw: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.toml")):
        for table in _tables(path):
            where = f"{path.name}: list {table.get('name', '?')!r}"
            _insist(isinstance(table.get("name"), str), where, "a list needs a name")
            _insist(table["name"] not in raw, where, "a list of this name stands already")
            raw[table["name"]] = table | {"where": where}
    return {name: _checked(table, raw) for name, table in raw.items()}


def _tables(path: Path) -> list[dict[str, Any]]:
    """The `[[list]]` tables of one file."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("list", [])
    except tomllib.TOMLDecodeError as error:
        raise BadCodeList(f"{path.name}: not valid TOML: {error}") from error
    return list(tables)


def _checked(table: dict[str, Any], raw: Mapping[str, dict[str, Any]]) -> CodeList:
    """One table as a code list, or BadCodeList."""
    where = table["where"]
    strange = set(table) - _LIST_KEYS - {"where"}
    _insist(not strange, where, f"unknown keys {sorted(strange)}")
    _insist(bool(table.get("zh")) and bool(table.get("source")), where, "a list needs zh and source")
    mark = table.get("mark", "V")
    _insist(mark in MARKS, where, f"unknown mark {mark!r}")
    rows = _rows(table, raw)
    _insist(bool(rows) or table.get("open", False), where, "a list without values must say open = true")
    codes = tuple(_code(row, mark, where) for row in rows)
    _unique(where, "key", (code.key for code in codes))
    _unique(where, "code", (code.code.lstrip("0") for code in codes if code.code))
    _unique(where, "label", (folded(label) for code in codes for label in (code.zh, *code.aliases)))
    return CodeList(table["name"], table["zh"], codes, table["source"], mark, table.get("codes_readable", True))


def _rows(table: dict[str, Any], raw: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The values of a list, its own or those of the list it shares."""
    if "same_as" not in table:
        return list(table.get("codes", []))
    shared = table["same_as"]
    _insist("codes" not in table, table["where"], "a list has either codes or same_as")
    _insist(shared in raw and "same_as" not in raw[shared], table["where"], f"same_as names {shared!r}, which has no values of its own")
    mark = raw[shared].get("mark", "V")
    return [{"mark": mark} | row for row in raw[shared].get("codes", [])]


def _code(row: dict[str, Any], list_mark: str, where: str) -> Code:
    """One value of a list; without a mark of its own it bears the list's."""
    strange = set(row) - _CODE_KEYS
    _insist(not strange, where, f"unknown keys {sorted(strange)} at {row.get('key', '?')!r}")
    key, zh = row.get("key", ""), row.get("zh", "")
    _insist(
        isinstance(key, str) and key.isascii() and key.isidentifier() and key == key.lower(), where, f"key {key!r} is no snake_case word"
    )
    _insist(isinstance(zh, str) and bool(zh), where, f"{key!r} needs zh")
    mark = row.get("mark", list_mark)
    _insist(mark in MARKS, where, f"unknown mark {mark!r} at {key!r}")
    return Code(key=key, code=row.get("code", ""), zh=zh, aliases=tuple(row.get("aliases", ())), mark=mark)


def _unique(where: str, what: str, words: Iterable[str]) -> None:
    """Insist that no word comes twice."""
    twice = sorted(set(_repeated(words)))
    _insist(not twice, where, f"{what} stands twice: {', '.join(twice)}")


def _repeated(words: Iterable[str]) -> Iterator[str]:
    """The words that were there before."""
    seen: set[str] = set()
    for word in words:
        if word in seen:
            yield word
        seen.add(word)


def _insist(holds: bool, where: str, message: str) -> None:
    """Raise BadCodeList with place and reason unless the condition holds."""
    if not holds:
        raise BadCodeList(f"{where}: {message}")
