"""Age in completed years on a day: never stored, always asked for a day (domain/archives.md 1.3).

A person born on 29 February completes the year on 1 March of a common year.
"""

from datetime import date

import polars as pl


def age_on(birth_date: pl.Expr, day: date) -> pl.Expr:
    """Completed years on `day` as an expression.

    Blank    NULL for an unknown birth date and for one after `day`
    """
    birthday_to_come = (birth_date.dt.month().cast(pl.Int32) * 100 + birth_date.dt.day()) > day.month * 100 + day.day
    years = pl.lit(day.year, dtype=pl.Int32) - birth_date.dt.year() - birthday_to_come.cast(pl.Int32)
    return pl.when(birth_date <= day).then(years)


def age_of(birth_date: date | None, day: date) -> int | None:
    """Completed years of one person on `day`.

    Blank    None for an unknown birth date and for one after `day`
    """
    if birth_date is None or birth_date > day:
        return None
    return day.year - birth_date.year - ((birth_date.month, birth_date.day) > (day.month, day.day))


def years_before(day: date, years: int) -> date:
    """The youngest birth date at which somebody has completed so many years on `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February of a leap year
        return day.replace(year=day.year - years, day=28)
