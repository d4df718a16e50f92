"""Code lists: what a form lets a user choose from, by our key, the national code and the printed label.

The lists themselves are data of `policy`; this is their shape and how a typed text finds its key.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_GAPS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_WHOLE_FLOAT = re.compile(r"^([0-9]+)\.0+$")
_CODE_BEFORE = re.compile(r"^([0-9]+)[.、:\-_)]?(\D.*)$")


@dataclass(frozen=True, slots=True)
class Code:
    """One choice: our stable key, the national code ("" where there is none), the printed label, other spellings of it."""

    key: str
    code: str
    zh: str
    aliases: tuple[str, ...] = ()
    mark: str = "V"


@dataclass(frozen=True)
class CodeList:
    """A list of choices in printed order.

    `codes_readable` is False where two systems number the same labels differently (民族): there only names are read.
    """

    name: str
    zh: str
    codes: tuple[Code, ...]
    source: str = ""
    mark: str = "V"
    codes_readable: bool = True

    def labels(self) -> tuple[str, ...]:
        """The printed labels in the list's order."""
        return tuple(code.zh for code in self.codes)

    def keys(self) -> tuple[str, ...]:
        """Our keys in the list's order."""
        return tuple(code.key for code in self.codes)

    def by_key(self, key: str) -> Code:
        """The choice with our key.

        Raises   KeyError (a key that code names is our own mistake)
        """
        try:
            return self._by_key[key]
        except KeyError:
            raise KeyError(f"code list {self.name!r} has no key {key!r}; it has {', '.join(self.keys())}") from None

    def key_of(self, text: str | None) -> str | None:
        """The key a typed text stands for: label, alias, national code (01 and 1), or code and label together (01 男).

        Blank    None for a blank or unknown text; an unknown label is never 其他
        """
        sought = folded(text or "")
        if not sought:
            return None
        found = self._by_text.get(sought)
        if found is not None or not self.codes_readable:
            return found
        both = _CODE_BEFORE.match(sought)
        if both is None:
            return None
        of_code, of_label = self._by_text.get(both[1]), self._by_text.get(both[2])
        return of_label if of_code == of_label else None

    def near(self, text: str, most: int = 3) -> tuple[str, ...]:
        """Labels that look like the text, nearest first; none where nothing is near."""
        return tuple(difflib.get_close_matches(text.strip(), self.labels(), n=most, cutoff=0.4))

    @cached_property
    def _by_key(self) -> dict[str, Code]:
        return {code.key: code for code in self.codes}

    @cached_property
    def _by_text(self) -> dict[str, str]:
        table: dict[str, str] = {}
        for spellings in (self._labels_and_keys(), self._aliases_and_keys(), self._numbers_and_keys()):
            for text, key in spellings:
                table.setdefault(folded(text), key)
        table.pop("", None)
        return table

    def _labels_and_keys(self) -> Iterator[tuple[str, str]]:
        return ((code.zh, code.key) for code in self.codes)

    def _aliases_and_keys(self) -> Iterator[tuple[str, str]]:
        return ((alias, code.key) for code in self.codes for alias in code.aliases)

    def _numbers_and_keys(self) -> Iterator[tuple[str, str]]:
        if not self.codes_readable:
            return
        for code in self.codes:
            for written in code.code.split("/"):
                yield written, code.key
                yield written.lstrip("0"), code.key


def folded(text: str) -> str:
    """A label as it is compared: half width, no spaces, upper case, 1.0 as 1."""
    plain = _GAPS.sub("", unicodedata.normalize("NFKC", text)).upper()
    return _WHOLE_FLOAT.sub(r"\1", plain)
