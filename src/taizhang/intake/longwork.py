"""Long work outside a request (结转, 区划变更): how it stands, told in a small file beside its progress, so that the page may be left and
found again. Work has a name; under one name only one is under way.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from taizhang.accounts.access import NotPermitted
from taizhang.households.services.refusals import Refused
from taizhang.intake import progress

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
SILENT_SECONDS = 600  # a worker that has told nothing for so long is not there any more


@dataclass(frozen=True, slots=True)
class Standing:
    """How work stands: its state, what to say of it, what to say should its worker die, and what belongs to it (asked, came of it)."""

    state: str
    says: str = ""
    lost: str = ""
    told: dict[str, Any] = field(default_factory=dict)


class UnderWay(Refused):
    """The same work waits or runs already."""


def begin(name: str, *, busy: str, lost: str, **told: Any) -> None:
    """Note that work waits for a worker; `busy` and `lost` are what to say when it is under way already, and when its worker dies.

    Raises   UnderWay
    """
    if is_under_way(name):
        raise UnderWay(busy)
    progress.clear(name)
    _write(name, Standing(WAITING, lost=lost, told=told))


def is_under_way(name: str) -> bool:
    """Whether it waits or runs; one whose worker is silent for ten minutes does not."""
    found = standing_of(name)
    return found is not None and found.state in (WAITING, RUNNING) and time.time() - last_word(name) < SILENT_SECONDS


def standing_of(name: str) -> Standing | None:
    """How the last work of a name stands, None where there was none."""
    try:
        return Standing(**json.loads(_file(name).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def last_word(name: str) -> float:
    """When anything was last told of it, as the clock of the disk has it.

    Raises   FileNotFoundError where there was none
    """
    return max(_file(name).stat().st_mtime, progress.last_word(name))


def note(name: str, state: str, says: str = "", **told: Any) -> None:
    """Tell how it stands, and more of what belongs to it."""
    found = standing_of(name) or Standing(state)
    _write(name, replace(found, state=state, says=says, told=found.told | told))


def forget(name: str) -> None:
    """Work that was never queued."""
    _file(name).unlink(missing_ok=True)


def take_back(name: str) -> None:
    """The worker of it is dead: say so, and let it be begun again."""
    found = standing_of(name)
    if found is not None and found.state in (WAITING, RUNNING):
        note(name, FAILED, found.lost)
    progress.clear(name)


@contextmanager
def at_work(
    name: str, *, stumbled: str, refusals: tuple[type[Exception], ...] = (), cancelled: Callable[[], str] | None = None
) -> Iterator[None]:
    """A worker at it: how it ends is told. Our own mistakes are raised again, for the log.

    `cancelled` says what stays of work that is not all or nothing; `refusals` are those of rooms that have their own.
    """
    note(name, RUNNING)
    try:
        yield
    except progress.Cancelled as asked:
        note(name, CANCELLED, cancelled() if cancelled else str(asked))
    except (Refused, NotPermitted, *refusals) as refused:
        note(name, FAILED, str(refused))
    except Exception:
        note(name, FAILED, stumbled)
        raise
    finally:
        progress.clear(name)


def _write(name: str, standing: Standing) -> None:
    path = _file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_text(json.dumps(asdict(standing), ensure_ascii=False), encoding="utf-8")
    half.replace(path)


def _file(name: str) -> Path:
    return settings.HOME / "batches" / name / "work.json"
