"""The page docs/benchmarks.md: each bar with its figure, on which machine, with which versions, when, and how busy the machine was.

What a person wrote below the tables, from the first heading of NOTES_FROM on, stays as it stands.
"""

import json
import os
import platform
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import as_of, pages, places_path, roll_over, search, sheet_out, soak

Row = tuple[str, str, str, bool]
Kept = dict[str, dict[str, Any]]
NOTES_FROM = "## How this was measured"
GROWTH = 1.5


def kept(file: Path) -> Kept:
    """The figures of earlier runs, by measurement and database: what was told, when, and the load of the machine then."""
    found: Kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def keep(file: Path, figures: Kept, name: str, told: dict[str, Any]) -> None:
    """Put a measurement in the place of the one before."""
    if not told:
        return
    key = f"{name} {told['on']}" if "on" in told else name
    figures[key] = {"at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "load": round(os.getloadavg()[0], 1), "told": told}
    file.write_text(json.dumps(figures, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def page(figures: Kept, standing: str = "") -> str:
    """The page as Markdown; `standing` is the page as it stands."""
    lines = ["# Benchmarks", "", _machine(), "", "| bar | wanted | measured | met | measured (UTC), load |", "|---|---|---|---|---|"]
    for key, found in _in_order(figures):
        for bar, wanted, said, met in BARS[key.split()[0]](found["told"]):
            lines.append(f"| {bar} | {wanted} | {said} | {'yes' if met else '**no**'} | {found['at']}, {found['load']} |")
    for key, found in _in_order(figures):
        if key.startswith("finding"):
            lines += ["", *_questions(found["told"])]
    _, heading, notes = standing.partition(NOTES_FROM)
    return "\n".join([*lines, "", NOTES, "", *([heading + notes.rstrip(), ""] if heading else [])])


def _in_order(figures: Kept) -> Iterator[tuple[str, dict[str, Any]]]:
    order = list(BARS)
    yield from sorted(
        ((key, found) for key, found in figures.items() if found["told"]), key=lambda pair: (order.index(pair[0].split()[0]), pair[0])
    )


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("django", "polars", "fastexcel", "psycopg", "django-import-export"))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"Measured on {cores} cores, {platform.system()} {platform.machine()}, CPython {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, PostgreSQL 15, {libraries}. The load is the average of the minute in which a figure was taken: "
        "two cores are full at 2."
    )


def _finding(f: dict[str, Any]) -> list[Row]:
    who = f"{f['on']}, {f['households']:,} households"
    asked, tenth = {name: told for name, told in f["questions"].items() if name not in search.NO_BAR}, f["tenth"]
    slow_page, slow_query = (max(asked, key=lambda name: asked[name][at]) for at in ("page_p95", "query_p95"))
    grown = {name: asked[name]["query_p50"] / max(tenth[name]["query_p50"], 0.01) for name in asked if name in tenth}
    most = max(grown, key=lambda name: grown[name], default="")
    growth = f"{grown[most]:.2f}× ({most})" if grown else "not measured"
    page_most, query_most = asked[slow_page]["page_p95"], asked[slow_query]["query_p95"]
    looked = ", ".join(f["looked_through"])
    others = ", ".join(f"{name} {f['questions'][name]['page_p95']:.0f} ms" for name in search.NO_BAR)
    return [
        (
            f"{who}: page, server time, p95 of the slowest question",
            f"< {search.BAR_PAGE_MS} ms",
            f"{page_most:.0f} ms ({slow_page})",
            page_most < search.BAR_PAGE_MS,
        ),
        (
            f"{who}: its query part, p95 of the slowest",
            f"< {search.BAR_QUERY_MS} ms",
            f"{query_most:.2f} ms ({slow_query})",
            query_most < search.BAR_QUERY_MS,
        ),
        (
            f"{who}: query part against a tenth of them, p50, the most",
            f"≤ {GROWTH}×",
            growth,
            bool(grown) and grown[most] <= GROWTH,
        ),
        (f"{who}: page for what no bar names, p95", "(no bar)", others, True),
        (f"{who}: tables looked through from end to end (EXPLAIN)", "none", looked or "none", not looked),
    ]


def _questions(f: dict[str, Any]) -> list[str]:
    """Every question of one database, and the same asked another way."""
    lines = [f"### Finding among {f['households']:,} households on {f['on']}", ""]
    lines += [
        "Milliseconds; every list and page drawn anew as for who sees the whole country, the tree at its side kept as a server keeps it.",
        "",
    ]
    lines += ["| question | page p50 | page p95 | query p50 | query p95 | query p50 at a tenth |", "|---|---|---|---|---|---|"]
    for name, told in f["questions"].items():
        tenth = f["tenth"].get(name, {}).get("query_p50", "")
        lines.append(f"| {name} | {told['page_p50']} | {told['page_p95']} | {told['query_p50']} | {told['query_p95']} | {tenth} |")
    lines += [f"| *beside it:* {name} | | | {told['query_p50']} | {told['query_p95']} | |" for name, told in f["peers"].items()]
    return lines


def _past(f: dict[str, float]) -> list[Row]:
    def row(name: str, what: str) -> Row:
        said = f"{f[f'{name}_p95']:.0f} ms (p50 {f[f'{name}_p50']:.0f}; now {f['now_p50']:.0f})"
        return (f"{f['on']}, {f['households']:,} households: {what}, p95", f"< {as_of.BAR_MS} ms", said, f[f"{name}_p95"] < as_of.BAR_MS)

    return [row("recent", "list of a village on a past day"), row("old", f"the same with {f['old_behind']:,} journal entries behind it")]


def _sheet(f: dict[str, float]) -> list[Row]:
    who = f"{f['on']}, {f['households']:,} households: sheet (3) out, {f['rows']:,} persons"
    rate = f"{f['rows_a_second']:,.0f} ({f['seconds']:.0f} s as a whole command)"
    return [
        (f"{who}, rows a second", f"≥ {sheet_out.BAR_ROWS:,}", rate, f["rows_a_second"] >= sheet_out.BAR_ROWS),
        (f"{who}, peak memory", f"< {sheet_out.BAR_MB} MB", f"{f['peak_mb']:,} MB", f["peak_mb"] < sheet_out.BAR_MB),
    ]


def _places(f: dict[str, float]) -> list[Row]:
    said = f"{f['seconds']:.0f} s; once more without effect {f['again']:.0f} s"
    return [
        (
            f"the published list of {f['rows']:,} places onto an empty register",
            f"< {places_path.BAR:.0f} s",
            said,
            f["seconds"] < places_path.BAR,
        )
    ]


def _import(f: dict[str, float]) -> list[Row]:
    rate = f["persons_a_minute"]
    whole = f["path_a_minute"]
    path = f"{whole:,.0f} ({f['path_seconds']:.1f} s)"
    ours = f["rows"] / f["path_seconds"]
    times, least = ours / f["peer_same_job"], ours / f["peer_one_table"]
    spread = f"{f['fastest']:.1f} / {f['seconds']:.1f} / {f['slowest']:.1f} s"
    return [
        (f"import {f['rows']:,.0f} persons × 40, bytes to journal, SQLite", "≥ 500,000 persons a minute", path, whole >= 500_000),
        ("the same as a whole command with the start of Python", "(no bar)", f"{rate:,.0f} a minute ({spread})", True),
        ("goal beyond the bar", "1,000,000 persons a minute", f"{whole:,.0f}", whole >= 1_000_000),
        (
            "beside django-import-export: the same workbook into the same tables with the same journal",
            "≥ 30×",
            f"{times:,.0f}× ({f['peer_same_job']:,.0f} rows/s)",
            times >= 30,
        ),
        (
            "the same peer with the least it can do: rows in memory, one bare table, bulk mode, no matching, no journal",
            "(no bar)",
            f"{least:,.1f}× ({f['peer_one_table']:,.0f} rows/s)",
            True,
        ),
    ]


def _linear(f: dict[str, float]) -> list[Row]:
    if not f:
        return []
    return [
        (f"time for each row, {f['rows']:,.0f} against 100,000", "≤ 1.15×", f"{f['ratio']:.2f}× ({f['large']:.0f} s)", f["ratio"] <= 1.15),
        ("peak memory of the largest process there", "< 1,500 MB", f"{f['peak_mb']:,.0f} MB", f["peak_mb"] < 1500),
    ]


def _journal(f: dict[str, float]) -> list[Row]:
    said = f"{f['cpu_ratio']:.2f}× of processor time, {f['ratio']:.2f}× by the clock"
    return [("journalled write against the bare write", "≤ 2.5×", said, f["cpu_ratio"] <= 2.5)]


def _export(f: dict[str, float]) -> list[Row]:
    rate = f["rows_a_second_at_40"]
    said = f"{rate:,.0f} ({f['rows_a_second']:,.0f} rows/s of {f['columns']:.0f} columns)"
    return [
        (f"export {f['rows']:,.0f} lines, rows a second at 40 columns", "≥ 10,000", said, rate >= 10_000),
        ("peak memory of the export", "< 300 MB", f"{f['peak_mb']:,.0f} MB", f["peak_mb"] < 300),
    ]


def _save(f: dict[str, float]) -> list[Row]:
    return [("one save through the form, p95", "< 100 ms", f"{f['p95_ms']:.0f} ms (p50 {f['p50_ms']:.0f})", f["p95_ms"] < 100)]


def _pages(f: dict[str, float]) -> list[Row]:
    if not f:
        return []
    rate = f["list_a_second"]
    said = f"{rate:,.0f} (p99 {f['list_p99_ms']:.0f} ms)"
    others = f"{f['different_a_second']:,.0f} (p99 {f['different_p99_ms']:.0f} ms); one household {f['household_a_second']:,.0f}"
    who = f"{f['on']}, {f['households']:,.0f} households: list pages a second under wrk"
    return [
        (f"{who}: the same page while nobody writes", "≥ 300", said, rate >= pages.BAR),
        (f"{who}: pages all different, nothing of them kept", "(no bar)", others, True),
    ]


def _soak(f: dict[str, float]) -> list[Row]:
    who = f"8 writers and 8 readers on SQLite for {f['seconds']:.0f} s"
    saves = f"{f['save_p99']:.2f} s (p50 {f['save_p50']:.2f}; {f['saves']:,.0f} saves, {f['reads']:,.0f} pages read)"
    return [
        (f"{who}: “database is locked” shown", "never", f"{f['locked']:.0f} times", not f["locked"]),
        (f"{who}: other strange answers", "none", f"{f['strange']:.0f}", not f["strange"]),
        (f"{who}: one save, p99", "< 2 s", saves, f["save_p99"] < soak.LONGEST_SAVE),
    ]


def _rollover(f: dict[str, float]) -> list[Row]:
    said = f"{f['seconds']:.1f} s ({f['members']:,.0f} members, {f['entries']:,.0f} journal entries)"
    return [
        (
            f"{f['on']}: roll-over of a county of {f['households']:,.0f} households, journalled",
            "≤ 30 s",
            said,
            f["seconds"] <= roll_over.BAR,
        )
    ]


BARS = {
    "import": _import,
    "linear": _linear,
    "journal": _journal,
    "export": _export,
    "save": _save,
    "places": _places,
    "finding": _finding,
    "past": _past,
    "sheet": _sheet,
    "pages": _pages,
    "soak": _soak,
    "rollover": _rollover,
}
NOTES = (
    "Figures are of whole processes (start-up of Python included), the middle one of three runs where three are given. "
    "Run them again with `make bench`; machines differ, ratios less."
)
