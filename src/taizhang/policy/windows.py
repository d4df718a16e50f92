"""Which months an income counts for (domain/archives.md 1.4). The reference dates of the years were not found and are not given here."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both ends within."""

    from_on: date
    to_on: date
    mark: str
    source: str


def survey_income_window(year: int) -> Window:
    """The income window of a survey year: 1 October of the year before to 30 September.

    Source   domain/archives.md 1.4 [S18]
    """
    return Window(date(year - 1, 10, 1), date(year, 9, 30), "V", "domain/archives.md 1.4 [S18]")


def monitored_income_window(identified_on: date) -> Window:
    """The income window of an edge household: the 12 whole months before the month it was identified in.

    Source   domain/archives.md 1.4 [S26c]
    """
    month = identified_on.replace(day=1)
    return Window(month.replace(year=month.year - 1), month - timedelta(days=1), "V", "domain/archives.md 1.4 [S26c]")
