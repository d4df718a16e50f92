"""A value of a column as the register may hold it, by chance: what its kind reads out of a text that it can show."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from taizhang.kernel.identity import make_id
from taizhang.kernel.ledgers import Column

ODD = "  \t\n,，;；、/-—'\"=+@#*()（）%_Aa0１²½㎡😀𠮷ﾊé\u3000\u200b\\|<&>"


def value_of(column: Column, chance: Random) -> Any:
    """A value of the column's kind, never blank."""
    kind: Any = column.kind
    match kind.name:
        case "one_of":
            return chance.choice(kind.code_list.keys())
        case "some_of":
            return chance.choice(kind.code_list.keys())
        case "yes_no":
            return chance.random() < 0.5
        case "whole":
            return chance.randint(int(kind.lowest), int(kind.highest))
        case "decimal":
            return decimal(chance, int(kind.lowest), int(kind.highest), kind.places)
        case "yuan" | "mu" | "square_metres" | "km":
            return decimal(chance, 0, 10 ** chance.randint(0, 9), kind.places)
        case "day":
            return date(1900, 1, 1) + timedelta(chance.randint(0, 70_000))
        case "partial_day":
            return chance.choice(("2018", "2018-03", "2018-03-09", "2018-10", "2015-12"))
        case "name":
            return han(chance)
        case "id_number":
            return make_id("990101", date(1950, 1, 1) + timedelta(chance.randint(0, 20_000)), chance.randint(0, 999))
        case "phone":
            return str(chance.randint(13_000_000_000, 19_999_999_999))
        case "account":
            return str(chance.randint(10**7, 10 ** chance.randint(8, 29)))
        case "text":
            return text(column, chance)
    raise AssertionError(f"no values of the kind {kind.name}: give it some here")


def decimal(chance: Random, low: int, high: int, places: int) -> Decimal:
    """A number of so many places, both ends included."""
    return Decimal(chance.randint(low * 10**places, high * 10**places)).scaleb(-places)


def han(chance: Random, most: int = 4) -> str:
    """A name."""
    return "".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(chance.randint(2, most)))


def text(column: Column, chance: Random) -> str:
    """A text as its kind reads it, odd places in it."""
    typed = han(chance) + "".join(chance.choice(ODD) for _ in range(chance.randint(0, 5))) + han(chance)
    return str(column.kind.read_one(typed[: getattr(column.kind, "most", 10)])[0] or han(chance))
