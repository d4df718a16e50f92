"""How far a batch is: a small file beside its frames, so that a running transaction need not be read through.

A person may leave the page and come back; cancelling leaves a mark that the worker looks for between pieces.
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings


class Cancelled(Exception):
    """A person cancelled the batch; nothing of it was written."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` rows of a `step`; `rate` rows a second; `left` seconds, 0 when not known."""

    step: str
    done: int
    total: int
    rate: int
    left: int


class Meter:
    """Tells how far a step is, and stops it when it was cancelled."""

    def __init__(self, batch: int | str, step: str, total: int) -> None:
        self._batch = batch
        self._step = step
        self._total = total
        self._started = time.monotonic()
        self.at(0)

    def at(self, done: int, total: int = 0) -> None:
        """Tell that `done` rows are done; of how many, where that is known only now.

        Raises   Cancelled
        """
        if _mark(self._batch).exists():
            raise Cancelled("已按您的要求取消,没有写入任何内容")
        self._total = total or self._total
        spent = max(time.monotonic() - self._started, 0.001)
        rate = int(done / spent)
        left = int((self._total - done) / rate) if rate else 0
        _write(_file(self._batch), Progress(self._step, done, self._total, rate, left))


def progress_of(batch: int | str) -> Progress | None:
    """The progress last told, None when nothing runs."""
    try:
        return Progress(**json.loads(_file(batch).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def last_word(batch: int | str) -> float:
    """When progress was last told, as the clock of the disk has it; 0 when nothing runs."""
    try:
        return _file(batch).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def cancel(batch: int | str) -> None:
    """Ask the worker to stop."""
    _mark(batch).parent.mkdir(parents=True, exist_ok=True)
    _mark(batch).touch()


def clear(batch: int | str) -> None:
    """Forget progress and the wish to cancel."""
    _file(batch).unlink(missing_ok=True)
    _mark(batch).unlink(missing_ok=True)


def _write(path: Path, progress: Progress) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_text(json.dumps(asdict(progress)), encoding="utf-8")
    half.replace(path)


def _file(batch: int | str) -> Path:
    return settings.HOME / "batches" / str(batch) / "progress.json"


def _mark(batch: int | str) -> Path:
    return settings.HOME / "batches" / str(batch) / "cancel"
