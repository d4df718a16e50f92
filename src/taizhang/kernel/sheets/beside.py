"""Work done beside: in a process forked off, while the caller goes on. Where the system cannot fork, it is done at once.

The scan of a workbook and its parsing are about equally long and need nothing of each other: the parse is thrown away when the scan
refuses. Only our own reading child uses this; what comes through the pipe was written by its own fork.
"""

import os
import pickle
import signal
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from taizhang.kernel.sheets.refusal import CannotRead

T = TypeVar("T")
GRACE_SECONDS = 1.0


class Beside(Generic[T]):
    """One piece of work, begun when it is made; `result` waits for it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._done: T | None = None
        self._read = -1
        if not hasattr(os, "fork"):
            self._done = work()
            return
        self._read, write = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._read)
            _tell(work, write)
        os.close(write)

    def result(self) -> T:
        """What the work gave.

        Raises   CannotRead as the work did, or when its process died
        """
        if self._read == -1:
            assert self._done is not None
            return self._done
        with os.fdopen(self._read, "rb") as pipe:
            told = pipe.read()
        if not told:
            raise CannotRead("文件无法读取：查看工作簿时内存超限或文件已损坏。", "died")
        kind, value = pickle.loads(told)  # noqa: S301
        if kind == "refused":
            raise CannotRead(*value)
        os.waitpid(self._child, 0)
        self._read, self._done = -1, value
        return self._done


def _tell(work: Callable[[], T], write: int) -> None:
    """The forked process: do the work, tell, and end without any of the parent's clean-up. A parent that is still lost in the file a
    second after it was refused is ended: who started it looks once more and hears why."""
    parent = os.getppid()
    try:
        told = ("done", work())
    except CannotRead as refused:
        told = ("refused", (refused.message, refused.code))  # type: ignore[assignment]
    except BaseException:
        os._exit(1)
    with os.fdopen(write, "wb") as pipe:
        pickle.dump(told, pipe)
    if told[0] == "refused":
        time.sleep(GRACE_SECONDS)
        if os.getppid() == parent:
            os.kill(parent, signal.SIGKILL)
    os._exit(0)
