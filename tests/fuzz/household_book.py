"""A small valid workbook of the household archive (six households, 16 persons), and the same workbook broken in ways a clerk or a thief would."""

import io
import random
import re
from collections.abc import Callable, Iterator
from datetime import date

import openpyxl

from taizhang.kernel.identity import make_id
from taizhang.ledgers import HOUSEHOLD_ARCHIVE
from tests.cast import VILLAGE
from tests.sheets.makers import xls
from tests.sheets.mutate import WAYS, Zip

FIELDS = (
    "key.area", "key.group", "person.name", "person.id_no", "membership.relation", "member.health", "member.phone", "member.work_months",
    "household.hh_phone", "household.main_cause", "household.land_farm_mu", "household.inc_wage_yuan", "household.is_unsafe",
)  # fmt: skip
SIZES = (1, 2, 3, 3, 3, 4)
RELATIONS = ("户主", "配偶", "之子", "之女")
HOSTILE = [
    "", " ", "~", "0", "-1", "1e999", "NaN", "5.2E+17", "=1+1", "@SUM(A1)", "'; drop table person; --", "<script>alert(1)</script>", "{{7*7}}",
    "户主", "否", "因病、因残", "2018.8.30", "43343", "99999999999999999999", "9901011990010100", "９９０１０１", "张\u200b三", "\u202e三张", "𠮷" * 40,
    "长" * 5000, "\ufffe", "合计", "约1200万元", "1,2,3,4", "990101100201", "990101199003070000", "13900000001、13900000002", "true", "\r\n\t", "é",
]  # fmt: skip
Rows = list[list[object]]


def rows() -> Rows:
    """Title, headings, and one line a person."""
    headings = [HOUSEHOLD_ARCHIVE.column(field).heading.rpartition("/")[2] for field in FIELDS]
    lines: Rows = [["贫困户信息采集表", *[None] * (len(FIELDS) - 1)], list(headings)]
    serial = 0
    for house, size in enumerate(SIZES, start=1):
        for at in range(size):
            serial += 1
            head = at == 0
            number = make_id("990101", date(1950 + serial * 2, 3, 4), serial * 2 + (at == 1))
            facts = [f"139{house:08d}", "因病", "3.25", "9000.50", "否"] if head else [None] * 5
            lines.append(
                [
                    VILLAGE,
                    f"{house}组",
                    f"试{'甲乙丙丁戊己'[house - 1]}{'大二三四'[at]}",
                    number,
                    RELATIONS[at],
                    "健康",
                    f"138{serial:08d}",
                    6,
                    *facts,
                ]
            )
    return lines


def xlsx(lines: Rows) -> bytes:
    """A workbook whose cells are shared strings, as an office program writes it."""
    book = openpyxl.Workbook()
    book.active.title = "名单"
    for line in lines:
        book.active.append(
            [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", cell) if isinstance(cell, str) else cell for cell in line]
        )
    book.active.merge_cells("A1:D1")
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def text(lines: Rows) -> bytes:
    """The same as comma-separated text."""
    return "\n".join(",".join("" if cell is None else f'"{cell}"' for cell in line) for line in lines).encode("gb18030", "replace")


def mutants(seed: int, n: int) -> Iterator[tuple[str, str, bytes]]:
    """(what was done, file name, bytes): half broken in the file, half in what is typed into it."""
    chance = random.Random(seed)
    whole = rows()
    base: Zip = {"book": xlsx(whole), "old": xls(whole), "text": text(whole), "page": _page(whole)}
    for number in range(n):
        if number % 2:
            name, make = chance.choice(WAYS)
            yield name, "名单.xlsx", _made(make, chance, base)
        else:
            name, edit = chance.choice(EDITS)
            lines = [list(line) for line in whole]
            for _ in range(chance.randint(1, 4)):
                edit(chance, lines)
            write, ending = chance.choice([(xlsx, "xlsx"), (xlsx, "xlsx"), (text, "csv")])
            yield name, f"名单.{ending}", write(lines)


def _made(make: Callable[[random.Random, Zip], bytes], chance: random.Random, base: Zip) -> bytes:
    """A way whose place is not in this book breaks its bytes instead."""
    try:
        return make(chance, base)
    except (IndexError, KeyError):
        return base["book"][: chance.randrange(len(base["book"]))]


def _page(lines: Rows) -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{'' if cell is None else cell}</td>" for cell in line) + "</tr>" for line in lines)
    return f"<html><meta charset=gbk><table>{body}</table></html>".encode("gb18030")


def _place(chance: random.Random, lines: Rows, first: int = 2) -> tuple[int, int]:
    return chance.randrange(first, len(lines)), chance.randrange(len(FIELDS))


def _hostile(chance: random.Random, lines: Rows) -> None:
    row, column = _place(chance, lines)
    lines[row][column] = chance.choice(HOSTILE)


def _hostile_column(chance: random.Random, lines: Rows) -> None:
    _, column = _place(chance, lines)
    for line in lines[2:]:
        line[column] = chance.choice(HOSTILE)


def _swapped(chance: random.Random, lines: Rows) -> None:
    (row, column), (other, third) = _place(chance, lines), _place(chance, lines)
    lines[row][column], lines[other][third] = lines[other][third], lines[row][column]


def _doubled(chance: random.Random, lines: Rows) -> None:
    lines.insert(chance.randrange(2, len(lines)), list(chance.choice(lines[2:])))


def _dropped(chance: random.Random, lines: Rows) -> None:
    lines.pop(chance.randrange(2, len(lines)))


def _heading(chance: random.Random, lines: Rows) -> None:
    lines[1][chance.randrange(len(FIELDS))] = chance.choice([None, "姓名", "其他", chance.choice(HOSTILE)])


def _shuffled(chance: random.Random, lines: Rows) -> None:
    body = lines[2:]
    chance.shuffle(body)
    lines[2:] = body


def _emptied(chance: random.Random, lines: Rows) -> None:
    _, column = _place(chance, lines)
    for line in lines[2:]:
        line[column] = None


Edit = Callable[[random.Random, Rows], None]
EDITS: list[tuple[str, Edit]] = [
    ("hostile cell", _hostile),
    ("hostile cell", _hostile),
    ("hostile column", _hostile_column),
    ("cells swapped", _swapped),
    ("row doubled", _doubled),
    ("row dropped", _dropped),
    ("heading changed", _heading),
    ("rows shuffled", _shuffled),
    ("column emptied", _emptied),
]
