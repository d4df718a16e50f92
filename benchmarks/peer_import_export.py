"""django-import-export on the same rows with the same kinds of checks, cell by cell, as its users write them (bulk mode, no diff)."""

import os
import re
import time
from datetime import date
from decimal import Decimal

import polars as pl
import tablib
from django.db import connection, models
from import_export import fields, resources, widgets

from taizhang.kernel import kinds
from taizhang.kernel.ledgers import Ledger

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ROWS = 2_000


class IdWidget(widgets.CharWidget):
    """An identity number: length, digits, checksum, birth date."""

    def clean(self, value, row=None, **kwargs):
        """Check one number."""
        text = (value or "").strip().upper()
        if not text:
            return None
        if not re.fullmatch(r"\d{17}[\dX](\d{2}([0-9A-Z]{2})?)?", text):
            raise ValueError("number")
        if "10X98765432"[sum(int(d) * w for d, w in zip(text[:17], WEIGHTS, strict=True)) % 11] != text[17]:
            raise ValueError("checksum")
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        return text


class LabelWidget(widgets.CharWidget):
    """One label of a code list."""

    def __init__(self, labels: dict[str, str]) -> None:
        super().__init__()
        self._labels = labels

    def clean(self, value, row=None, **kwargs):
        """Find the key of one label."""
        if not value:
            return None
        if value not in self._labels:
            raise ValueError(f"unknown label {value}")
        return self._labels[value]


def run(ledger: Ledger, names: list[str], shown: pl.DataFrame) -> float:
    """Rows a second of django-import-export over `shown` (text as on the sheet), one flat table, without any journal."""
    model, resource = _resource(ledger, names)
    with connection.schema_editor() as editor:
        editor.create_model(model)
    try:
        data = tablib.Dataset(headers=[f"c{i}" for i in range(len(names))])
        for row in shown.head(ROWS).iter_rows():
            data.append(["" if v is None else v for v in row])
        started = time.perf_counter()
        result = resource().import_data(data, dry_run=False, raise_errors=False)
        spent = time.perf_counter() - started
        wanted, stored = min(ROWS, shown.height), model.objects.count()
        if result.has_errors() or stored != wanted:
            raise RuntimeError(f"the peer stored {stored} of {wanted} rows: {result.row_errors()[:1]}")
        return wanted / spent
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(model)


def main() -> None:
    """Print the rows a second, in a process of its own."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    django.setup()
    from benchmarks import workbooks
    from taizhang.intake.exporting.workbook import shown

    declared = workbooks.forty_columns()
    lines = workbooks.lines(int(os.environ.get("TAIZHANG_BENCH_ROWS", ROWS)))[0]
    texts = shown(lines, declared)
    print(run(declared, list(declared.fields), texts))


def _resource(ledger: Ledger, names: list[str]):
    columns = [ledger.column(name) for name in names]
    body = {f"c{i}": models.CharField(max_length=200, null=True) for i in range(len(columns))}
    meta = type("Meta", (), {"app_label": "benchmarks"})
    model = type("BenchPerson", (models.Model,), {"__module__": __name__, "Meta": meta, **body})
    declared = {f"c{i}": fields.Field(column_name=f"c{i}", attribute=f"c{i}", widget=_widget(c.kind)) for i, c in enumerate(columns)}
    options = {
        "model": model,
        "import_id_fields": ["c8"],
        "use_bulk": True,
        "batch_size": 1000,
        "skip_diff": True,
        "force_init_instance": True,
    }
    return model, type("PersonResource", (resources.ModelResource,), {**declared, "Meta": type("Meta", (), options)})


def _widget(kind: kinds.Kind) -> widgets.Widget:
    listed = getattr(kind, "code_list", None)
    if kind.name == "id_number":
        return IdWidget()
    if kind.name == "one_of" and listed is not None:
        return LabelWidget({c.zh: c.key for c in listed.codes})
    if isinstance(kind.dtype, pl.Decimal):
        return DecimalText()
    if kind.name == "yes_no":
        return LabelWidget({"是": "1", "否": "0"})
    return widgets.CharWidget()


class DecimalText(widgets.CharWidget):
    """Money and areas."""

    def clean(self, value, row=None, **kwargs):
        """Read one number."""
        return str(Decimal(value).quantize(Decimal("0.01"))) if value else None
