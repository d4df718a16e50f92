"""What a sheet tells of a household that stands in other registers: its measures, work spells, helpers. Printed as text, never read in."""

from collections.abc import Callable, Iterable
from datetime import date

import polars as pl

from taizhang.households.models import Measure, Membership, Period, WorkSpell
from taizhang.kernel.ledgers import Ledger
from taizhang.policy.ages import age_on
from taizhang.policy.archive import fact
from taizhang.policy.archive.measures import details_of
from taizhang.support.models import Pairing
from taizhang.support.query import pairings_of

TOLD, HOUSE = "told.", "own.household"
SOURCES = ("inc_wage_yuan", "inc_business_yuan", "inc_property_yuan", "inc_transfer_yuan")
Words = dict[int, str]


def with_told(frame: pl.DataFrame, ledger: Ledger, period: Period, on: date) -> pl.DataFrame:
    """The lines with every ``told.*`` column of the sheet; reads `own.household`.

    Cost     1 or 2 queries for each such column
    """
    for name in (field for field in ledger.fields if field.startswith(TOLD)):
        frame = frame.with_columns(_COLUMNS[name](frame, period, on).alias(name))
    return frame


def _of_households(words: Callable[[list[int], Period, date], Words]) -> Callable[[pl.DataFrame, Period, date], pl.Series]:
    """A column of what is told of each household, on its first line."""

    def column(frame: pl.DataFrame, period: Period, on: date) -> pl.Series:
        houses = frame[HOUSE].to_list()
        told = words(sorted(set(houses)), period, on)
        return pl.Series([told.get(house) for house in houses], dtype=pl.String)

    return column


def _measures(houses: list[int], period: Period, kinds: Iterable[str] = ()) -> list[Measure]:
    rows = Measure.objects.filter(household__in=houses, period=period, withdrawn=False).select_related("person")
    return list((rows.filter(kind__in=kinds) if kinds else rows).order_by("kind", "measure_from_on", "pk"))


def _all_measures(houses: list[int], period: Period, on: date) -> Words:
    """类别:内容(自何时,金额) of every measure."""
    return _joined((row.household_id, f"{row.get_kind_display()}:{_measure(row)}") for row in _measures(houses, period))


def _industries(houses: list[int], period: Period, on: date) -> Words:
    """What measures of industry and asset income tell."""
    told = []
    for row in _measures(houses, period, ("industry", "asset")):
        details = [(f.zh, f.kind.show_one(value)) for f in details_of(row.kind) if (value := getattr(row, f.name)) not in (None, "")]
        told.append((row.household_id, f"{row.measure_item}{''.join(f',{zh}{text}' for zh, text in details)}"))
    return _joined(told)


def _measure(row: Measure) -> str:
    since = f"{row.measure_from_on}起" if row.measure_from_on else ""
    amount = f"{row.measure_yuan:f}元" if row.measure_yuan is not None else ""
    whom = row.person.name if row.person else ""
    aside = ",".join(filter(None, (whom, since, amount)))
    return f"{row.measure_item}({aside})" if aside else str(row.measure_item)


def _work(houses: list[int], period: Period, on: date) -> Words:
    """Who worked where, from when to when."""
    members = dict(Membership.objects.filter(household__in=houses, open=True).values_list("person_id", "household_id"))
    spells = WorkSpell.objects.filter(person__in=members, period=period, withdrawn=False).select_related("person")
    return _joined(
        (members[row.person_id], f"{row.person.name}:{row.spell_from_on}至{row.spell_to_on or '今'}{row.spell_sector or ''}")
        for row in spells.order_by("spell_from_on", "pk")
    )


def _helpers(houses: list[int], period: Period, on: date) -> Words:
    """帮扶责任人 with their units, those who hold on the day."""
    return _joined((house, _helper(p)) for house, rows in pairings_of(houses, on).items() for p in rows)


def _helper(pairing: Pairing) -> str:
    unit = pairing.helper.unit
    return f"{pairing.helper.helper_name}({unit.unit_name})" if unit else str(pairing.helper.helper_name)


def _joined(told: Iterable[tuple[int, str]]) -> Words:
    found: dict[int, list[str]] = {}
    for house, text in told:
        found.setdefault(house, []).append(text)
    return {house: ";".join(texts) for house, texts in found.items()}


def _age(frame: pl.DataFrame, period: Period, on: date) -> pl.Series:
    """Completed years on the reference day."""
    return frame.select(age_on(pl.col("person.birth_date"), period.reference_on).cast(pl.Int64)).to_series()


def _main_source(frame: pl.DataFrame, period: Period, on: date) -> pl.Series:
    """The largest of the four kinds of income."""
    parts = frame.select(pl.col(f"household.{name}").cast(pl.Float64).alias(fact(name).zh) for name in SOURCES)
    best = [max(((v, zh) for zh, v in row.items() if v), default=(0, None))[1] for row in parts.iter_rows(named=True)]
    return pl.Series(best, dtype=pl.String)


def _nothing(frame: pl.DataFrame, period: Period, on: date) -> pl.Series:
    """No register holds it yet."""
    return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)


_COLUMNS: dict[str, Callable[[pl.DataFrame, Period, date], pl.Series]] = {
    "told.age": _age,
    "told.industries": _of_households(_industries),
    "told.main_source": _main_source,
    "told.work": _of_households(_work),
    "told.measures": _of_households(_all_measures),
    "told.helpers": _of_households(_helpers),
    "told.notes": _nothing,
}
