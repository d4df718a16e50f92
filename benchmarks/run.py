"""`make bench`: the bars, written to docs/benchmarks.md with machine and versions. Ratios, not promises.

`--large` adds what takes long or much room: finding, the past, a sheet and pages among `--households`, on registers that are made in
`--register` once and kept there, on PostgreSQL too where `--server` names one; writers and readers for two minutes; a county rolled over.
Every figure is kept in docs/benchmarks.json with its day and load, so that one measurement can be run again by itself (`--only`).
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TAIZHANG_HOME", tempfile.mkdtemp(prefix="taizhang-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")

import django

django.setup()

from benchmarks import (  # noqa: E402 - after django.setup
    as_of,
    export_path,
    form_save,
    import_path,
    journal_cost,
    pages,
    places_path,
    report,
    roll_over,
    search,
    sheet_out,
    soak,
)
from benchmarks.registers import POSTGRESQL, SQLITE, Registers  # noqa: E402

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
FIGURES = PAGE.with_suffix(".json")
Measure = Callable[[argparse.Namespace], Iterable[dict[str, Any]]]


def main() -> int:
    """Run what was asked for, print, and write the page when all was run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[*MEASURES, *LARGE], help="one of the measurements")
    parser.add_argument("--large", action="store_true", help="the large ones too")
    parser.add_argument("--register", type=Path, default=Path("bench-registers"), help="the folder in which large registers are kept")
    parser.add_argument("--households", type=int, default=1_000_000, help="how large the large one is; beside it stands one of a tenth")
    parser.add_argument("--server", default="", help="postgresql://…: the large measurements there too, in databases bench_…")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--linear-to", type=int, default=1_000_000, help="the large workbook of the linearity bar; 0 leaves it out")
    arguments = parser.parse_args()
    measures = MEASURES | (LARGE if arguments.large or arguments.only in LARGE else {})
    kept = report.kept(FIGURES)
    for name, measure in measures.items():
        if arguments.only in (None, name):
            print(f"{name} ...", flush=True)
            for told in measure(arguments):
                report.keep(FIGURES, kept, name, told)
                PAGE.write_text(report.page(kept, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))
    return 0


def _import(arguments: argparse.Namespace) -> dict[str, float]:
    runs = sorted((import_path.run(arguments.rows) for _ in range(3)), key=lambda r: r["seconds"])
    peer = import_path.peer()
    paths = sorted((import_path.path_only(arguments.rows) for _ in range(3)), key=lambda r: r["seconds"])
    return runs[1] | {
        "path_seconds": paths[1]["seconds"],
        "path_a_minute": paths[1]["persons_a_minute"],
        "fastest": runs[0]["seconds"],
        "slowest": runs[2]["seconds"],
        "peer_same_job": peer["same_job"],
        "peer_one_table": peer["one_table"],
    }


def _linear(arguments: argparse.Namespace) -> dict[str, float]:
    if not arguments.linear_to:
        return {}
    small, large = import_path.run(arguments.rows), import_path.run(arguments.linear_to)
    ratio = (large["seconds"] / large["rows"]) / (small["seconds"] / small["rows"])
    return {"small": small["seconds"], "large": large["seconds"], "rows": large["rows"], "ratio": ratio, "peak_mb": large["peak_mb"]}


def _once(run: Callable[[argparse.Namespace], dict[str, Any]]) -> Measure:
    """A measurement that has one set of figures."""
    return lambda arguments: [run(arguments)]


def _registers(arguments: argparse.Namespace) -> Registers:
    return Registers(arguments.register.resolve(), arguments.households, arguments.server)


def _finding(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    for database, large, small in _registers(arguments).pairs():
        tenth = search.run(small, peers=False)["questions"]
        yield {"on": database, **search.run(large), "tenth": tenth}


def _large(run: Callable[[Path], dict[str, Any]]) -> Measure:
    """A measurement on the large register of each database."""

    def measure(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
        wanted = _registers(arguments)
        for database in wanted.databases:
            yield {"on": database, **run(wanted.home(database, wanted.households))}

    return measure


def _rollover(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    yield {"on": SQLITE, **roll_over.run()}
    if arguments.server:
        yield {"on": POSTGRESQL, **roll_over.run(server=arguments.server)}


MEASURES: dict[str, Measure] = {
    "import": _once(_import),
    "linear": _once(_linear),
    "journal": _once(lambda arguments: journal_cost.run(arguments.rows)),
    "export": _once(lambda arguments: export_path.run(arguments.rows)),
    "save": _once(lambda arguments: form_save.run()),
    "places": _once(lambda arguments: places_path.run()),
}
LARGE: dict[str, Measure] = {
    "finding": _finding,
    "past": _large(as_of.apart),
    "sheet": _large(sheet_out.run),
    "pages": _large(pages.run),
    "soak": _once(lambda arguments: soak.run()),
    "rollover": _rollover,
}

if __name__ == "__main__":
    sys.exit(main())
