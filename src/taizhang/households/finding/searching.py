"""What a person typed into the search box → which households are meant, and by which piece they are found without looking at all of them.

A name, a part of one, pinyin, initials; an identity number by its digest; a birth date, with the last four places of a number or without;
one of our own numbers, or persons' numbers with a comma behind each: only those, where a household may bear the same.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from taizhang.accounts.access import Scope
from taizhang.households.finding.keeping import in_step
from taizhang.households.finding.models import LONGEST_PIECE
from taizhang.households.models import Household, HouseholdPeriod, Membership, Person
from taizhang.households.sealing import PURPOSE_OF_IDS, digest_of, opened
from taizhang.journal.moments import standing
from taizhang.kernel import names, pinyin

WIDEST, INITIALS = 3, 4  # characters of a name and initials that a piece holds
FEW = 500  # households that are named one by one in a query
_ID_NUMBER = re.compile(r"^([0-9]{15}|[0-9]{17}[0-9X]([0-9A-Z]{2}){0,2})$")
_LETTERS = re.compile(r"^[a-z]+$")
_OUR_NUMBER = re.compile(r"^[A-Za-z]?[0-9]+$")
_DAY = r"((?:18|19|20)[0-9]{2})[-./年]?([01]?[0-9])[-./月]?([0-3]?[0-9])日?"
_PACKED = r"((?:18|19|20)[0-9]{2})([01][0-9])([0-3][0-9])"
_TAIL = r"([0-9]{3}[0-9Xx])"
_BORN = re.compile(rf"^(?:{_PACKED}|{_DAY})$")
_BORN_TAIL = re.compile(rf"^(?:{_PACKED}|{_DAY})[\s,,、/]+{_TAIL}$")
_TAIL_BORN = re.compile(rf"^{_TAIL}[\s,,、/]+(?:{_PACKED}|{_DAY})$")


@dataclass(frozen=True, slots=True)
class Look:
    """The households that a text means (a condition on their archives), and the piece by which to come to them; "" for none."""

    meant: Q
    piece: str = ""


def searched(text: str) -> str:
    """What a person typed into the search box, half width and without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def look_for(text: str) -> Look | None:
    """What a text means; None for a blank one.

    Cost     1 query where a number is typed, else none
    """
    tight = searched(text)
    if not tight:
        return None
    if _ID_NUMBER.match(tight.upper()):
        return Look(_households(_families(Person.objects.filter(id_digest=digest_of(tight.upper()) or ""))))
    if (told := birth_and_tail(text)) is not None:
        return _born(*told)
    if "," in tight and all(_OUR_NUMBER.match(number) for number in filter(None, tight.split(","))):
        wanted = [number.upper() for number in tight.split(",") if number][:FEW]
        return Look(_households(_families(Person.objects.filter(person_no__in=wanted))))
    if _OUR_NUMBER.match(tight):
        return _numbered(tight.upper())
    if _LETTERS.match(tight.lower()):
        return _letters(tight.lower())
    return _named(names.normalise(tight))


def narrowed(found: "QuerySet[HouseholdPeriod]", look: Look, scope: Scope) -> "QuerySet[HouseholdPeriod]":
    """The archives that a look means; by their piece where the pieces are in step, so that they come in the order of the list at once.

    `at_area` and `at_household` are the area and household by which to order and leaf.
    """
    if not look.piece or scope.own or standing.get() is not None or not in_step():
        return found.filter(look.meant).alias(at_area=F("area"), at_household=F("household_id"))
    same_area = Q(household__gram__area__gte=F("area"), household__gram__area__lte=F("area"))  # an equality PostgreSQL takes for rare
    by_piece = Q(household__gram__g=look.piece) & same_area & scope.q("household__gram__area")
    ordered = found.filter(by_piece).alias(at_area=F("household__gram__area"), at_household=F("household__gram__household_id"))
    return ordered.filter(look.meant)


def birth_and_tail(text: str) -> tuple[date, str] | None:
    """A birth date and the last four places of a number, "" where they were not typed; None for any other text."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for pattern, tail_first in ((_BORN, False), (_BORN_TAIL, False), (_TAIL_BORN, True)):
        match = pattern.match(plain)
        if match is None:
            continue
        groups = [group for group in match.groups() if group]
        tail = groups.pop(0 if tail_first else -1) if len(groups) == 4 else ""
        try:
            return date(*(int(group) for group in groups)), tail.upper()
        except ValueError:
            return None
    return None


def persons_born(rows: "QuerySet[Person]", born: date, tail: str) -> list[Person]:
    """The persons with a birth date and the last four places of their number; the numbers are opened one by one and not kept.

    Cost     2 queries over one birth date, where the pieces are in step
    """
    if standing.get() is None and in_step():
        families = Membership.objects.filter(open=True, household__gram__g=_piece_of(born), person__birth_date=born)
        rows = rows.filter(pk__in=list(families.values_list("person", flat=True)))
    of_that_day = rows.filter(birth_date=born, id_no__isnull=False)
    return [person for person in of_that_day if opened(bytes(person.id_no or b""), PURPOSE_OF_IDS)[:18].endswith(tail)]


def _born(born: date, tail: str) -> Look:
    if not tail:
        return Look(_member(Q(person__birth_date=born)), _piece_of(born))
    found = persons_born(Person.objects.all(), born, tail)
    return Look(_households(_families(Person.objects.filter(pk__in=[person.pk for person in found]))))


def _piece_of(born: date) -> str:
    return f"d{born:%Y%m%d}"[:LONGEST_PIECE]


def _numbered(number: str) -> Look:
    """A household's or a person's number, or how one begins."""
    households = list(Household.objects.filter(begins("household_no", number)).values_list("pk", flat=True)[: FEW + 1])
    persons = list(_families(Person.objects.filter(begins("person_no", number)))[: FEW + 1])
    if len(households) <= FEW and len(persons) <= FEW:
        return Look(_households([*households, *persons]))
    return Look(begins("household__household_no", number) | _member(begins("person__person_no", number)))


def _letters(letters: str) -> Look:
    common, as_initials, as_pinyin = pinyin.common_initials(letters)
    meant = Q(pk__in=())
    if as_initials:
        meant |= begins("head_initials", letters) | _member(begins("person__initials", letters))
    if as_pinyin:
        meant |= _member(begins("person__pinyin", letters))
    if as_pinyin and not as_initials and len(letters) >= LONGEST_PIECE - 1:
        return Look(meant, f"p{letters}"[:LONGEST_PIECE])  # so much of a pinyin is a piece of its own
    return Look(meant, common[:INITIALS])


def _named(name: str) -> Look:
    meant = _holds("head_name", name) | _member(_holds("person__name", name))
    return Look(meant, name[:WIDEST])


def _families(persons: "QuerySet[Person]") -> "QuerySet[Membership, int]":
    return Membership.objects.filter(person__in=persons, open=True).values_list("household_id", flat=True)


def _households(ids: Iterable[int]) -> Q:
    """Few households, named one by one: every engine then looks them up by their number."""
    return Q(household_id__in=sorted(set(ids)))


def _member(who: Q) -> Q:
    return Q(Exists(Membership.objects.filter(who, household=OuterRef("household_id"), open=True)))


def _holds(column: str, text: str) -> Q:
    return Q(GreaterThan(StrIndex(F(column), Value(text)), 0))


def begins(column: str, text: str) -> Q:
    """A text at the start of a column: on SQLite as a range, which its index serves and whose order is that of the characters."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": f"{text}\U0010ffff"})
    return Q(**{f"{column}__startswith": text})
