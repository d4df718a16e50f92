"""The fictitious province 示范省 under the unassigned prefix 99, for the demo and for tests. No place in it exists."""

import random
from collections.abc import Iterator

import polars as pl

from taizhang.places.levels import with_parents

ORIGIN = "虚构区划(仅供演示)"
PREFIX = "99"
SEED = 99
COUNTIES = {  # county: name, how many towns, how many 乡, villages in each
    "990101": ("演示县", 7, 5, 12),
    "990102": ("试行县", 2, 2, 5),
    "990103": ("模拟县", 2, 1, 4),
    "990201": ("拟定县", 1, 1, 3),
    "990202": ("假设县", 1, 1, 3),
}
_FIRST = "云溪石松竹梅柳杨桃李杏枫桂荷清白青红金银龙凤鹤雁泉潭湾岭坡塘桥井坪沟"
_SECOND = "山河湖塘湾岭坪沟坡桥井口头下上中前后源台岗寨屯庄堡"
_TOWNS = ("示", "样", "例", "演", "试", "仿", "模", "拟", "虚", "设")


def fictitious_places(seed: int = SEED) -> pl.DataFrame:
    """The whole province: code, level, name, parent; the same for the same seed.

    Gives    1 province, 2 prefectures, 5 counties; 演示县 990101 with 12 townships of 12 villages of 3 to 6 groups
    """
    rows = [
        ("990000000000", "province", "示范省"),
        ("990100000000", "prefecture", "样例市"),
        ("990200000000", "prefecture", "例证市"),
    ]
    dice = random.Random(seed)  # noqa: S311 - invented names, no secret
    for code, (name, towns, xiang, villages) in COUNTIES.items():
        rows.append((f"{code}000000", "county", name))
        rows += _townships(code, towns, xiang, villages, dice)
    return with_parents(pl.DataFrame(rows, schema=["code", "level", "name"], orient="row")).sort("code")


def _townships(county: str, towns: int, xiang: int, villages: int, dice: random.Random) -> Iterator[tuple[str, str, str]]:
    names = _different_names(towns + xiang, dice)
    numbers = [*range(100, 100 + towns), *range(200, 200 + xiang)]
    for number, name in zip(numbers, names, strict=True):
        code = f"{county}{number}"
        yield f"{code}000", "township", name + ("镇" if number < 200 else "乡")
        yield from _villages(code, villages, dice)


def _villages(township: str, count: int, dice: random.Random) -> Iterator[tuple[str, str, str]]:
    for number, name in enumerate(_different_names(count, dice), start=201):
        code = f"{township}{number}"
        yield code, "village", f"{name}村"
        for group in range(1, dice.randint(3, 6) + 1):
            yield f"{code}{group:03d}", "group", f"{name}村第{group}组"


def _different_names(count: int, dice: random.Random) -> list[str]:
    """Names that begin with a sign of invention (示, 样, 例 …), each once."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[dice.choice(_TOWNS) + dice.choice(_FIRST) + dice.choice(_SECOND)] = None
    return list(found)
