"""The child process that reads a file: it has limits, and it may die without anyone being hurt.

Run as ``python -m taizhang.kernel.sheets.child SOURCE FOLDER LIMITS [look]``. It writes one Arrow file a sheet into FOLDER and JSON lines
to its output: ``{"at": sheet}`` before each sheet, then one ``{"kind": …, "sheets": […]}`` or ``{"refused": …, "message": …}``.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"

from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.refusal import CannotRead

if TYPE_CHECKING:
    from taizhang.kernel.sheets.store import SheetCells


def bound(limits: Limits) -> None:
    """Put the limits on this process where the operating system has them."""
    try:
        import resource
    except ImportError:  # Windows: the parent's timeout is the only wall
        return
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.total_bytes * 2, limits.total_bytes * 2))


def say(**line: object) -> None:
    """One JSON line to the parent."""
    sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def read(source: Path, folder: Path, limits: Limits) -> None:
    """Read the file, sheet by sheet, each written before the next is begun."""
    from taizhang.kernel.sheets.sniff import sniff
    from taizhang.kernel.sheets.store import store

    if source.stat().st_size > limits.file_bytes:
        raise CannotRead(
            f"文件有 {source.stat().st_size >> 20} MB，超过上限 {limits.file_bytes >> 20} MB。请拆成几个文件分别导入。", "file_bytes"
        )
    sniffed = sniff(source)
    sheets = []
    for number, sheet in enumerate(_sheets(sniffed.kind, sniffed.encoding, source, limits)):
        sheets.append(store(sheet, folder / f"{number}.arrow"))
    say(kind=sniffed.kind, sheets=sheets)


def scan(source: Path, limits: Limits) -> None:
    """Only look, after another child died over the file: the guard may know why."""
    from taizhang.kernel.sheets.guard import inspect

    inspect(source, limits)
    say(kind="looked", sheets=[])


def _sheets(kind: str, encoding: str, source: Path, limits: Limits) -> Iterator["SheetCells"]:
    from taizhang.kernel.sheets import read_book, read_text

    if kind in ("xlsx", "xls"):
        return (read_book.xlsx if kind == "xlsx" else read_book.xls)(source, limits, lambda name: say(at=name))
    if kind == "html":
        return read_text.html(source, encoding, limits)
    return read_text.delimited(source, encoding, limits)


def main() -> int:
    """The whole life of the child."""
    source, folder, given, *look = sys.argv[1:]
    limits = Limits(**json.loads(given))
    bound(limits)
    try:
        if look:
            scan(Path(source), limits)
        else:
            read(Path(source), Path(folder), limits)
    except CannotRead as refused:
        say(refused=refused.code, message=refused.message)
    except MemoryError:
        say(refused="memory", message="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
