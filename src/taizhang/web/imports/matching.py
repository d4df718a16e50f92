"""Which heading of the sheet is which column of the ledger (对应列): shown, changed, remembered."""

import re
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.intake import files
from taizhang.intake.models import Batch
from taizhang.intake.queue import Busy, start
from taizhang.intake.staging import remember_form
from taizhang.intake.tasks import stage_batch
from taizhang.kernel.ledgers import Ledger
from taizhang.kernel.sheets.rows import letters
from taizhang.ledgers import ledger
from taizhang.web.errors import refused
from taizhang.web.imports.showing import address, batch_of, header, links, may_match
from taizhang.web.jinja import page

LONG_NUMBER = re.compile(r"[0-9]{14,}[0-9Xx]|(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
SURE = {"label": "label", "alias": "alias", "code": "code", "remembered": "remembered", "chosen": "chosen", "similar": "guess"}
Table = dict[str, Any]


def import_matching(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the matching of one sheet; take it as a person corrected it, and check again."""
    batch = batch_of(request, pk)
    if not may_match(batch) or not batch.tables:
        return refused(request, 409, says="这一批现在不能改对应列：还没有读完，或者已经办结。")
    asked = request.POST.get("sheet") or request.GET.get("sheet") or ""
    index = next((at for at, table in enumerate(batch.tables) if table["sheet"] == asked), 0)
    if request.method != "POST":
        return _page(request, batch, index, _picks(batch.tables[index]))
    typed = {heading["index"]: request.POST.get(f"column_{heading['index']}", "") for heading in batch.tables[index]["headings"]}
    errors = _errors(typed, batch.tables[index], ledger(batch.ledger))
    if errors:
        return _page(request, batch, index, typed, errors, 422)
    chosen = {table["sheet"]: _picks(table) for table in batch.tables} | {batch.tables[index]["sheet"]: typed}
    if request.POST.get("remember"):
        remember_form(by=request.user, at=timezone.now(), batch=batch, chosen=chosen)
    try:
        start(stage_batch, batch, chosen={sheet: {str(at): name for at, name in of.items()} for sheet, of in chosen.items()})
    except Busy as busy:
        return refused(request, 409, says=str(busy))
    return HttpResponseRedirect(reverse("import_show", args=[pk]))


def _picks(table: Table) -> dict[int, str]:
    """Heading index → field as it stands, "" for a column that is not read."""
    taken = {pick["index"]: name for name, pick in table["columns"].items()}
    return {heading["index"]: taken.get(heading["index"], "") for heading in table["headings"]}


def _errors(typed: dict[int, str], table: Table, wanted: Ledger) -> dict[int, str]:
    """What is wrong with a matching, by heading; -1 for the whole."""
    labels = {column.field: column.heading for column in wanted.readable}
    first: dict[str, int] = {}
    found: dict[int, str] = {}
    texts = {heading["index"]: heading["text"] for heading in table["headings"]}
    for index, name in typed.items():
        if not name:
            continue
        if name not in labels:
            found[index] = "没有这个栏目"
        elif name in first:
            found[index] = f"“{labels[name]}”已经对应到“{texts[first[name]]}”，一个栏目只能对应一列"
        first.setdefault(name, index)
    missing = _missing(typed, wanted)
    return found | ({-1: f"还缺必填的列：{'、'.join(missing)}"} if missing else {})


def _missing(typed: dict[int, str], wanted: Ledger) -> list[str]:
    return [column.heading for column in wanted.columns if column.required and column.field not in typed.values()]


def _page(
    request: HttpRequest, batch: Batch, index: int, typed: dict[int, str], errors: dict[int, str] | None = None, status: int = 200
) -> HttpResponse:
    table, wanted, errors = batch.tables[index], ledger(batch.ledger), errors or {}
    url = reverse("import_matching", args=[batch.pk])
    how = {heading["index"]: "ambiguous" for heading in table["ambiguous"]}
    how |= {pick["index"]: SURE.get(pick["how"], "guess") for pick in table["columns"].values()}
    samples = _samples(batch, index)
    context = {
        "batch": {**header(batch), "sheet": table["sheet"], "heading_row": table["heading_row"], "rows": table["rows"]},
        "sheets": [
            {"title": each["sheet"], "url": address(url, {"sheet": each["sheet"]}), "here": at == index}
            for at, each in enumerate(batch.tables)
        ],
        "missing": _missing(typed, wanted),
        "errors": list(dict.fromkeys(errors.values())),
        "columns": [
            {
                "place": letters(heading["index"]),
                "index": heading["index"],
                "heading": heading["text"],
                "samples": samples.get(heading["index"], []),
                "field": typed[heading["index"]],
                "sure": how.get(heading["index"], "none"),
                "error": errors.get(heading["index"]),
            }
            for heading in table["headings"]
        ],
        "choices": [(column.field, column.heading) for column in wanted.readable],
        "left_out": table["left_out"][:20],
        "left_sheets": batch.counts.get("left_sheets", []),
        "says": batch.message,
        "idempotency_key": uuid4().hex,
        "version": None,
        "cancel_url": links(batch)["list"],
    }
    return page(request, "imports/matching.html", context, status=status)


def _samples(batch: Batch, index: int) -> dict[int, list[str]]:
    """The first cells under each heading; long numbers keep their beginning only."""
    if not files.has_frame(batch.pk, f"samples-{index}"):
        return {}
    frame = files.get_frame(batch.pk, f"samples-{index}")
    columns = [name for name in frame.columns if name.startswith("c")]
    return {int(name[1:]): [_masked(text) for text in frame[name].drop_nulls().to_list() if text.strip()] for name in columns}


def _masked(text: str) -> str:
    return LONG_NUMBER.sub(lambda found: found[0][:3] + "*" * (len(found[0]) - 4) + found[0][-1], text)
