"""django-import-export doing the same job: the same workbook read from its file, each row matched and stored in the register's five
tables inside one posting, so that the same triggers write the same journal. As its users write it: a resource whose save looks up and
creates what belongs to the row. It does less than ours: no findings for the person, no proposals, no income totals, no second look."""

import os
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import tablib
from import_export import fields, resources, widgets

from benchmarks.peer_import_export import IdWidget, LabelWidget
from taizhang.kernel.ledgers import Column, Ledger

TABLES = ("Household", "HouseholdPeriod", "Person", "Membership", "MemberPeriod")


class DayWidget(widgets.Widget):
    """A day as the sheet writes it."""

    def clean(self, value, row=None, **kwargs):
        """Read one day."""
        return date.fromisoformat(value) if value else None


class DecimalWidget(widgets.Widget):
    """Money, areas, distances."""

    def clean(self, value, row=None, **kwargs):
        """Read one number."""
        return None if value in (None, "") else Decimal(str(value))


class ChoicesWidget(widgets.Widget):
    """Several labels of a code list in one cell."""

    def __init__(self, labels: dict[str, str]) -> None:
        super().__init__()
        self._labels = labels

    def clean(self, value, row=None, **kwargs):
        """Find their keys."""
        return ",".join(self._labels[label] for label in value.split("、")) if value else None


class SealedWidget(widgets.Widget):
    """A phone or an account, sealed."""

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self._purpose = purpose

    def clean(self, value, row=None, **kwargs):
        """Seal one text."""
        from taizhang.journal.fields import sealer

        return sealer().seal(str(value), self._purpose) if value else None


class YesNoWidget(widgets.Widget):
    """是 or 否."""

    def clean(self, value, row=None, **kwargs):
        """Read one answer."""
        if value in (None, ""):
            return None
        return {"是": True, "否": False}[value]


def run(path: Path, ledger: Ledger) -> dict[str, float]:
    """Import the workbook at `path`.

    Gives    rows, seconds from the first byte read to the end of the transaction, rows a second; raises when a row is not stored
    """
    from taizhang.accounts.keeping import console_account
    from taizhang.households import models
    from taizhang.journal.models import JournalEntry
    from taizhang.journal.posting import Cause, posting

    at = datetime(2026, 1, 1, tzinfo=UTC)
    by, before = console_account(at=at), JournalEntry.objects.count()
    started = time.perf_counter()
    sheet = tablib.Dataset().load(path.read_bytes(), format="xlsx")
    lines = [row for row in sheet if str(row[0]).isdigit()]  # without stamp and headings: the first column is the area's code
    data = tablib.Dataset(*lines, headers=[f"c{i}" for i in range(len(ledger.columns))])
    with posting(by=by, at=at, cause=Cause("bench.peer"), area="990101000000"):
        result = _resource(ledger)().import_data(data, dry_run=False, raise_errors=True)
    seconds = time.perf_counter() - started
    stored = {name: getattr(models, name).objects.count() for name in TABLES}
    if result.has_errors() or {stored["Person"], stored["Membership"], stored["MemberPeriod"]} != {len(data)}:
        raise RuntimeError(f"the peer stored {stored} of {len(data)} rows: {result.row_errors()[:1]}")
    if JournalEntry.objects.count() - before != sum(stored.values()):
        raise RuntimeError("the peer's rows are not in the journal")
    return {"rows": len(data), "seconds": seconds, "rows_a_second": len(data) / seconds}


def _resource(ledger: Ledger) -> type[resources.ModelResource]:
    """The resource of a sheet: each column cleaned by a widget of its kind and kept on the row's person until it is saved."""
    from taizhang.households.models import Person

    declared = {
        f"c{i}": Told(column_name=f"c{i}", attribute=column.field, widget=_widget(column)) for i, column in enumerate(ledger.columns)
    }
    meta = type("Meta", (), {"model": Person, "import_id_fields": (), "skip_diff": True, "fields": tuple(declared)})
    return resources.ModelDeclarativeMetaclass("PersonResource", (RegisterResource,), {**declared, "Meta": meta})


class Told(fields.Field):
    """A cell's value, kept beside the instance until all of the row's tables are saved."""

    def save(self, instance, row, is_m2m=False, **kwargs):
        """Clean the cell and keep it."""
        vars(instance).setdefault("told", {})[self.attribute] = self.clean(row)


class RegisterResource(resources.ModelResource):
    """Finds the person by number, saves person, household, family and archives of each row."""

    def __init__(self, **kwargs: Any) -> None:
        from taizhang.households.models import Period

        super().__init__(**kwargs)
        self.period, self.household = Period.objects.get(key="2018"), None

    def get_instance(self, instance_loader, row):
        """The person who stands on the register under the number of the row."""
        from taizhang.households.models import Person
        from taizhang.households.sealing import PURPOSE_OF_IDS
        from taizhang.journal.fields import sealer

        number = self.fields[self._number()].clean(row)
        return Person.objects.filter(id_digest=sealer().digest(number[:18], PURPOSE_OF_IDS)).first() if number else None

    def do_instance_save(self, instance, is_create):
        """Write the row: a head opens a household, the lines below belong to it."""
        told = instance.told
        self._person(instance, told)
        head = told["membership.relation"] == "head"
        if head:
            self.household = self._household(instance, told)
        self._archive_and_family(instance, told, self.household)

    def _number(self) -> str:
        return next(name for name, field in self.fields.items() if field.attribute == "person.id_no")

    def _person(self, person, told: dict[str, Any]) -> None:
        from taizhang.households.sealing import PURPOSE_OF_IDS
        from taizhang.journal.fields import sealer
        from taizhang.kernel import names

        number = told["person.id_no"]
        for name, value in _of(told, "person").items():
            setattr(person, name, value)
        person.id_no, person.id_digest = sealer().seal(number, PURPOSE_OF_IDS), sealer().digest(number[:18], PURPOSE_OF_IDS)
        person.id_length, person.id_checked = len(number), True
        person.birth_date = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        person.area, person.came_from = told["key.area"], "peer"
        person.pinyin, person.initials = names.pinyin_of(person.name), names.initials_of(person.name)
        person.person_no = person.person_no or f"P{person.id_digest[:16]}"
        person.save()

    def _household(self, head, told: dict[str, Any]):
        from taizhang.households.models import Household, HouseholdPeriod, Membership

        member = Membership.objects.filter(person=head, open=True).select_related("household").first()
        number = f"H{head.person_no[1:]}"
        where = {"area": told["key.area"], "group_name": told["key.group"] or ""}
        household = member.household if member else Household.objects.create(household_no=number, **where)
        facts = _of(told, "household") | {"area": told["key.area"], "head_name": head.name, "head_initials": head.initials}
        HouseholdPeriod.objects.update_or_create(household=household, period=self.period, defaults=facts)
        return household

    def _archive_and_family(self, person, told: dict[str, Any], household) -> None:
        from taizhang.households.models import MemberPeriod, Membership

        family = _of(told, "membership") | {"area": told["key.area"], "state": "active"}
        Membership.objects.update_or_create(person=person, household=household, open=True, defaults=family)
        facts = _of(told, "member") | {"area": told["key.area"]}
        MemberPeriod.objects.update_or_create(person=person, period=self.period, defaults=facts)


def _of(told: dict[str, Any], home: str) -> dict[str, Any]:
    return {name.partition(".")[2]: value for name, value in told.items() if name.startswith(f"{home}.")}


def _widget(column: Column) -> widgets.Widget:
    kind = column.kind
    listed = getattr(kind, "code_list", None)
    if kind.name == "id_number":
        return IdWidget()
    if kind.name == "one_of" and listed is not None:
        return LabelWidget({c.zh: c.key for c in listed.codes})
    if kind.name == "some_of" and listed is not None:
        return ChoicesWidget({c.zh: c.key for c in listed.codes})
    if column.secret:
        return SealedWidget(column.field.rpartition(".")[2])
    if kind.name == "yes_no":
        return YesNoWidget()
    if kind.dtype == pl.Date:
        return DayWidget()
    return DecimalWidget() if kind.dtype.is_numeric() else TextWidget()


class TextWidget(widgets.Widget):
    """Words; blank is unknown."""

    def clean(self, value, row=None, **kwargs):
        """Read one text."""
        return str(value).strip() if value not in (None, "") else None


def main() -> None:
    """Print the figures, in a process of its own: the workbook is the first argument."""
    import json

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    django.setup()
    from benchmarks import workbooks

    print(json.dumps(run(Path(sys.argv[1]), workbooks.forty_columns())))


if __name__ == "__main__":
    main()
