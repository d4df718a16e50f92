"""Reading a file as its user holds it: every cell as text, parsed in a child process that is allowed to die. Source: trust.md 6.1.

The server never parses a file itself. A child that is killed, runs out of memory or of time is a `CannotRead` with the sheet it was
at; whatever the bytes are, the answer is a `Workbook` or a `CannotRead`.
"""

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path

import polars as pl

import taizhang
from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.refusal import CannotRead

__all__ = ["CannotRead", "Limits", "RawSheet", "Workbook", "read_workbook"]
_SPLIT = "请拆成几个文件，或删去无用的工作表、图片和格式后另存为 .xlsx 再导入。"


class Folder:
    """Where the Arrow files of one file lie. A temporary one goes when the last sheet that points at it goes."""

    def __init__(self, given: Path | None) -> None:
        if given is not None:
            given.mkdir(parents=True, exist_ok=True)
            self.path = given
            return
        temporary = tempfile.TemporaryDirectory(prefix="taizhang-sheets-", ignore_cleanup_errors=True)
        self.path = Path(temporary.name)
        weakref.finalize(self, temporary.cleanup)


@dataclasses.dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet as text. `merges` are (first row, first column, last row, last column), 1-based as in Excel."""

    name: str
    hidden: bool
    rows: int
    columns: int
    path: Path
    merges: tuple[tuple[int, int, int, int], ...] = ()
    folder: "Folder | None" = dataclasses.field(default=None, repr=False, compare=False)

    @property
    def frame(self) -> pl.DataFrame:
        """`row` Int32 (1-based as in Excel, none left out), `hidden` Boolean, `c0` … String, where c0 is column A. Blank = null.

        Cost     read from the Arrow file at each call; keep it as long as needed and no longer
        """
        return pl.read_ipc(self.path)

    def top(self, rows: int) -> pl.DataFrame:
        """The first rows of `frame`, without the rest."""
        return pl.read_ipc(self.path, n_rows=rows)


@dataclasses.dataclass(frozen=True)
class Workbook:
    """A file that was read. `kind` is xlsx, xls, html or csv."""

    kind: str
    sheets: tuple[RawSheet, ...]

    def sheet(self, name: str) -> RawSheet:
        """The sheet of that name. Raises KeyError."""
        return {sheet.name: sheet for sheet in self.sheets}[name]


def read_workbook(source: bytes | Path, *, limits: Limits | None = None, into: Path | None = None) -> Workbook:
    """Read a whole file in a child process.

    Gives    the sheets in tab order; their cells stay on disk in `into` (default: a folder that goes with the Workbook)
    Raises   CannotRead
    """
    limits = limits or Limits.upload()
    folder = Folder(into)
    if isinstance(source, Path):
        return _collect(_child(source, folder.path, limits), folder)
    if len(source) > limits.file_bytes:
        raise CannotRead(f"文件有 {len(source) >> 20} MB，超过上限 {limits.file_bytes >> 20} MB。请拆成几个文件分别导入。", "file_bytes")
    kept = folder.path / "source"
    kept.write_bytes(source)
    try:
        return _collect(_child(kept, folder.path, limits), folder)
    finally:
        kept.unlink()


def _child(source: Path, folder: Path, limits: Limits) -> list[dict[str, object]]:
    """Run the child and give its JSON lines.

    Raises   CannotRead when it died or took too long
    """
    code, lines = _run(source, folder, limits)
    if _died(code, lines):
        looked, said = _run(source, folder, limits, "look") if code is not None else (None, [])
        if not _died(looked, said) and "refused" in said[-1]:
            return said
        raise _death(code, lines)
    return lines


def _run(source: Path, folder: Path, limits: Limits, *more: str) -> tuple[int | None, list[dict[str, object]]]:
    """One child: its exit code, None when it took too long, and what it said."""
    command = [sys.executable, "-P", "-s", "-m", "taizhang.kernel.sheets.child", str(source.resolve()), str(folder.resolve())]
    with (folder / "said").open("w+b") as said:
        try:
            done = subprocess.run(
                [*command, json.dumps(dataclasses.asdict(limits)), *more],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=folder,
                timeout=limits.seconds,
                check=False,
            )
            code: int | None = done.returncode
        except subprocess.TimeoutExpired:
            code = None
        said.seek(0)
        lines = [json.loads(line) for line in said.read().splitlines() if line.endswith(b"}")]
    (folder / "said").unlink()
    return code, lines


def _died(code: int | None, lines: list[dict[str, object]]) -> bool:
    return code != 0 or not lines or "at" in lines[-1] or lines[-1].get("refused") == "memory"


def _environment() -> dict[str, str]:
    """Only what the child needs: no settings, no keys."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(taizhang.__file__).parents[1]), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}


def _death(code: int | None, lines: list[dict[str, object]]) -> CannotRead:
    sheets = [str(line["at"]) for line in lines if "at" in line]
    where = f"读取工作表“{sheets[-1]}”" if sheets else "读取文件"
    if code is None or code == -24:  # SIGXCPU
        return CannotRead(f"文件无法读取：{where}超过了时间上限。{_SPLIT}", "timeout")
    return CannotRead(f"文件无法读取：{where}时内存超限或文件已损坏。{_SPLIT}", "died")


def _collect(lines: list[dict[str, object]], folder: Folder) -> Workbook:
    last = lines[-1]
    if "refused" in last:
        raise CannotRead(str(last["message"]), str(last["refused"]))
    told = last["sheets"]
    assert isinstance(told, list)
    sheets = (
        RawSheet(
            one["name"], one["hidden"], one["rows"], one["columns"], folder.path / one["file"], tuple(map(tuple, one["merges"])), folder
        )
        for one in told
    )
    return Workbook(str(last["kind"]), tuple(sheets))
