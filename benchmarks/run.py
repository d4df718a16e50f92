"""`make bench`: every bar of the issue in one run, written to docs/benchmarks.md with machine and versions. Ratios, not promises."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TAIZHANG_HOME", tempfile.mkdtemp(prefix="taizhang-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")

import django

django.setup()

from benchmarks import export_path, form_save, import_path, journal_cost, report  # noqa: E402 - after django.setup

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
PEER_TIMES = 30


def main() -> int:
    """Run what was asked for, print, and write the page when all was run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("import", "linear", "journal", "export", "save"), help="one of the measurements")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--linear-to", type=int, default=1_000_000, help="the large workbook of the linearity bar; 0 leaves it out")
    arguments = parser.parse_args()
    figures = {name: measure(arguments) for name, measure in MEASURES.items() if arguments.only in (None, name)}
    text = report.page(figures)
    print(text)
    if arguments.only is None:
        PAGE.write_text(text, encoding="utf-8")
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
        "peer_rows_a_second": peer,
    }


def _linear(arguments: argparse.Namespace) -> dict[str, float]:
    if not arguments.linear_to:
        return {}
    small, large = import_path.run(arguments.rows), import_path.run(arguments.linear_to)
    ratio = (large["seconds"] / large["rows"]) / (small["seconds"] / small["rows"])
    return {"small": small["seconds"], "large": large["seconds"], "rows": large["rows"], "ratio": ratio, "peak_mb": large["peak_mb"]}


MEASURES = {
    "import": _import,
    "linear": _linear,
    "journal": lambda arguments: journal_cost.run(arguments.rows),
    "export": lambda arguments: export_path.run(arguments.rows),
    "save": lambda arguments: form_save.run(),
}

if __name__ == "__main__":
    sys.exit(main())
