"""Finding in a large register: `python -m benchmarks.search FOLDER [--times 40] [--peers]`, FOLDER of `benchmarks.big_register`.

For each question the p50 and p95 of the whole page (server time, in process) and of its query part (what the database is asked for the
rows), as milliseconds. Beside it, with `--peers`, the same questions put another way to the same rows: OFFSET instead of keys, and
pg_trgm or FTS5 instead of pieces of names. The peers' indexes are made in tables of their own, which are dropped again.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.big_register import standing

BAR_PAGE_MS, BAR_QUERY_MS = 50, 5
SEED = 5
NO_BAR = ("pinyin",)
LARGE = ("household", "household_period", "membership", "person", "member_period", "gram")
PEER = "bench_names"


def run(folder: Path, times: int = 40, *, peers: bool = True) -> dict[str, Any]:
    """Measure in a process of its own, in the register's environment.

    Gives    `questions`: {question: {page_p50, page_p95, query_p50, query_p95}}, `peers` likewise, `looked_through`: whole tables
    """
    found = standing(folder)
    if found is None:
        raise RuntimeError(f"{folder} holds no register: make one with benchmarks.big_register")
    command = [sys.executable, "-m", "benchmarks.search", str(folder), "--inside", f"--times={times}", *(["--peers"] if peers else [])]
    done = subprocess.run(command, env=os.environ | found.environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told | {"households": found.households}


def inside(times: int, *, peers: bool) -> dict[str, Any]:
    """The measuring process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from taizhang.households.finding import keeping
    from taizhang.households.finding.models import Gram
    from taizhang.jobs.answering import settle

    call_command("collectstatic", interactive=False, verbosity=0)
    started = time.perf_counter()
    keeping.catch_up()
    told: dict[str, Any] = {"made_seconds": round(time.perf_counter() - started, 1), "pieces": Gram.objects.count()}
    _analysed()
    client, user = _visitor()
    settle()  # as a server does before its first page
    _nothing_kept()
    questions = _questions(times)
    told["questions"] = {name: _measured(client, user, asked) for name, asked in questions.items()}
    told["looked_through"] = sorted({f"{name}: {table}" for name, asked in questions.items() for table in _looked_through(user, asked[0])})
    told["peers"] = _peers(user, times) if peers else {}
    return told


def _nothing_kept() -> None:
    """Every list and page is drawn anew; the tree at the side is kept until somebody writes, as a server keeps it."""
    from taizhang.web import drawn
    from taizhang.web.households import listing
    from taizhang.web.kept import Kept

    drawn.of_pages = listing.of_lists = Kept(0)


def _visitor() -> tuple[Any, Any]:
    """Who sees the whole country, signed in."""
    from django.conf import settings
    from django.test import Client

    from taizhang.accounts.access import NATION
    from taizhang.accounts.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    user = User.objects.filter(area=NATION, is_active=True).order_by("pk").first()
    client = Client()
    client.force_login(user)
    return client, user


def _questions(times: int) -> dict[str, list[dict[str, str]]]:
    """The addresses of each kind of question, other people every time."""
    from taizhang.households.models import HouseholdPeriod, Person

    dice = random.Random(SEED)
    last = Person.objects.order_by("-pk").values_list("pk", flat=True).first()
    wanted = [dice.randint(1, last) for _ in range(times)]
    people = list(Person.objects.filter(pk__in=wanted).values_list("name", "initials", "pinyin", "id_digest", "person_no", "area"))
    middle = _middle(HouseholdPeriod.objects.count() // 2)
    return {
        "first page": [{} for _ in people],
        "subtree (county)": [{"area": f"{area[:6]}000000", "level": "county"} for *_, area in people],
        "subtree (village)": [{"area": area, "level": "village"} for *_, area in people],
        "name, 1 character (surname)": [{"text": name[:1]} for name, *_ in people],
        "name, 1 character (given)": [{"text": name[-1:]} for name, *_ in people],
        "name, 2 characters": [{"text": name[-2:]} for name, *_ in people],
        "name, 3 characters": [{"text": name} for name, *_ in people if len(name) == 3],
        "initials": [{"text": initials} for _, initials, *_ in people],
        "pinyin": [{"text": pinyin} for _, _, pinyin, *_ in people],
        "number": [{"text": f"{number},"} for *_, number, _ in people],
        "page in the middle, by key": [{"after": middle} for _ in people],
    }


def _middle(at: int) -> str:
    from taizhang.households.models import HouseholdPeriod
    from taizhang.web.households.keyset import _token
    from taizhang.web.households.listing import KEYS

    row = HouseholdPeriod.objects.order_by("area", "household_id")[at]
    return _token(row, KEYS["area"])


def _measured(client: Any, user: Any, asked: Iterable[dict[str, str]]) -> dict[str, float]:
    """The whole page as HTMX asks for it, and the query of its rows by itself."""
    asked = list(asked)
    pages, queries = [], []
    for query in asked[:3]:
        client.get("/households", query)
    for query in asked:
        started = time.perf_counter()
        answer = client.get("/households", query)
        pages.append(time.perf_counter() - started)
        assert answer.status_code == 200, (answer.status_code, query)
        queries.append(_query_part(user, query))
    return _figures(pages, "page") | _figures(queries, "query")


def _query_part(user: Any, asked: dict[str, str]) -> float:
    """Seconds in the database for the rows of the page, without the look whether the pieces are in step."""
    from django.db import connection

    from taizhang.households.listed import DEFAULT, fields_of, known
    from taizhang.households.models import Period
    from taizhang.households.query import HouseholdQuery, households_matching
    from taizhang.web.households.keyset import leaf
    from taizhang.web.households.listing import KEYS

    period = Period.objects.order_by("-reference_on").values_list("pk", flat=True).first()
    found = households_matching(user, HouseholdQuery(period, text=asked.get("text", ""), area=asked.get("area", "")))
    spent = [0.0]

    def clock(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent[0] += time.perf_counter() - started

    with connection.execute_wrapper(clock):
        started = time.perf_counter()
        rows = found.select_related("household").only(*fields_of(known(DEFAULT)))
        leaf(rows, KEYS["area"], after=asked.get("after", ""))
        whole = time.perf_counter() - started
    return spent[0] if connection.vendor == "postgresql" else min(whole, max(spent[0], _bare(found, asked)))


def _looked_through(user: Any, asked: dict[str, str]) -> list[str]:
    """The large tables that the database says it will look through from end to end, in no order, to answer a question."""
    from django.db import connection

    from taizhang.households.models import Period
    from taizhang.households.query import HouseholdQuery, households_matching
    from taizhang.web.households.keyset import _beyond, _values
    from taizhang.web.households.listing import KEYS

    period = Period.objects.order_by("-reference_on").values_list("pk", flat=True).first()
    found = households_matching(user, HouseholdQuery(period, text=asked.get("text", ""), area=asked.get("area", "")))
    start = _values(asked.get("after", ""), KEYS["area"])
    rows = found if start is None else found.filter(_beyond(KEYS["area"], start, 1))
    plan = rows.order_by("at_area", "at_household").select_related("household")[:51].explain()
    whole = r"Seq Scan on (\w+)" if connection.vendor == "postgresql" else r"\bSCAN (\w+)(?! USING)(?!.*INDEX)"
    return [table for table in re.findall(whole, plan) if table in LARGE or table.startswith("U")]


def _bare(found: Any, asked: dict[str, str]) -> float:
    """SQLite steps through its rows while they are fetched: the same query again, numbers only, without objects made of its rows."""
    from taizhang.web.households.keyset import _beyond, _values
    from taizhang.web.households.listing import KEYS

    start = _values(asked.get("after", ""), KEYS["area"])
    rows = found if start is None else found.filter(_beyond(KEYS["area"], start, 1))
    started = time.perf_counter()
    list(rows.order_by("at_area", "at_household").values_list("pk", "area", "head_name")[:51])
    return time.perf_counter() - started


def _figures(seconds: list[float], name: str) -> dict[str, float]:
    told = sorted(seconds)
    return {f"{name}_p50": round(told[len(told) // 2] * 1000, 2), f"{name}_p95": round(told[int(len(told) * 0.95)] * 1000, 2)}


def _analysed() -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("analyze")


def _peers(user: Any, times: int) -> dict[str, Any]:
    """OFFSET, and the other way to index names."""
    from django.db import connection

    from taizhang.households.models import HouseholdPeriod, Person

    half = HouseholdPeriod.objects.count() // 2
    rows = HouseholdPeriod.objects.order_by("area", "household_id").values_list("pk")
    offset = [_timed(lambda: list(rows[half : half + 50])) for _ in range(min(times, 10))]
    dice = random.Random(SEED)
    last = Person.objects.order_by("-pk").values_list("pk", flat=True).first()
    names = list(Person.objects.filter(pk__in=[dice.randint(1, last) for _ in range(times)]).values_list("name", flat=True))
    told: dict[str, Any] = {"OFFSET": _figures(offset, "query")}
    with _other_index() as (title, ask):
        for label, cut in (("2 characters", slice(-2, None)), ("3 characters", slice(None))):
            told[f"{title}, {label}"] = _figures([_timed(lambda text=name[cut]: ask(text)) for name in names], "query")
    assert connection.vendor
    return told


@contextmanager
def _other_index() -> Iterator[tuple[str, Callable[[str], Any]]]:
    """pg_trgm on PostgreSQL, FTS5 (characters as words) on SQLite: names of open members, asked for in the order of the list."""
    from django.db import connection

    source = "select n.name, m.area, m.household_id from membership m join person n on n.id = m.person_id where m.open"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("create extension if not exists pg_trgm")
            cursor.execute(f"create table {PEER} as {source}")
            cursor.execute(f"create index {PEER}_gin on {PEER} using gin (name gin_trgm_ops)")
            cursor.execute(f"analyze {PEER}")
            sql, title, spell = f"select area, household_id from {PEER} where name like %s", "pg_trgm", lambda text: f"%{text}%"
        else:
            cursor.execute(f"create virtual table {PEER} using fts5(name, area unindexed, household_id unindexed)")
            cursor.execute(f"select name, area, household_id from ({source})")
            rows = ((" ".join(name), area, household) for name, area, household in cursor.fetchall())
            cursor.executemany(f"insert into {PEER} values (%s, %s, %s)", rows)
            sql, title, spell = f"select area, household_id from {PEER} where {PEER} match %s", "FTS5", lambda text: f'"{" ".join(text)}"'
        try:

            def ask(text: str) -> list[Any]:
                cursor.execute(f"{sql} order by area, household_id limit 51", [spell(text)])
                return list(cursor.fetchall())

            yield title, ask
        finally:
            cursor.execute(f"drop table {PEER}")


def _timed(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def main() -> int:
    """Print the figures of one register."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--inside", action="store_true", help="used by itself: measure in this process")
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(inside(arguments.times, peers=arguments.peers), ensure_ascii=False))
        return 0
    told = run(arguments.folder, arguments.times, peers=arguments.peers)
    for name, figures in {**told.pop("questions"), **told.pop("peers"), **told}.items():
        print(f"{name:32} {figures}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
