"""A single save through the form, with the journal: p50 and p95 of the server's time, on a register of 10,000 households."""

import json
import sys

from benchmarks.measure import a_home, timed, timed_process

SAVES = 200
INSIDE = "from benchmarks.form_save import inside; inside()"


def run() -> dict[str, float]:
    """Gives p50 and p95 in milliseconds over 200 saves of different households."""
    with a_home() as home:
        timed(["demo", "--households", "10000", "--no-serve"], home / "full")
        done = timed_process([sys.executable, "-c", INSIDE], home / "full")
        return json.loads(done.printed.strip().splitlines()[-1])


def _form(page: bytes) -> dict[str, list[str]]:
    """The edit form as a browser would send it back."""
    from lxml import html

    forms = [form for form in html.fromstring(page).forms if "version" in form.fields]
    told: dict[str, list[str]] = {}
    for name, value in forms[0].form_values():
        told.setdefault(name, []).append("" if value == "on" else value)  # lxml says "on" for a radio button without value
    return told


def html_errors(page: bytes) -> list[str]:
    """What the page says is wrong."""
    from lxml import html

    return [
        " ".join(e.text_content().split())
        for e in html.fromstring(page).xpath("//*[contains(@class, 'invalid-feedback') or contains(@class, 'alert')]")
    ]


def inside() -> None:
    """The measured process: sign in as the county, post the edit form of 200 households."""
    import os
    import time

    os.environ["TAIZHANG_DEBUG"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    import django

    django.setup()
    from django.test import Client
    from django.urls import reverse

    from taizhang.accounts.models import User
    from taizhang.households.models import HouseholdPeriod

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="xian"))
    times = []
    for row in HouseholdPeriod.objects.filter(area__startswith="990101").order_by("pk")[:SAVES]:
        address = reverse("household_edit", args=[row.household_id])
        typed = _form(client.get(address).content) | {"address": f"新址{row.pk}号", "reason": "入户核对"}
        started = time.perf_counter()
        answer = client.post(address, typed)
        times.append((time.perf_counter() - started) * 1000)
        if answer.status_code not in (200, 302):
            raise RuntimeError(f"{answer.status_code}: {html_errors(answer.content)}")
    times.sort()
    print(json.dumps({"saves": len(times), "p50_ms": times[len(times) // 2], "p95_ms": times[int(len(times) * 0.95)]}))
