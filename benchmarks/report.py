"""The page docs/benchmarks.md: each bar with its figure, on which machine, with which versions."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version

Figures = dict[str, dict[str, float]]


def page(figures: Figures) -> str:
    """The page as Markdown."""
    lines = ["# Benchmarks", "", _machine(), "", "| bar | wanted | measured | met |", "|---|---|---|---|"]
    for name, measured in figures.items():
        lines += [
            f"| {bar} | {wanted} | {said} | {'yes' if met else '**no**'} |" for bar, wanted, said, met in BARS[name](measured) if measured
        ]
    return "\n".join([*lines, "", NOTES, ""])


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("django", "polars", "fastexcel", "django-import-export"))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {cores} cores, {platform.system()} {platform.machine()}, "
        f"CPython {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {libraries}. Load at the end: {os.getloadavg()[0]:.1f}."
    )


def _import(f: dict[str, float]) -> list[tuple[str, str, str, bool]]:
    rate = f["persons_a_minute"]
    whole = f["path_a_minute"]
    path = f"{whole:,.0f} ({f['path_seconds']:.1f} s)"
    times = f["rows"] / f["path_seconds"] / f["peer_rows_a_second"]
    spread = f"{f['fastest']:.1f} / {f['seconds']:.1f} / {f['slowest']:.1f} s"
    return [
        (f"import {f['rows']:,.0f} persons × 40, bytes to journal, SQLite", "≥ 500,000 persons a minute", path, whole >= 500_000),
        ("the same as a whole command with the start of Python", "(no bar)", f"{rate:,.0f} a minute ({spread})", True),
        ("goal beyond the bar", "1,000,000 persons a minute", f"{whole:,.0f}", whole >= 1_000_000),
        (
            "beside django-import-export, same rows and kinds of checks",
            "≥ 30×",
            f"{times:,.0f}× ({f['peer_rows_a_second']:,.0f} rows/s)",
            times >= 30,
        ),
    ]


def _linear(f: dict[str, float]) -> list[tuple[str, str, str, bool]]:
    if not f:
        return []
    return [
        (f"time for each row, {f['rows']:,.0f} against 100,000", "≤ 1.15×", f"{f['ratio']:.2f}× ({f['large']:.0f} s)", f["ratio"] <= 1.15),
        ("peak memory of the largest process there", "< 1,500 MB", f"{f['peak_mb']:,.0f} MB", f["peak_mb"] < 1500),
    ]


def _journal(f: dict[str, float]) -> list[tuple[str, str, str, bool]]:
    said = f"{f['cpu_ratio']:.2f}× of processor time, {f['ratio']:.2f}× by the clock"
    return [("journalled write against the bare write", "≤ 2.5×", said, f["cpu_ratio"] <= 2.5)]


def _export(f: dict[str, float]) -> list[tuple[str, str, str, bool]]:
    rate = f["rows_a_second_at_40"]
    said = f"{rate:,.0f} ({f['rows_a_second']:,.0f} rows/s of {f['columns']:.0f} columns)"
    return [
        (f"export {f['rows']:,.0f} lines, rows a second at 40 columns", "≥ 10,000", said, rate >= 10_000),
        ("peak memory of the export", "< 300 MB", f"{f['peak_mb']:,.0f} MB", f["peak_mb"] < 300),
    ]


def _save(f: dict[str, float]) -> list[tuple[str, str, str, bool]]:
    return [("one save through the form, p95", "< 100 ms", f"{f['p95_ms']:.0f} ms (p50 {f['p50_ms']:.0f})", f["p95_ms"] < 100)]


BARS = {"import": _import, "linear": _linear, "journal": _journal, "export": _export, "save": _save}
NOTES = (
    "Figures are of whole processes (start-up of Python included), the middle one of three runs where three are given. "
    "Run them again with `make bench`; machines differ, ratios less."
)
