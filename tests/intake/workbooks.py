"""Workbooks of these tests, written as tables: ``@7`` is a valid number with serial 7 under 990101, ``-`` an empty cell."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

import openpyxl

from taizhang.accounts.models import User
from taizhang.households.models import Period
from taizhang.intake import files
from taizhang.intake.accepting import Accepted, accept_batch
from taizhang.intake.models import Batch
from taizhang.intake.staging import receive_file, stage
from taizhang.journal.posting import Cause
from taizhang.kernel.identity import make_id
from taizhang.ledgers import ledger
from tests.cast import VILLAGE

AT = datetime(2018, 12, 1, 2, tzinfo=UTC)
FAMILY = """
| 姓名   | 证件号码 | 与户主关系 | 健康状况 | 户联系电话  | 工资性收入 |
| 赵演示 | @1       | 户主       | 健康     | 13900000001 | 8200       |
| 周示例 | @2       | 配偶       | 健康     | -           | -          |
| 赵虚构 | @3       | 之子       | 健康     | -           | -          |
"""


def number(serial: int) -> str:
    """A valid identity number nobody has."""
    return make_id("990101", date(1970, 1, 1), serial)


def rows_of(table: str) -> list[list[str]]:
    """A table as rows of cells."""
    lines = [line.strip() for line in table.strip().splitlines()]
    return [[_cell(cell.strip()) for cell in line.strip("|").split("|")] for line in lines]


def _cell(text: str) -> str:
    return "" if text == "-" else re.sub(r"@(\d+)", lambda found: number(int(found[1])), text)


def as_csv(table: str) -> bytes:
    """One sheet as text: the quickest to read."""
    kept = io.StringIO()
    csv.writer(kept).writerows(rows_of(table))
    return kept.getvalue().encode()


def as_xlsx(**tables: str) -> bytes:
    """One sheet for each table, named by its keyword."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in tables.items():
        sheet = book.create_sheet(name)
        for row in rows_of(table):
            sheet.append([cell or None for cell in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def staged(
    by: User, content: bytes | str, period: Period, *, key: str = "household-archive", area: str = VILLAGE, ask: bool = False
) -> Batch:
    """A workbook received and proposed."""
    content = as_csv(content) if isinstance(content, str) else content
    batch = receive_file(by=by, at=AT, ledger=ledger(key), period=period, area=area, file_name="表.csv", content=content)
    return stage(batch, ledger(key), ask=ask)


def accepted(by: User, batch: Batch, kinds: Iterable[str] = ("new", "change"), chosen: set[tuple[str, int]] | None = None) -> Accepted:
    """Its proposals written."""
    return accept_batch(by=by, at=AT, cause=Cause("import.accept", ref=f"batch:{batch.pk}"), batch=batch, kinds=kinds, chosen=chosen)


def imported(by: User, content: bytes | str, period: Period, **how: str) -> Batch:
    """Received, proposed, written."""
    batch = staged(by, content, period, **how)
    accepted(by, batch)
    return batch


def kinds_of(batch: Batch) -> list[str]:
    """What is proposed of each line of the first table."""
    return files.get_frame(batch.pk, "proposals-0")["kind"].to_list()


def whys_of(batch: Batch) -> list[str | None]:
    """Why not, line by line."""
    return files.get_frame(batch.pk, "proposals-0")["why"].to_list()


def changed_of(batch: Batch) -> list[list[str]]:
    """Which fields each line would change."""
    return files.get_frame(batch.pk, "proposals-0")["changed"].to_list()


def findings_of(batch: Batch, index: int = 0) -> list[tuple[int, str, str]]:
    """Row, heading and code of each finding that is no conflict."""
    found = files.get_frame(batch.pk, f"findings-{index}")
    return [(r["row"], r["column"], r["code"]) for r in found.iter_rows(named=True) if not r["code"].startswith("register.")]
