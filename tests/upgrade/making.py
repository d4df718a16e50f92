"""How the old homes of the upgrade tests are made: `python -m tests.upgrade.making CHECKOUT [postgresql://…]`.

CHECKOUT holds an earlier release (`git worktree add`): its own code makes the homes, with fictitious people, an imported workbook,
corrections, a departure, a worksheet, a frozen period and an export. One archive for SQLite (the file) and one for PostgreSQL (plain SQL).
"""

import io
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg

from tests.jobs.conftest import database_on
from tests.jobs.people_sheets import write_people

FOLDER = Path(__file__).parent
ARCHIVES = {"sqlite": FOLDER / "0.1.0-sqlite.tar.xz", "postgresql": FOLDER / "0.1.0-postgresql.tar.xz"}
DEFAULT = "postgresql://postgres@127.0.0.1:5432/postgres"
SQLITE, POSTGRES, EXPORT = "taizhang.sqlite3", "database.sql", "export.xlsx"
HOUSEHOLDS, PERSONS = 24, 12
AREA = "990101100201"
ACTS = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "taizhang.settings"
django.setup()
from datetime import date
from decimal import Decimal
from django.utils import timezone
from taizhang.accounts.models import User
from taizhang.households.models import HouseholdPeriod, Membership, Period
from taizhang.households.services.correcting import correct_household
from taizhang.households.services.family import change_head, leave_member
from taizhang.households.services.worksheets import put_work_spell, set_worksheet
from taizhang.journal.posting import Cause

xian, period = User.objects.get(username="xian"), Period.objects.get(key="2018")
who = {"by": xian, "at": timezone.now()}
archives = list(HouseholdPeriod.objects.filter(area="990101100201", period=period).order_by("pk"))
for archive in archives:
    correct_household(**who, cause=Cause("household.correct", "入户核对"), household_period=archive, version=archive.version,
                      facts={"address": f"示例路{archive.pk}号"})
set_worksheet(**who, cause=Cause("worksheet.set", "核算"), household_period=archives[-1], version=0,
              facts={"ws_wage_labour_yuan": Decimal("9000.00"), "ws_wage_labour_note": "县城务工10个月"})
last = archives[-1].household_id
son = Membership.objects.get(household=last, open=True, relation="son")
put_work_spell(**who, cause=Cause("spell.add", "核对"), membership=son, period=period, spell=None, version=0,
               facts={"spell_from_on": "2018-03", "spell_sector": "建筑业", "spell_wage_yuan": Decimal("3500.00")})
wife = Membership.objects.get(household=archives[-2].household_id, open=True, relation="spouse")
leave_member(**who, cause=Cause("member.leave", "核对"), membership=wife, period=period, version=wife.version, reason="death", on=date(2018, 6, 1))
members = {m.relation: m for m in Membership.objects.filter(household=last, open=True)}
change_head(**who, cause=Cause("head.change", "户主外出"), household=archives[-1].household, period=period, new_head=members["spouse"],
            relations={members["head"].pk: "spouse", members["son"].pk: "son"}, versions={m.pk: m.version for m in members.values()})
"""


def make(checkout: Path, vendor: str, address: str) -> None:
    """One archive."""
    with tempfile.TemporaryDirectory() as folder, database_on(address) as url:
        home = Path(folder) / "home"
        told = {"TAIZHANG_HOME": str(home), "PYTHONPATH": str(checkout / "src")} | (
            {"TAIZHANG_DATABASE_URL": url} if vendor != "sqlite" else {}
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TAIZHANG_")} | told

        def run(*words: str) -> None:
            subprocess.run([sys.executable, *words], env=environment, check=True, cwd=folder)

        people = write_people(Path(folder) / "people.csv", PERSONS)
        run("-m", "taizhang", "demo", "--households", str(HOUSEHOLDS), "--no-serve")
        run("-m", "taizhang", "import", str(people), "--ledger", "household-archive", "--accept", "all", "--by", "xian")
        run("-c", ACTS)
        run("-m", "taizhang", "period", "freeze", "201808")
        run("-m", "taizhang", "export", "household-archive", "--area", AREA, "-o", str(home / EXPORT))
        pack(home, vendor, url)


def pack(home: Path, vendor: str, url: str) -> None:
    """The database, keys, files, batches and the export in one archive."""
    if vendor == "sqlite":
        with closing(sqlite3.connect(home / SQLITE)) as database:
            database.execute("pragma journal_mode=delete")
            database.execute("vacuum")
    else:
        words = ["pg_dump", "--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=500", f"--dbname={url}"]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        (home / POSTGRES).write_text("\n".join(line for line in said.splitlines() if not line.startswith("\\")), encoding="utf-8")
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:xz", preset=9) as archive:
        for name in (SQLITE if vendor == "sqlite" else POSTGRES, EXPORT, "keys", "files", "batches"):
            if (home / name).exists():
                archive.add(home / name, name, filter=_plain)
    ARCHIVES[vendor].write_bytes(whole.getvalue())
    print(ARCHIVES[vendor], len(whole.getvalue()))


def unpack(vendor: str, home: Path) -> None:
    """An archive into a home."""
    with tarfile.open(ARCHIVES[vendor]) as archive:
        archive.extractall(home, filter="data")


def load(home: Path, url: str) -> None:
    """The plain SQL of a home into an empty database."""
    with psycopg.connect(url) as connected:
        connected.execute((home / POSTGRES).read_text(encoding="utf-8"))


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    where = sys.argv[2] if len(sys.argv) > 2 else DEFAULT
    for each in ARCHIVES:
        make(Path(sys.argv[1]).resolve(), each, where)
