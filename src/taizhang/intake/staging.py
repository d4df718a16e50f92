"""The steps of a batch before anything is written: receive, read, match, check, propose. Each leaves its frames, sealed."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission, Rank
from taizhang.households.models import Period
from taizhang.households.services.refusals import PeriodFrozen
from taizhang.households.standing import standing_households, standing_persons
from taizhang.intake import files, progress, reading
from taizhang.intake.areas import with_area
from taizhang.intake.checking import Picked, check_table
from taizhang.intake.models import Batch, Export, KnownForm
from taizhang.intake.proposing import KINDS, Powers, Proposals, findings_of, propose, with_status
from taizhang.intake.refusing import MISSING_AREA
from taizhang.intake.returning import compared_with, export_of, torn, without_untouched
from taizhang.intake.threeway import COMPARED
from taizhang.kernel.findings import FINDINGS, Severity, no_findings
from taizhang.kernel.ledgers import ROW, SHEET, Ledger
from taizhang.kernel.sheets.headings import Table
from taizhang.kernel.sheets.reading import CannotRead, Limits, Workbook
from taizhang.places.tree import range_of

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


def may_write(by: User, period: Period, area: str) -> bool:
    """Whether a period takes rows of an area from a user: while it is open, or with leave to correct frozen ones."""
    return period.state == Period.OPEN or access.may(by, Permission.HOUSEHOLD_CORRECT_FROZEN, area)


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
        found = [(reading.slim(table, workbook), table.body.head(SAMPLES), _matched(batch, table, ledger, chosen)) for table in tables]
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


def proposals_for(by: User, lines: pl.DataFrame, findings: pl.DataFrame, period: Period, area: str) -> Proposals:
    """The proposals of one table against the register as it stands now; only what lies below `area` and in the user's scope can be taken.

    Cost     2 queries over the numbers of the lines
    """
    digests = _told(lines, "person.id_digest") | _told(lines, "key.head_id_digest")
    persons = standing_persons(digests, _told(lines, "key.person_no"), period)
    ids = persons["household_id"].drop_nulls().unique().to_list()
    households = standing_households(ids, _told(lines, "key.household_no"), period)
    powers = Powers(
        ranges=scope_below(by, area).ranges,
        locked=access.may(by, Permission.HOUSEHOLD_CORRECT_LOCKED, area),
        open_period=may_write(by, period, area),
    )
    return propose(lines, findings, persons, households, powers)


def scope_below(by: User, area: str) -> access.Scope:
    """Where a user may import, cut to the area that he chose for the batch."""
    low, high = access.range_of(area, Rank.NATION) if area == access.NATION else range_of(area)
    ranges = access.scope_of(by, Permission.IMPORT_RUN).ranges
    return access.Scope(tuple((max(lo, low), min(hi, high)) for lo, hi in ranges if max(lo, low) < min(hi, high)))


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
    scope = scope_below(batch.by, batch.area)
    seen = pl.Series(dtype=pl.String)
    counts: dict[str, Any] = {"rows": 0, "findings": {}, "wrong": 0, "proposals": dict.fromkeys(KINDS, 0), **batch.counts}
    for index, (table, found) in enumerate(tables):
        picked = reading.picked(found)
        checked = check_table(sheet=table.sheet, body=reading.body_of(table, picked, workbook), picked=picked, ledger=ledger)
        lines, astray = with_area(checked.lines, scope, timezone.localdate(), batch.area)
        lines = with_status(lines)
        twice, seen = _seen_before(lines, seen)
        findings = pl.concat([checked.findings, astray, twice, _unread(found)])
        proposals = proposals_for(batch.by, lines, findings, batch.period, batch.area)
        compared = pl.DataFrame(schema=COMPARED)
        if export is not None:
            compared = compared_with(export, lines, proposals)
            lines = without_untouched(lines, compared)
            proposals = proposals_for(batch.by, lines, findings, batch.period, batch.area)
            counts["torn"] = counts.get("torn", 0) + torn(compared).height
        findings = _at_headings(pl.concat([_that_count(findings, proposals.rows), findings_of(proposals.rows)]), ledger, picked)
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


def _that_count(findings: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Without the missing area of households that stand on the register."""
    known = rows.filter(pl.col("household_id").is_not_null()).select(pl.col(SHEET).alias("sheet"), pl.col(ROW).alias("row"))
    return pl.concat(
        [
            findings.filter(pl.col("code") != MISSING_AREA),
            findings.filter(pl.col("code") == MISSING_AREA).join(known, on=["sheet", "row"], how="anti"),
        ]
    )


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


def _seen_before(lines: pl.DataFrame, seen: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """The same number on an earlier sheet of the workbook."""
    if "person.id_digest" not in lines.columns:
        return no_findings(), seen
    again = lines.filter(pl.col("person.id_digest").is_in(seen.implode()))
    told = again.select(
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).alias("row"),
        pl.lit("证件号码").alias("column"),
        pl.lit("ID-12").alias("code"),
        pl.lit(Severity.ERROR.value).alias("severity"),
        pl.lit("证件号码在前面的工作表里已经出现过,同一人只能出现一次").alias("message"),
        pl.lit("").alias("typed"),
    ).cast(dict(FINDINGS))
    return told, pl.concat([seen, lines["person.id_digest"].drop_nulls()])


def _matched(batch: Batch, table: Any, ledger: Ledger, chosen: dict[str, dict[int, str]] | None) -> reading.FoundTable:
    """What a person chose now overrules what was remembered of the form; remembered headings that were left out stay out."""
    known = KnownForm.objects.filter(ledger=ledger.key, fingerprint=reading.fingerprint_of(table), area=batch.area).first()
    remembered = known.columns if known else {}
    left_out = {heading.index: "" for heading in table.headings if remembered.get(heading.text) == ""}
    found = reading.match_table(table, ledger, remembered=remembered, chosen=(chosen or {}).get(table.sheet, left_out))
    return replace(found, asks=False) if known else found


def _told(lines: pl.DataFrame, name: str) -> set[str]:
    return set(lines[name].drop_nulls().to_list()) if name in lines.columns else set()


def _settle(batch: Batch, state: str, message: str = "") -> Batch:
    progress.clear(batch.pk)
    batch.state, batch.message, batch.running = state, message[:500], ""
    batch.save(update_fields=["state", "message", "running", "tables", "counts"])
    return batch
