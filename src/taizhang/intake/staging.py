"""The steps of a batch before anything is written: receive, read, match, check, propose. Each leaves its frames, sealed."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.services.refusals import PeriodFrozen
from taizhang.households.services.windows import openings_passed
from taizhang.intake import files, progress, reading
from taizhang.intake.checking import Picked, check_table
from taizhang.intake.grains import KEPT, Grain, grain_of
from taizhang.intake.grains.household_member import proposals_for
from taizhang.intake.models import Batch, Export, KnownForm
from taizhang.intake.proposing import GIVEN_OUT, KINDS, Proposals, findings_of
from taizhang.intake.reach import may_write
from taizhang.intake.refusing import MISSING_AREA, MISSING_NUMBER, unnumbered
from taizhang.intake.returning import compared_with, export_of, torn, without_untouched
from taizhang.intake.threeway import COMPARED
from taizhang.journal.posting import newest_position
from taizhang.kernel.findings import FINDINGS, Severity, no_findings
from taizhang.kernel.ledgers import ROW, SHEET, Ledger
from taizhang.kernel.sheets.headings import Table
from taizhang.kernel.sheets.reading import CannotRead, Limits, Workbook

__all__ = [
    "NotCancellable",
    "cancel_batch",
    "moment",
    "proposals_for",
    "receive_file",
    "remember_form",
    "stage",
    "staged_proposals",
]

SAMPLES = 3  # rows of a table that the matching page shows


class NotCancellable(Exception):
    """The batch is done with: what is written is not taken back by cancelling."""

    def __init__(self) -> None:
        super().__init__("这批数据已经办结,不能取消")


def receive_file(
    *,
    by: User,
    at: datetime,
    ledger: Ledger,
    period: Period,
    area: str,
    file_name: str,
    content: bytes,
    idempotency_key: str | None = None,
) -> Batch:
    """Take an uploaded file in (hop 1). The same form sent twice gives the batch of the first time.

    Needs    IMPORT_RUN over `area`
    Writes   1 batch; the bytes, sealed
    Raises   NotPermitted, PeriodFrozen
    """
    access.require(by, Permission.IMPORT_RUN, area=area)
    if not may_write(by, period, area):
        raise PeriodFrozen(f"期次“{period.key}”已经冻结")
    wanted = {
        "ledger": ledger.key,
        "period": period,
        "area": area,
        "file_name": file_name[-200:],
        "sha256": files.keep(content),
        "size": len(content),
        "at": at,
    }
    if idempotency_key is None:
        return Batch.objects.create(by=by, **wanted)
    return Batch.objects.get_or_create(by=by, idem_key=idempotency_key, defaults=wanted)[0]


def cancel_batch(*, by: User, batch: Batch) -> Batch:
    """Cancel a batch: at once where nothing runs, else as soon as the worker looks. Nothing is written of it.

    Needs    IMPORT_RUN over the batch's area
    Writes   the batch's state, or the mark that the worker looks for
    Raises   NotPermitted, NotCancellable
    """
    access.require(by, Permission.IMPORT_RUN, area=batch.area)
    if batch.state in (Batch.ACCEPTED, Batch.CANCELLED):
        raise NotCancellable
    if batch.running:
        progress.cancel(batch.pk)
        return batch
    return _settle(batch, Batch.CANCELLED, message="已按您的要求取消,没有写入任何内容")


def stage(
    batch: Batch, ledger: Ledger, *, chosen: dict[str, dict[int, str]] | None = None, ask: bool = True, limits: Limits | None = None
) -> Batch:
    """Read, match, check and propose. With `ask` it stops after the matching while something is unsure and nobody has `chosen`.

    Writes   the batch's state and frames; nothing on the register
    """
    try:
        meter = progress.Meter(batch.pk, "读取", batch.size)
        workbook, tables = reading.read_tables(files.original(batch.sha256), ledger, limits=limits)
        meter.at(batch.size)
        found = [(reading.slim(table, workbook), _sample(table), _matched(batch, table, ledger, chosen)) for table in tables]
        useful = [one for one in found if len(one[2].columns) > 1] or found
        batch.tables = [asdict(f) for _, _, f in useful]
        for index, (_, sample, _) in enumerate(useful):
            files.put_frame(batch.pk, f"samples-{index}", sample)
        read = {f.sheet for _, _, f in useful}
        batch.counts = {"left_sheets": [sheet.name for sheet in workbook.sheets if sheet.name not in read]}
        if any(f.required_missing for _, _, f in useful) or (ask and chosen is None and any(f.asks for _, _, f in useful)):
            return _settle(batch, Batch.READ, message="请确认表头与栏目的对应关系")
        return _check_all(batch, ledger, workbook, [(table, f) for table, _, f in useful], export_of(batch, workbook))
    except CannotRead as refused:
        return _settle(batch, Batch.FAILED, message=refused.message)
    except progress.Cancelled as cancelled:
        return _settle(batch, Batch.CANCELLED, message=str(cancelled))


def _sample(table: Table) -> pl.DataFrame:
    """The first rows, as a frame of their own: a slice would hold all cells of its sheet as long as it is kept."""
    first = table.body.head(SAMPLES)
    return pl.DataFrame(first.to_dict(as_series=False), schema=first.schema)


def moment() -> str:
    """The register's position, the day, and what windows have opened and closed: while none moves, proposals that were made stand."""
    return f"{newest_position()}/{timezone.localdate()}/{openings_passed(timezone.now())}"


def staged_proposals(batch: Batch, index: int) -> Proposals:
    """The proposals of a table as they were made."""
    return Proposals(files.get_frame(batch.pk, f"proposals-{index}"), files.get_frame(batch.pk, f"now-{index}"))


def remember_form(*, by: User, at: datetime, batch: Batch, chosen: dict[str, dict[int, str]] | None = None) -> None:
    """Keep how a person matched the headings, for the next workbook of this form. `chosen` is as in `stage`; "" leaves a column out.

    Needs    IMPORT_RUN over the batch's area
    Writes   1 known form a table
    Raises   NotPermitted
    """
    access.require(by, Permission.IMPORT_RUN, area=batch.area)
    for table in batch.tables:
        picks = (chosen or {}).get(table["sheet"]) or {pick["index"]: name for name, pick in table["columns"].items()}
        columns = {heading["text"]: picks[heading["index"]] for heading in table["headings"] if heading["index"] in picks}
        KnownForm.objects.update_or_create(
            ledger=batch.ledger, fingerprint=table["fingerprint"], area=batch.area, defaults={"columns": columns, "by": by, "at": at}
        )


def _check_all(
    batch: Batch, ledger: Ledger, workbook: Workbook, tables: list[tuple[Table, reading.FoundTable]], export: Export | None
) -> Batch:
    meter = progress.Meter(batch.pk, "核对", sum(f.rows for _, f in tables))
    grain = grain_of(ledger)
    seen = pl.Series(dtype=pl.String)
    counts: dict[str, Any] = {"rows": 0, "findings": {}, "wrong": 0, "proposals": dict.fromkeys(KINDS, 0), **batch.counts}
    counts |= {"compared_at": moment(), KEPT: ledger.line}
    for index, (table, found) in enumerate(tables):
        picked = reading.picked(found)
        checked = check_table(sheet=table.sheet, body=reading.body_of(table, picked, workbook), picked=picked, ledger=ledger)
        lines, astray = grain.place(checked.lines, batch.by, batch.area)
        twice, seen = _seen_before(lines, seen, grain)
        if export is not None:
            lines = lines.with_columns(pl.lit(True).alias(GIVEN_OUT))
        findings = pl.concat([checked.findings, astray, twice, _unread(found)])
        proposals = grain.propose(batch.by, lines, findings, batch.period, batch.area)
        compared = pl.DataFrame(schema=COMPARED)
        if export is not None:
            compared = compared_with(export, lines, proposals, grain.homes)
            lines = without_untouched(lines, compared)
            proposals = grain.propose(batch.by, lines, findings, batch.period, batch.area)
            counts["torn"] = counts.get("torn", 0) + torn(compared).height
        findings = _that_count(findings, proposals.rows, grain.known)
        findings = _at_headings(pl.concat([findings, findings_of(proposals.rows)]), ledger, picked)
        files.put_frame(batch.pk, f"lines-{index}", lines)
        files.put_frame(batch.pk, f"findings-{index}", findings)
        files.put_frame(batch.pk, f"proposals-{index}", proposals.rows)
        files.put_frame(batch.pk, f"now-{index}", proposals.now)
        files.put_frame(batch.pk, f"compared-{index}", compared)
        _count(counts, lines, findings, proposals)
        meter.at(counts["rows"])
    batch.counts = counts
    return _settle(batch, Batch.CHECKED)


def _unread(found: reading.FoundTable) -> pl.DataFrame:
    """Columns of the sheet that are not taken in: shown, never dropped silently."""
    unknown = [(heading["text"], "column.unknown", "没有对应的栏目,这一列没有导入") for heading in found.unknown]
    ambiguous = [(heading["text"], "column.ambiguous", "对得上几个栏目,没有选定,这一列没有导入") for heading in found.ambiguous]
    rows = [(found.sheet, 0, text, code, Severity.WARNING.value, says, "") for text, code, says in unknown + ambiguous]
    return pl.DataFrame(rows, schema=dict(FINDINGS), orient="row")


def _that_count(findings: pl.DataFrame, rows: pl.DataFrame, known_by: str) -> pl.DataFrame:
    """Without the missing area of what stands on the register, and without the missing number of whom the register knows without one."""
    needless = {
        MISSING_AREA: pl.col(known_by).is_not_null(),
        MISSING_NUMBER: unnumbered() if "stands_digest" in rows.columns else pl.lit(value=True),
    }
    for code, which in needless.items():
        places = rows.filter(which).select(pl.col(SHEET).alias("sheet"), pl.col(ROW).alias("row"), pl.lit(code).alias("code"))
        findings = findings.join(places, on=["sheet", "row", "code"], how="anti", maintain_order="left")
    return findings


def _at_headings(findings: pl.DataFrame, ledger: Ledger, picked: dict[str, Picked]) -> pl.DataFrame:
    """Findings with the heading as it stands on the sheet, where a check named our own label."""
    typed = {where.heading for where in picked.values()}
    ours = {ledger.column(name).label: where.heading for name, where in reversed(picked.items())}
    return findings.with_columns(pl.col("column").replace({o: t for o, t in ours.items() if o not in typed})).sort(
        "row", maintain_order=True
    )


def _count(counts: dict[str, Any], lines: pl.DataFrame, findings: pl.DataFrame, proposals: Proposals) -> None:
    counts["rows"] += lines.height
    counts["wrong"] += findings.filter((pl.col("row") > 0) & pl.col("severity").is_in(["B", "E", "W"]))["row"].n_unique()
    for severity, number in findings["severity"].value_counts().iter_rows():
        counts["findings"][severity] = counts["findings"].get(severity, 0) + number
    for kind, number in proposals.counts.items():
        counts["proposals"][kind] += number


def _seen_before(lines: pl.DataFrame, seen: pl.Series, grain: Grain) -> tuple[pl.DataFrame, pl.Series]:
    """What may come once only, on an earlier sheet of the workbook."""
    once = grain.once
    if once is None or once.field not in lines.columns:
        return no_findings(), seen
    again = lines.filter(pl.col(once.field).is_in(seen.implode()))
    told = again.select(
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).alias("row"),
        pl.lit(once.heading).alias("column"),
        pl.lit(once.code).alias("code"),
        pl.lit(Severity.ERROR.value).alias("severity"),
        pl.lit(once.says).alias("message"),
        pl.lit("").alias("typed"),
    ).cast(dict(FINDINGS))
    return told, pl.concat([seen, lines[once.field].drop_nulls()])


def _matched(batch: Batch, table: Any, ledger: Ledger, chosen: dict[str, dict[int, str]] | None) -> reading.FoundTable:
    """What a person chose now overrules what was remembered of the form; remembered headings that were left out stay out."""
    known = KnownForm.objects.filter(ledger=ledger.key, fingerprint=reading.fingerprint_of(table), area=batch.area).first()
    remembered = known.columns if known else {}
    left_out = {heading.index: "" for heading in table.headings if remembered.get(heading.text) == ""}
    found = reading.match_table(table, ledger, remembered=remembered, chosen=(chosen or {}).get(table.sheet, left_out))
    return replace(found, asks=False) if known else found


def _settle(batch: Batch, state: str, message: str = "") -> Batch:
    progress.clear(batch.pk)
    batch.state, batch.message, batch.running = state, message[:500], ""
    batch.save(update_fields=["state", "message", "running", "tables", "counts"])
    return batch
