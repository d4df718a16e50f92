"""Writers and readers at one server at the same time: nobody is shown that a database is locked, and a save does not take long.

`python -m benchmarks.soak [--seconds 120] [--writers 8] [--readers 8]`
"""

import argparse
import json
import os
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.measure import timed
from benchmarks.visitor import Answer, Visitor, form_of, password_of, served

HOUSEHOLDS, SEED = 2_000, 7
LONGEST_SAVE = 2.0
LOCKED = "database is locked"
PAGES = ("/households", "/households?area=990101100000", "/households?text=wang", "/", "/journal", "/households?order=income")


@dataclass
class Seen:
    """What all visitors saw together."""

    saves: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)

    def note(self, kind: str, answer: Answer, fine: tuple[int, ...]) -> None:
        """One answer."""
        self.statuses[f"{kind} {answer.status}"] += 1
        if answer.status not in fine or LOCKED.encode() in answer.body:
            self.strange.append(f"{kind} {answer.status}: {answer.body[:300]!r}")


def run(seconds: float = 120, writers: int = 8, readers: int = 8) -> dict[str, float]:
    """A demo home on SQLite, served as an office would, under writers and readers.

    Gives    saves, reads, p50 and p99 of a save in seconds, p99 of a read, strange answers, and times "database is locked" was said
    """
    with tempfile.TemporaryDirectory(prefix="taizhang-bench-") as folder:
        home = Path(folder) / "home"
        done = timed(["demo", "--households", str(HOUSEHOLDS), "--seed", str(SEED), "--no-serve"], home)
        if done.status:
            raise RuntimeError(done.printed)
        says = Path(folder) / "server.log"
        with served(os.environ | {"TAIZHANG_HOME": str(home)}, says=says) as port:
            seen = soaked(port, seconds, writers, readers, SEED)
        wrong = timed(["verify"], home)
        if wrong.status:
            raise RuntimeError(wrong.printed)
        said = says.read_text(encoding="utf-8")
        return figures(seen, said) | {"seconds": seconds}


def figures(seen: Seen, said: str) -> dict[str, float]:
    """What was seen, and what the server said in its log, as numbers."""
    return {
        "saves": len(seen.saves),
        "reads": len(seen.reads),
        "save_p50": _share(seen.saves, 0.5),
        "save_p99": _share(seen.saves, 0.99),
        "read_p99": _share(seen.reads, 0.99),
        "strange": len(seen.strange),
        "locked": said.count(LOCKED) + sum(LOCKED in line for line in seen.strange),
    }


def soaked(port: int, seconds: float, writers: int, readers: int, seed: int) -> Seen:
    """Let them all go at once and come back when the time is over. Each writer has households of his own, and all share one.

    Raises   RuntimeError when somebody could not work at all
    """
    visitors = [Visitor(port).sign_in("xian", password_of("xian", seed)) for _ in range(writers + readers)]
    homes = _households(visitors[0])
    seen, end, broken = Seen(), time.monotonic() + seconds, []
    acts = [partial(_write, v, [*homes[1 + at :: writers], homes[0]], seen, end) for at, v in enumerate(visitors[:writers])]
    acts += [partial(_read, v, homes, seen, end) for v in visitors[writers:]]

    def guarded(act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as wrong:
            broken.append(repr(wrong))

    threads = [threading.Thread(target=guarded, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for visitor in visitors:
        visitor.close()
    if broken:
        raise RuntimeError(broken[0])
    return seen


def _households(visitor: Visitor) -> list[str]:
    """The addresses of the households of a first page or two."""
    body = visitor.get("/households?area=990101100201").body + visitor.get("/households").body
    found = list(dict.fromkeys(re.findall(rb'href="(/households/[0-9]+)[?"]', body)))
    return [address.decode() for address in found]


def _write(visitor: Visitor, homes: list[str], seen: Seen, end: float) -> None:
    turn = 0
    while time.monotonic() < end:
        address = f"{homes[turn % len(homes)]}/edit"
        page = visitor.get(address)
        seen.note("form", page, (200,))
        turn += 1
        form = form_of(page.body, "version") | {"address": f"新址{turn}号", "reason": "入户核对"}
        answer = visitor.post(address, form)
        seen.note("save", answer, (302, 303, 409))
        seen.saves.append(answer.seconds)


def _read(visitor: Visitor, homes: list[str], seen: Seen, end: float) -> None:
    turn = 0
    while time.monotonic() < end:
        answer = visitor.get((*PAGES, *homes[:6])[turn % (len(PAGES) + 6)])
        seen.note("read", answer, (200,))
        seen.reads.append(answer.seconds)
        turn += 1


def _share(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def main() -> int:
    """Print the figures; 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--readers", type=int, default=8)
    arguments = parser.parse_args()
    told = run(arguments.seconds, arguments.writers, arguments.readers)
    print(json.dumps(told, indent=1))
    return int(bool(told["locked"] or told["strange"] or told["save_p99"] >= LONGEST_SAVE))


if __name__ == "__main__":
    sys.exit(main())
