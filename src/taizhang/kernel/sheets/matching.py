"""Which heading is which wanted column: by label, alias and code, shown to a person, changed by one, remembered for the form."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from taizhang.kernel.sheets.headings import Heading
from taizhang.kernel.sheets.wording import code, loose, plain, unit

ALIKE = 0.75
IGNORED = frozenset(("序号", "行号", "no"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column somebody wants to read. `group` is the heading above it where two columns have one label."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """The heading taken for a column. `how`: chosen, remembered, label, alias, code or similar. `unit` is the one the heading names."""

    index: int
    heading: str
    how: str
    sure: bool
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Headings and wanted columns that fit each other more than one way: a person must choose."""

    headings: tuple[Heading, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Every wanted column is in `columns`, `missing` or an ambiguity; every heading in `columns`, `unknown`, `ignored` or an ambiguity."""

    columns: dict[str, Pick]
    unknown: tuple[Heading, ...]
    missing: tuple[Wanted, ...]
    ambiguous: tuple[Ambiguity, ...]
    ignored: tuple[Heading, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether nothing has to be asked."""
        return not self.ambiguous and all(pick.sure for pick in self.columns.values())

    def remember(self) -> dict[str, str]:
        """Heading text → key, to be given as `remembered` for the next sheet of this form."""
        return {pick.heading: key for key, pick in self.columns.items()}


Pairs = list[tuple[Heading, Wanted]]
Test = Callable[[Heading, Wanted], bool]


def match(
    headings: Sequence[Heading],
    wanted: Sequence[Wanted],
    *,
    remembered: Mapping[str, str] | None = None,
    chosen: Mapping[int, str] | None = None,
) -> Match:
    """Match headings to wanted columns, the surest way first.

    `chosen` is heading index → key, "" for "leave this column out"; it overrules `remembered`, which overrules the words.
    """
    work = _Work(headings, wanted, chosen or {})
    work.fix("chosen", {h.index: (chosen or {}).get(h.index, "") for h in headings})
    work.fix("remembered", {h.index: (remembered or {}).get(h.text, "") for h in headings})
    for form in (plain, loose):
        for whole in (True, False):
            work.take("label", _by_words(form, whole, lambda w: (w.label,)))
            work.take("alias", _by_words(form, whole, lambda w: w.aliases))
    work.take("code", lambda h, w: code(h.path[-1]) in w.codes, lambda h: code(h.path[-1]) == h.path[-1].upper())
    work.take("similar", _similar, lambda h: False)
    return work.result()


def _by_words(form: Callable[[str], str], whole: bool, words: Callable[[Wanted], Iterable[str]]) -> Test:
    """Heading and wanted agree in their words: as `group + label` (whole) or in the lowest level alone."""

    def test(heading: Heading, wanted: Wanted) -> bool:
        said = {form(word) for word in words(wanted)}
        if not whole:
            return form(heading.path[-1]) in said
        if len(heading.path) < 2:
            return bool(wanted.group) and form(heading.path[0]) in {form(wanted.group) + word for word in said}
        group = form(wanted.group)
        if group and any(form(level) == group for level in heading.path[:-1]):
            return form(heading.path[-1]) in said
        joined = {"".join(form(level) for level in heading.path[start:]) for start in range(len(heading.path) - 1)}
        return bool(joined & said)

    return test


def _similar(heading: Heading, wanted: Wanted) -> bool:
    mine = loose(heading.path[-1])
    for word in (wanted.label, *wanted.aliases):
        theirs = loose(word)
        if len(set(mine) & set(theirs)) * 2 < max(len(set(mine)), len(set(theirs))):
            continue
        if SequenceMatcher(None, mine, theirs, autojunk=False).ratio() >= ALIKE:
            return True
    return False


class _Work:
    """What is still open while the ways are tried one after another."""

    def __init__(self, headings: Sequence[Heading], wanted: Sequence[Wanted], chosen: Mapping[int, str]) -> None:
        dropped = {index for index, key in chosen.items() if not key}
        serial = {h.index for h in headings if plain(h.path[-1]) in IGNORED and h.index not in chosen}
        named = {plain(word) for w in wanted for word in (w.label, *w.aliases)}
        serial = {h.index for h in headings if h.index in serial and plain(h.path[-1]) not in named}
        self._ignored = tuple(h for h in headings if h.index in dropped | serial)
        self._headings = [h for h in headings if h.index not in dropped | serial]
        self._wanted = list(wanted)
        self._columns: dict[str, Pick] = {}
        self._ambiguous: list[Ambiguity] = []

    def fix(self, how: str, said: Mapping[int, str]) -> None:
        """What a person has said, now or the last time."""
        open_keys = {w.key for w in self._wanted}
        for heading in list(self._headings):
            key = said[heading.index]
            if key in open_keys:
                open_keys.discard(key)
                self._pick(heading, key, how, True)

    def take(self, how: str, test: Test, sure: Callable[[Heading], bool] = lambda h: True) -> None:
        """Take every pair that fits one way only; report the others."""
        pairs = [(h, w) for h in self._headings for w in self._wanted if test(h, w)]
        pairs = self._by_group(pairs)
        while pairs:
            cluster = _cluster(pairs)
            pairs = [pair for pair in pairs if pair not in cluster]
            if len(cluster) == 1 or _printed_again(cluster):
                for heading, wanted in _in_order(cluster):
                    self._pick(heading, wanted.key, how, sure(heading))
            elif how not in ("similar", "code"):
                self._report(cluster)

    def _by_group(self, pairs: Pairs) -> Pairs:
        """Where a pair agrees in the group, pairs of the same heading or wanted that do not are dropped."""
        agreed = [(h, w) for h, w in pairs if w.group and any(plain(w.group) in plain(level) for level in h.path[:-1])]
        indexes, keys = {h.index for h, _ in agreed}, {w.key for _, w in agreed}
        return agreed + [(h, w) for h, w in pairs if (h, w) not in agreed and h.index not in indexes and w.key not in keys]

    def _report(self, cluster: Pairs) -> None:
        headings = tuple(dict.fromkeys(h for h, _ in cluster))
        keys = tuple(dict.fromkeys(w.key for _, w in cluster))
        self._ambiguous.append(Ambiguity(headings, keys))
        self._headings = [h for h in self._headings if h not in headings]
        self._wanted = [w for w in self._wanted if w.key not in keys]

    def _pick(self, heading: Heading, key: str, how: str, sure: bool) -> None:
        self._columns[key] = Pick(heading.index, heading.text, how, sure, unit(heading.path[-1]))
        self._headings.remove(heading)
        self._wanted = [w for w in self._wanted if w.key != key]

    def result(self) -> Match:
        """What came of it."""
        return Match(self._columns, tuple(self._headings), tuple(self._wanted), tuple(self._ambiguous), self._ignored)


def _printed_again(cluster: Pairs) -> bool:
    """Whether a sheet is known to print one heading more than once: wanted columns that differ in nothing but their place."""
    keys = {w.key for _, w in cluster}
    return len(keys) > 1 and len({(plain(w.group), plain(w.label)) for _, w in cluster}) == 1


def _in_order(cluster: Pairs) -> Pairs:
    """The first heading to the first wanted, and so on; what is over on either side stays open."""
    headings = sorted({h.index: h for h, _ in cluster}.values(), key=lambda h: h.index)
    return list(zip(headings, {w.key: w for _, w in cluster}.values(), strict=False))


def _cluster(pairs: Pairs) -> Pairs:
    """The pairs that hang together with the first."""
    indexes, keys = {pairs[0][0].index}, {pairs[0][1].key}
    while True:
        cluster = [(h, w) for h, w in pairs if h.index in indexes or w.key in keys]
        grown = {h.index for h, _ in cluster}, {w.key for _, w in cluster}
        if grown == (indexes, keys):
            return cluster
        indexes, keys = grown
