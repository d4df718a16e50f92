"""The list of a village on a past day, on a register of `benchmarks.big_register`: `python -m benchmarks.as_of FOLDER [--times 20]`.

Whole answers of the page (list, count, tree with its counts, banner), asked in this process as a county's clerk asks them, village after
village. Two pasts are asked for, because they are laid out in two ways: one with little behind it (the day before a few corrections), and
one with half of the journal behind it. The corrections are posted once and stay in the register.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import big_register

BAR_MS = 200
CORRECTED_AT = datetime(2026, 6, 1, 1, tzinfo=UTC)
BEFORE = "2026-05-31"
EACH = 5  # every fifth household of a village was corrected since
CORRECTED = "bench.correct"


def apart(folder: Path, times: int = 20) -> dict[str, float]:
    """What `run` gives, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.as_of", str(folder), f"--times={times}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.startswith("{"):
        raise RuntimeError(done.stdout + done.stderr)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def run(folder: Path, times: int = 20, login: str = "xian") -> dict[str, float]:
    """The middle and the slow answers, in milliseconds, of the list now and of both pasts.

    Gives    {now,recent,old}_{p50,p95}; `old_behind` entries were written after the old past, `households` stand in all
    """
    found = big_register.standing(folder)
    if found is None:
        raise RuntimeError(f"{folder} holds no register: make one with benchmarks.big_register")
    os.environ |= found.environment | {"DJANGO_SETTINGS_MODULE": "taizhang.settings"}
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from taizhang.accounts.models import User
    from taizhang.jobs.answering import settle
    from taizhang.journal.past import changes_since

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client()
    client.force_login(User.objects.get(username=login))
    settle()
    villages = _villages(User.objects.get(username=login), times)
    _correct(villages)
    old = _halfway()
    told: dict[str, float] = {"households": found.households, "old_behind": changes_since(old)}
    for name, as_of in (("now", {}), ("recent", {"as_of": BEFORE}), ("old", {"as_of": str(old)})):
        told |= {f"{name}_{key}": value for key, value in _asked(client, villages, as_of).items()}
    return told


def _asked(client: Any, villages: list[str], as_of: dict[str, str]) -> dict[str, float]:
    def ask(village: str) -> float:
        began = time.perf_counter()
        answer = client.get("/households", {"area": village, "level": "village", **as_of})
        if answer.status_code != 200 or ("的名册，只读" in answer.content.decode()) is not bool(as_of):
            raise RuntimeError(f"{village} {as_of}: {answer.status_code}")
        return (time.perf_counter() - began) * 1000

    ask(villages[0])
    return _slow(ask, villages)


def _slow(ask: Callable[[str], float], villages: list[str]) -> dict[str, float]:
    took = sorted(ask(village) for village in villages)
    return {"p50": round(took[len(took) // 2], 1), "p95": round(took[min(int(len(took) * 0.95), len(took) - 1)], 1)}


def _villages(user: Any, times: int) -> list[str]:
    """Villages of the clerk's county in which somebody lives."""
    from taizhang.households.models import Household

    lived_in = Household.objects.visible_to(user).order_by("area").values_list("area", flat=True).distinct()
    return [area[:12] for area in lived_in[:times]]


def _correct(villages: list[str]) -> None:
    from django.db.models import F

    from taizhang.accounts.keeping import console_account
    from taizhang.households.models import HouseholdPeriod
    from taizhang.journal.posting import AlreadyPosted, Cause, posting

    by = console_account(at=CORRECTED_AT)
    for village in villages:
        try:
            with posting(by=by, at=CORRECTED_AT, cause=Cause(CORRECTED), area=village, idempotency_key=f"{CORRECTED}:{village}"):
                some = HouseholdPeriod.objects.annotate(nth=F("household_id") % EACH).filter(area=village, nth=0)
                some.update(main_cause="disaster", version=F("version") + 1)
        except AlreadyPosted:
            return


def _halfway() -> int:
    """The position that half of the entries came after."""
    from taizhang.journal.models import JournalEntry, JournalReceipt

    newest = JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    later = JournalReceipt.objects.filter(first_entry__gt=newest // 2).order_by("position")
    return (later.values_list("position", flat=True).first() or 1) - 1


def main() -> int:
    """Print the figures; 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--login", default="xian")
    arguments = parser.parse_args()
    told = run(arguments.folder, arguments.times, arguments.login)
    print(json.dumps(told, indent=1))
    return int(max(told["recent_p95"], told["old_p95"]) >= BAR_MS)


if __name__ == "__main__":
    sys.exit(main())
