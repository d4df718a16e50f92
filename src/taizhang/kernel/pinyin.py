"""What typed letters may stand for: the first letters of a name, its pinyin, or both.

`splits` cuts letters into syllables. The finals are taken generously: a syllable that Chinese does not have costs a look, no mistake.
"""

from functools import lru_cache

_INITIALS = ("", "zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_WRITTEN = "a o e ai ei ao ou an en ang eng er i ia ie iao iu io ian in iang ing iong u ua uo uai ui uan un uang ue ong v ve van vn"
_FINALS = tuple(_WRITTEN.split())
_LONGEST = 6
_NEVER_FIRST = frozenset("iuv")
SYLLABLES = frozenset(first + final for first in _INITIALS for final in _FINALS if first or final[0] not in _NEVER_FIRST)
_BEGINNINGS = frozenset(syllable[:n] for syllable in SYLLABLES for n in range(1, len(syllable) + 1))
MOST = 40
USUAL = 4  # characters of a name


def may_be_initials(letters: str) -> bool:
    """Whether every letter can begin a syllable."""
    return not _NEVER_FIRST.intersection(letters)


@lru_cache(maxsize=4_096)
def splits(letters: str, *, whole: bool) -> frozenset[str]:
    """The initials of every way to read letters as pinyin; the last syllable may be begun only, unless `whole`.

    Gives    xian → {x, xa}; nothing for what is no pinyin
    """
    found: list[set[str]] = [set() for _ in range(len(letters) + 1)]
    found[0] = {""}
    for at in range(len(letters)):
        if not found[at]:
            continue
        for end in range(at + 1, min(at + _LONGEST, len(letters)) + 1):
            piece = letters[at:end]
            if piece in SYLLABLES or (not whole and end == len(letters) and piece in _BEGINNINGS):
                found[end] |= {before + piece[0] for before in found[at]}
    return frozenset(found[-1])


def common_initials(letters: str) -> tuple[str, bool, bool]:
    """The initials that every name has in common which the letters may mean, and whether they may be initials, and pinyin.

    Letters with an i, u or v are pinyin; others are pinyin only where they are whole syllables, so that zgq and zh stay initials, or are
    more than a usual name has characters.
    """
    letters = letters[:MOST]
    as_initials = may_be_initials(letters)
    as_pinyin = splits(letters, whole=as_initials and len(letters) <= USUAL)
    meant = ({letters} if as_initials else set()) | as_pinyin
    first, last = min(meant, default=""), max(meant, default="")
    common = next((n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), min(len(first), len(last)))
    return first[:common], as_initials, bool(as_pinyin)
