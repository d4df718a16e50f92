"""Workbooks of invented people for the command line, as comma-separated text."""

from pathlib import Path

from taizhang.kernel.identity import CHECK_CHARACTERS, WEIGHTS

HEADINGS = "行政村代码,姓名,证件号码,与户主关系,民族,主要致贫原因"
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "建国秀英桂兰志强"


def number_of(person: int, prefix: str = "990101") -> str:
    """A valid identity number, another one for each whole number below 300,000."""
    year, rest = 1950 + person % 50, person // 50
    month, day, serial = 1 + rest % 12, 1 + rest // 12 % 28, 1 + rest // 336
    core = f"{prefix}{year}{month:02d}{day:02d}{serial:03d}"
    return core + CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(core, WEIGHTS, strict=True)) % 11]


def name_of(person: int) -> str:
    """A name for a whole number."""
    return SURNAMES[person % 10] + GIVEN[person // 10 % 8] + GIVEN[person // 80 % 8]


def line_of(person: int, *, village: str = "990101100201") -> str:
    """One line; every third person is the head of a household of three."""
    relation = ("户主", "配偶", "之子")[person % 3]
    cause = ("因病", "", "")[person % 3]
    return f"{village},{name_of(person)},{number_of(person)},{relation},汉族,{cause}"


def write_sheet(path: Path, lines: list[str]) -> Path:
    """A file with headings and lines."""
    path.write_text("\n".join([HEADINGS, *lines, ""]), encoding="utf-8")
    return path


def write_people(path: Path, count: int, *, first: int = 0) -> Path:
    """A file of `count` people without mistakes."""
    return write_sheet(path, [line_of(person) for person in range(first, first + count)])
