"""Workbooks broken on purpose: `mutants(seed, n)` gives n of them, the same for the same seed. Source: trust.md promise I1."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator

from tests.sheets.makers import xls, xlsx

ROWS = [
    ["某县台账", None, None, None],
    ["序号", "户主姓名", "证件号码", "年纯收入（元）"],
    *([number, f"张{number}", f"9901011990010{number:05d}", number * 10.5] for number in range(1, 40)),
    ["合计", None, None, 9600],
]
Zip = dict[str, bytes]
PAGE = "<html><meta charset=gbk><table><tr><td colspan=2>户主</td></tr><tr><td>姓名</td><td>张三</td></tr></table></html>"


def mutants(seed: int, n: int) -> Iterator[tuple[str, bytes]]:
    """(what was done, the bytes). The caller prints the seed."""
    chance = random.Random(seed)
    book, old = xlsx(ROWS, merges=["A1:D1"], hidden=[5]), xls(ROWS, merges=[(0, 0, 0, 3)])
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in ROWS).encode("gb18030")
    for _ in range(n):
        name, make = chance.choice(WAYS)
        yield name, make(chance, {"book": book, "old": old, "text": text, "page": PAGE.encode("gb18030")})


def _flip(chance: random.Random, base: Zip) -> bytes:
    data = bytearray(base[chance.choice(list(base))])
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _truncate(chance: random.Random, base: Zip) -> bytes:
    data = base[chance.choice(list(base))]
    return data[: chance.randrange(len(data))]


def _splice(chance: random.Random, base: Zip) -> bytes:
    first, second = base[chance.choice(list(base))], base[chance.choice(list(base))]
    return first[: chance.randrange(len(first))] + second[chance.randrange(len(second)) :]


def _junk(chance: random.Random, base: Zip) -> bytes:
    data = bytearray(base[chance.choice(["old", "text", "page"])])
    at = chance.randrange(len(data))
    data[at : at + chance.randrange(64)] = chance.randbytes(chance.randrange(64))
    return bytes(data)


def _members(data: bytes) -> Zip:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(members: list[tuple[str, bytes]]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, data) in enumerate(members):
            archive.writestr(name if number < 400 else f"{name}{number}", data)
    return kept.getvalue()


def _swap(chance: random.Random, base: Zip) -> bytes:
    members = _members(base["book"])
    first, second = chance.sample(list(members), 2)
    members[first], members[second] = members[second], members[first]
    return _zip(list(members.items()))


def _drop(chance: random.Random, base: Zip) -> bytes:
    members = _members(base["book"])
    members.pop(chance.choice(list(members)))
    return _zip(list(members.items()))


def _shorten(chance: random.Random, base: Zip) -> bytes:
    members = _members(base["book"])
    name = chance.choice(list(members))
    members[name] = members[name][: chance.randrange(len(members[name]))]
    return _zip(list(members.items()))


def _add(chance: random.Random, base: Zip) -> bytes:
    members = _members(base["book"])
    name = chance.choice(["xl/vbaProject.bin", "xl/externalLinks/a.xml", "../a.xml", "C:/a.xml", "xl/worksheets/sheet9.xml", "a" * 300])
    return _zip([*members.items(), (name, chance.randbytes(100))])


def _edited(pattern: bytes, choices: list[bytes], part: str = "xl/worksheets/sheet1.xml") -> "Way":
    def edit(chance: random.Random, base: Zip) -> bytes:
        members = _members(base["book"])
        hits = list(re.finditer(pattern, members[part]))
        hit, new = chance.choice(hits), chance.choice(choices)
        members[part] = members[part][: hit.start()] + new + members[part][hit.end() :]
        return _zip(list(members.items()))

    return edit


Way = Callable[[random.Random, Zip], bytes]
WAYS: list[tuple[str, Way]] = [
    ("flip", _flip),
    ("truncate", _truncate),
    ("splice", _splice),
    ("junk", _junk),
    ("swap members", _swap),
    ("drop member", _drop),
    ("shorten member", _shorten),
    ("add member", _add),
    ("cell reference", _edited(rb' r="[A-Z]+\d+"', [b' r="XFD1048576"', b' r="A0"', b' r="ZZZZ9"', b' r=""', b"", b' r="A99999999999"'])),
    ("cell type", _edited(rb' t="\w+"', [b' t="e"', b' t="b"', b' t="d"', b' t="zz"', b' t="s"', b' t="n"', b' t="str"', b""])),
    (
        "cell value",
        _edited(
            rb"<v>[^<]*</v>", [b"<v>-1</v>", b"<v>1e999</v>", b"<v>NaN</v>", b"<v/>", b"<v>99999999999</v>", b"<v>\xff</v>", b"<v>&x;</v>"]
        ),
    ),
    ("row", _edited(rb"<row [^>]*>", [b'<row r="99999999">', b"<row>", b'<row r="-1">', b'<row r="1048576" hidden="1">', b"<row/>"])),
    (
        "merge",
        _edited(
            rb'ref="[^"]*"/></mergeCells>',
            [b'ref="A1:XFD1048576"/></mergeCells>', b'ref="D9:A1"/></mergeCells>', b'ref="x"/></mergeCells>'],
        ),
    ),
    ("dimension", _edited(rb'<dimension ref="[^"]*"', [b'<dimension ref="A1:XFD1048576"', b'<dimension ref="A0:Z"', b"<dimension "])),
    ("end tag", _edited(rb"</\w+>", [b"", b"</x>", b"<", b"]]>", b"<!DOCTYPE x>"])),
    (
        "sheet name",
        _edited(
            rb'name="[^"]*"', [b'name=""', b'name="../x"', 'name="问题清单"'.encode(), b'name="' + b"x" * 500 + b'"'], "xl/workbook.xml"
        ),
    ),
    (
        "relation",
        _edited(
            rb'Target="[^"]*"',
            [b'Target="../../etc/passwd"', b'Target=""', b'Target="worksheets/sheet1.xml"'],
            "xl/_rels/workbook.xml.rels",
        ),
    ),
    ("number format", _edited(rb'numFmtId="\d+"', [b'numFmtId="14"', b'numFmtId="99999"', b'numFmtId="-1"'], "xl/styles.xml")),
]
