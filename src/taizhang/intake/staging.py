"""The steps of a batch before anything is written: receive, read, match, check, propose. Each leaves its frames, sealed, to come back to."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.standing import standing_households, standing_persons
from taizhang.intake import files, progress, reading
from taizhang.intake.areas import with_area
from taizhang.intake.checking import check_table
from taizhang.intake.models import Batch, KnownForm
from taizhang.intake.proposing import KINDS, Powers, Proposals, findings_of, propose, with_status
from taizhang.kernel.findings import FINDINGS, Severity, no_findings
from taizhang.kernel.ledgers import ROW, SHEET, Ledger
from taizhang.kernel.sheets.reading import CannotRead, Limits


def receive_file(*, by: User, at: datetime, ledger: Ledger, period: Period, area: str, file_name: str, content: bytes) -> Batch:
    """Take an uploaded file in (hop 1).

    Needs    IMPORT_RUN over `area`
    Writes   1 batch; the bytes, sealed
    Raises   NotPermitted
    """
    access.require(by, Permission.IMPORT_RUN, area=area)
    return Batch.objects.create(
        ledger=ledger.key,
        period=period,
        area=area,
        by=by,
        file_name=file_name[-200:],
        sha256=files.keep(content),
        size=len(content),
        at=at,
    )


def stage(
    batch: Batch, ledger: Ledger, *, chosen: dict[str, dict[int, str]] | None = None, ask: bool = True, limits: Limits | None = None
) -> Batch:
    """Read, match, check and propose. With `ask` it stops after the matching while something is unsure and nobody has `chosen`.

    Writes   the batch's state and frames; nothing on the register
    """
    try:
        meter = progress.Meter(batch.pk, "读取", batch.size)
        _, tables = reading.read_tables(files.original(batch.sha256), ledger, limits=limits)
        meter.at(batch.size)
    except CannotRead as refused:
        return _settle(batch, Batch.FAILED, message=refused.message)
    except progress.Cancelled as cancelled:
        return _settle(batch, Batch.CANCELLED, message=str(cancelled))
    found = [_matched(batch, table, ledger, chosen) for table in tables]
    useful = [(table, f) for table, f in zip(tables, found, strict=True) if len(f.columns) > 1] or list(zip(tables, found, strict=True))
    batch.tables = [asdict(f) for _, f in useful]
    if any(f.required_missing for _, f in useful) or (ask and chosen is None and any(f.asks for _, f in useful)):
        return _settle(batch, Batch.READ, message="请确认表头与栏目的对应关系")
    try:
        return _check_all(batch, ledger, useful)
    except progress.Cancelled as cancelled:
        return _settle(batch, Batch.CANCELLED, message=str(cancelled))


def proposals_for(by: User, lines: pl.DataFrame, findings: pl.DataFrame, period: Period) -> Proposals:
    """The proposals of one table against the register as it stands now.

    Cost     2 queries over the numbers of the lines
    """
    digests = _told(lines, "person.id_digest") | _told(lines, "key.head_id_digest")
    persons = standing_persons(digests, _told(lines, "key.person_no"), period)
    ids = persons["household_id"].drop_nulls().unique().to_list()
    households = standing_households(ids, _told(lines, "key.household_no"), period)
    area_sample = lines["key.area"].drop_nulls().first() if lines.height else None
    scope = access.scope_of(by, Permission.IMPORT_RUN)
    powers = Powers(
        ranges=tuple(scope.ranges),
        locked=bool(area_sample) and access.may(by, Permission.HOUSEHOLD_CORRECT_LOCKED, area_sample),
        open_period=period.state == Period.OPEN or (bool(area_sample) and access.may(by, Permission.HOUSEHOLD_CORRECT_FROZEN, area_sample)),
    )
    return propose(lines, findings, persons, households, powers)


def remember_form(*, by: User, at: datetime, batch: Batch) -> None:
    """Keep how a person matched the headings, for the next workbook of this form.

    Writes   1 known form a table
    """
    for table in batch.tables:
        columns = {pick["heading"]: field for field, pick in table["columns"].items()}
        KnownForm.objects.update_or_create(
            ledger=batch.ledger, fingerprint=table["fingerprint"], area=batch.area, defaults={"columns": columns, "by": by, "at": at}
        )


def _check_all(batch: Batch, ledger: Ledger, tables: list[tuple[Any, reading.FoundTable]]) -> Batch:
    meter = progress.Meter(batch.pk, "核对", sum(t.body.height for t, _ in tables))
    scope = access.scope_of(batch.by, Permission.IMPORT_RUN)
    seen = pl.Series(dtype=pl.String)
    counts: dict[str, Any] = {"rows": 0, "findings": {}, "proposals": dict.fromkeys(KINDS, 0)}
    for index, (table, found) in enumerate(tables):
        picked = reading.picked(found)
        checked = check_table(sheet=table.sheet, body=reading.body_of(table, picked), picked=picked, ledger=ledger)
        lines, astray = with_area(checked.lines, scope, timezone.localdate(), batch.area)
        lines = with_status(lines)
        twice, seen = _seen_before(lines, seen)
        findings = pl.concat([checked.findings, astray, twice])
        proposals = proposals_for(batch.by, lines, findings, batch.period)
        findings = pl.concat([findings, findings_of(proposals.rows)]).sort("row", maintain_order=True)
        files.put_frame(batch.pk, f"lines-{index}", lines)
        files.put_frame(batch.pk, f"findings-{index}", findings)
        files.put_frame(batch.pk, f"proposals-{index}", proposals.rows)
        files.put_frame(batch.pk, f"now-{index}", proposals.now)
        _count(counts, lines, findings, proposals)
        meter.at(counts["rows"])
    batch.counts = counts
    return _settle(batch, Batch.CHECKED)


def _count(counts: dict[str, Any], lines: pl.DataFrame, findings: pl.DataFrame, proposals: Proposals) -> None:
    counts["rows"] += lines.height
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
    known = KnownForm.objects.filter(ledger=ledger.key, fingerprint=reading.fingerprint_of(table), area=batch.area).first()
    return reading.match_table(table, ledger, remembered=known.columns if known else None, chosen=(chosen or {}).get(table.sheet))


def _told(lines: pl.DataFrame, name: str) -> set[str]:
    return set(lines[name].drop_nulls().to_list()) if name in lines.columns else set()


def _settle(batch: Batch, state: str, message: str = "") -> Batch:
    progress.clear(batch.pk)
    batch.state, batch.message, batch.running = state, message, ""
    batch.save(update_fields=["state", "message", "running", "tables", "counts"])
    return batch
