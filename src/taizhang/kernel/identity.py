"""Identity numbers: reading, checking and what they say about their bearer. Our own check (stack.md says why).

A number has 15 places (before 1999), 18 (GB 11643), 20 (disability card: 18 + category 1-7 + grade 1-4) or 22 (the card, reissued).
Everything is computed over a whole column by expressions; one number is a column of one.

Source   domain/archives.md 2.1
"""

import re
from dataclasses import dataclass
from datetime import date

import polars as pl

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
EARLIEST_BIRTH = date(1900, 1, 1)
MOST_YEARS = 120
STARS = "********"

_GAPS = r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff]+"
_SHAPE = r"^([0-9]{15}|[0-9]{17}[0-9X]([0-9]{2}([0-9A-Z]{2})?)?)$"
_SHAPED = re.compile(_SHAPE)
_SCIENTIFIC = r"^[0-9](\.[0-9]*)?E\+?[0-9]+$"
_ROUNDED = r"^[0-9]{15}0{3,7}$"

FACTS: dict[str, pl.DataType] = {
    "number": pl.String(),
    "first18": pl.String(),
    "length_ok": pl.Boolean(),
    "checksum_ok": pl.Boolean(),
    "birth_date": pl.Date(),
    "sex": pl.String(),
    "disability_type": pl.Int8(),
    "disability_grade": pl.Int8(),
    "problem": pl.String(),
}
WARNINGS = frozenset({"old_15", "maybe_destroyed", "placeholder"})


@dataclass(frozen=True, slots=True)
class IdFacts:
    """What one identity number says.

    Blank    checksum_ok: 15 places have none; birth_date, sex: not readable; disability_*: not a disability card, or wrong
    """

    number: str | None
    first18: str | None
    length_ok: bool | None
    checksum_ok: bool | None
    birth_date: date | None
    sex: str | None
    disability_type: int | None
    disability_grade: int | None
    problem: str | None


NOTHING = IdFacts(None, None, None, None, None, None, None, None, None)


def normalised(text: pl.Series) -> pl.Series:
    """Numbers half width, upper case, without spaces, the leading apostrophe and the .0 of a number cell; blank is null."""
    column = pl.col("text")
    return _normalise(text.cast(pl.String).to_frame("text").lazy(), column).collect()["number"]


def facts(text: pl.Series, on: date | None = None) -> pl.DataFrame:
    """What each number of a column says; `on` is the day after which nobody was born yet.

    Gives    the columns of `FACTS`; `problem` is one of destroyed length characters birth_impossible birth_too_early birth_future
             checksum card_type, or of `WARNINGS`, null where all is well
    Cost     O(rows), about a second for a million
    """
    frame = _normalise(text.cast(pl.String).to_frame("text").lazy(), pl.col("text"))
    frame = _with_shape(frame)
    frame = _with_digits(frame)
    return frame.with_columns(problem=_problem(on)).select(*(pl.col(name).cast(kind) for name, kind in FACTS.items())).collect()


def facts_of(text: str | None, on: date | None = None) -> IdFacts:
    """What one number says."""
    if not text:
        return NOTHING
    return IdFacts(*facts(pl.Series([text], dtype=pl.String), on).row(0))


def check_character(first17: str) -> str:
    """The 18th place that belongs to 17 digits (GB 11643)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECK_CHARACTERS[total % 11]


def make_id(area6: str, birth: date, serial: int) -> str:
    """A number of 18 places for an invented person; an odd serial is a man's.

    Raises   ValueError
    """
    if len(area6) != 6 or not area6.isdecimal() or not 0 <= serial <= 999:
        raise ValueError(f"an area of 6 digits and a serial of 0-999 are needed, not {area6!r} and {serial!r}")
    first17 = f"{area6}{birth.year:04d}{birth:%m%d}{serial:03d}"
    return first17 + check_character(first17)


def masked(text: str | None) -> str:
    """A number as it may be shown: area and birth year, eight stars, the last place of the ID; anything else is stars only."""
    if text is not None and _SHAPED.fullmatch(text):  # as the register keeps it: a list has fifty of them
        return f"{text[:8]}{STARS}{text[14]}" if len(text) == 15 else f"{text[:10]}{STARS}{text[17]}"
    shown = masked_column(pl.Series([text], dtype=pl.String))[0]
    return "" if shown is None else str(shown)


def masked_column(text: pl.Series) -> pl.Series:
    """`masked` over a column; null and blank stay null."""
    number = pl.col("number")
    last = number.str.slice(17, 1)
    stars = pl.lit(STARS)
    shown = (
        pl.when(number.is_null())
        .then(None)
        .when(~number.str.contains(_SHAPE))
        .then(stars)
        .when(number.str.len_bytes() == 15)
        .then(number.str.slice(0, 8) + stars + number.str.slice(14, 1))
        .otherwise(number.str.slice(0, 10) + stars + last)
    )
    return normalised(text).to_frame("number").select(shown.alias("masked")).to_series()


def _normalise(frame: pl.LazyFrame, column: pl.Expr) -> pl.LazyFrame:
    half = pl.when(column.str.contains(r"^[0-9X]*$")).then(column).otherwise(column.str.normalize("NFKC").str.replace_all(_GAPS, ""))
    bare = half.str.to_uppercase().str.replace("^['‘’`]", "").str.replace(r"^([0-9]+)\.0+$", "$1")
    return frame.select(number=pl.when(bare != "").then(bare))


def _with_shape(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Length, the 17 digits of the person as one integer, and the check place as a number."""
    number = pl.col("number")
    frame = frame.with_columns(length=number.str.len_chars(), shaped=number.str.contains(_SHAPE))
    core = pl.when(pl.col("length") == 15).then(number.str.slice(0, 6) + "19" + number.str.slice(6, 9)).otherwise(number.str.slice(0, 17))
    last = number.str.slice(17, 1)
    return frame.with_columns(core=pl.when(pl.col("shaped")).then(core)).with_columns(
        digits=pl.col("core").cast(pl.Int64, strict=False),
        birth_date=pl.col("core").str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
        check=pl.when(pl.col("shaped") & (pl.col("length") > 15)).then(
            pl.when(last == "X").then(10).otherwise(last.cast(pl.Int64, strict=False))
        ),
    )


def _with_digits(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Checksum, sex, card digits and the first 18 places."""
    digits, number, length = pl.col("digits"), pl.col("number"), pl.col("length")
    weighted = [digits // 10 ** (16 - place) % 10 * weight for place, weight in enumerate(WEIGHTS)]
    frame = frame.with_columns(wanted=(12 - pl.sum_horizontal(weighted, ignore_nulls=False) % 11) % 11)
    wanted = pl.col("wanted")
    card = pl.col("shaped") & (length > 18)
    kind, grade = number.str.slice(18, 1).cast(pl.Int8, strict=False), number.str.slice(19, 1).cast(pl.Int8, strict=False)
    upgraded = pl.col("core") + pl.when(wanted == 10).then(pl.lit("X")).otherwise(wanted.cast(pl.String))
    return frame.with_columns(
        length_ok=length.is_in([15, 18, 20, 22]),
        checksum_ok=wanted == pl.col("check"),
        sex=pl.when(digits % 2 == 1).then(pl.lit("male")).when(digits % 2 == 0).then(pl.lit("female")),
        disability_type=pl.when(card & kind.is_between(1, 7)).then(kind),
        disability_grade=pl.when(card & grade.is_between(1, 4)).then(grade),
        first18=pl.when(length == 15).then(upgraded).when(pl.col("shaped")).then(number.str.slice(0, 18)),
    )


def _problem(on: date | None) -> pl.Expr:
    number, length, birth, ok = pl.col("number"), pl.col("length"), pl.col("birth_date"), pl.col("checksum_ok")
    rounded = number.str.contains(_ROUNDED) & (length > 15)
    early = birth < EARLIEST_BIRTH
    future = pl.lit(False)
    if on is not None:
        early = early | (birth.dt.offset_by(f"{MOST_YEARS}y") < on)
        future = birth > on
    card_wrong = (length > 18) & (pl.col("disability_type").is_null() | pl.col("disability_grade").is_null())
    ordered = (
        (number.is_null(), None),
        (number.str.contains(_SCIENTIFIC), "destroyed"),
        (rounded & ((length > 18) | ~ok.fill_null(False)), "destroyed"),
        (~pl.col("length_ok"), "length"),
        (~pl.col("shaped"), "characters"),
        (birth.is_null(), "birth_impossible"),
        (early, "birth_too_early"),
        (future, "birth_future"),
        (~ok, "checksum"),
        (card_wrong, "card_type"),
        (rounded, "maybe_destroyed"),
        (number.str.starts_with("999999"), "placeholder"),
        (length == 15, "old_15"),
    )
    problem = pl.lit(None, dtype=pl.String)
    for condition, word in reversed(ordered):
        problem = pl.when(condition).then(pl.lit(word, dtype=pl.String)).otherwise(problem)
    return problem
