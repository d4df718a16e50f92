"""One workbook from the command line: received, staged, accepted, told."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts.access import NotPermitted
from taizhang.households.services.refusals import PeriodFrozen
from taizhang.intake.accepting import LostRace, NotReady, accept_batch
from taizhang.intake.models import Batch
from taizhang.intake.staging import receive_file, stage
from taizhang.intake.tasks import findings_of
from taizhang.jobs import house
from taizhang.jobs.refusal import Refused
from taizhang.journal.posting import Cause
from taizhang.kernel.ledgers import Ledger
from taizhang.kernel.sheets.limits import Limits

CLEAN, WITH_ERRORS, UNREADABLE = 0, 1, 2
STOPS = ("B", "E")
SHOWN = 10
TOLD = ("sheet", "row", "column", "code", "severity", "message")
KINDS = {"new": "新增", "change": "更正", "same": "相同", "conflict": "冲突", "blocked": "待改正"}
SEVERITIES = {"B": "不能保存", "E": "错误", "W": "提醒", "I": "提示"}


@dataclass(slots=True)
class Told:
    """What is printed: the object of `--json`, and an error when the file could not be read."""

    batch: int | None = None
    rows: int = 0
    proposals: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    written: dict[str, int] = field(default_factory=lambda: {"new": 0, "change": 0})
    stale: int = 0
    error: str = ""


def import_file(arguments: argparse.Namespace, kinds: Iterable[str]) -> int:
    """Read, check, propose; write the proposals of `kinds`; print.

    Gives    the exit status
    Raises   Refused
    """
    told, findings = Told(), pl.DataFrame(schema=dict.fromkeys(TOLD, pl.String))
    declared = house.ledger_of(arguments.ledger)
    try:
        batch = _received(arguments, declared)
    except OSError as wrong:
        told.error = f"文件打不开:{arguments.file}({wrong.strerror})"
    else:
        told = _told(stage(batch, declared, ask=False, limits=Limits.command_line()))
        findings = findings if told.error else findings_of(batch).select(TOLD)
        if not told.error and any(told.proposals[kind] for kind in kinds):
            _accept(batch, tuple(kinds), told)
    if told.error:
        house.complain(told.error)
    (_print_json if arguments.json else _print_text)(told, findings, written=bool(kinds))
    if told.error:
        return UNREADABLE
    return WITH_ERRORS if findings["severity"].is_in(STOPS).any() else CLEAN


def _received(arguments: argparse.Namespace, declared: Ledger) -> Batch:
    by = house.account(arguments.by)
    period, area = house.period(arguments.period), house.area(arguments.area, by)
    content = arguments.file.read_bytes()  # kept by the batch: nothing holds it in memory after this
    try:
        return receive_file(
            by=by, at=timezone.now(), ledger=declared, period=period, area=area, file_name=arguments.file.name, content=content
        )
    except (NotPermitted, PeriodFrozen) as refused:
        raise Refused(str(refused)) from refused


def _accept(batch: Batch, kinds: tuple[str, ...], told: Told) -> None:
    try:
        cause = Cause("import.accept", ref=f"batch:{batch.pk}")
        accepted = accept_batch(by=batch.by, at=timezone.now(), cause=cause, batch=batch, kinds=kinds)
    except (NotPermitted, NotReady, LostRace) as refused:
        raise Refused(str(refused)) from refused
    told.written, told.stale = accepted.written, accepted.stale


def _told(batch: Batch) -> Told:
    if batch.state == Batch.CHECKED:
        return Told(batch.pk, batch.counts["rows"], dict(batch.counts["proposals"]))
    missing = sorted({heading for table in batch.tables for heading in table["required_missing"]})
    lacking = f":找不到必填的栏目 {'、'.join(missing)}" if missing else ""
    return Told(batch.pk, error=f"文件无法读取:{batch.message}{lacking}")


def _print_json(told: Told, findings: pl.DataFrame, *, written: bool) -> None:
    whole: dict[str, Any] = {
        "rows": told.rows,
        "findings": findings.to_dicts(),
        "proposals": told.proposals,
        "written": told.written,
        "stale": told.stale,
        "batch": told.batch,
    }
    house.say(json.dumps(whole | ({"error": told.error} if told.error else {}), ensure_ascii=False))


def _print_text(told: Told, findings: pl.DataFrame, *, written: bool) -> None:
    if told.error:
        return
    by_severity = dict(findings["severity"].value_counts().iter_rows())
    house.say(f"批次 {told.batch}:共 {told.rows} 行")
    house.say("核对:" + ("、".join(f"{SEVERITIES[s]} {by_severity[s]}" for s in SEVERITIES if s in by_severity) or "没有发现问题"))
    for sheet, row, column, code, _, message in findings.head(SHOWN).iter_rows():
        house.say(f"  {sheet} 第{row}行 {column or '整行'}:{message} [{code}]")
    if findings.height > SHOWN:
        house.say(f"  …… 另有 {findings.height - SHOWN} 处,可用 --json 全部列出")
    house.say("建议:" + "、".join(f"{zh} {told.proposals[kind]}" for kind, zh in KINDS.items()))
    if written:
        house.say(
            f"已写入:新增 {told.written['new']} 行、更正 {told.written['change']} 行"
            + (f";{told.stale} 行在此期间有人改过,未写" if told.stale else "")
        )
    else:
        house.say("没有写入任何内容(加上 --accept all 即写入)")
