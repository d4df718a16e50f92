"""Workbooks made to hurt a reader: small and fast editions of a known corpus. Source: trust.md 6.1."""

import io
import zipfile
from collections.abc import Iterable

_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES = (
    f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_MAIN}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MAIN}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_MAIN}.sharedStrings+xml"/></Types>'
)
RELS = f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
BOOK_RELS = (
    f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
BOOK = f'<?xml version="1.0"?><workbook {NS} xmlns:r="{_OFFICE}"><sheets><sheet name="名单" sheetId="1" r:id="rId1"/></sheets></workbook>'
ENTITIES = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def book(sheet: str | Iterable[str], *, strings: str | Iterable[str] = f"<sst {NS}></sst>", more: dict[str, bytes] | None = None) -> bytes:
    """A workbook of hand-written XML with one sheet."""
    kept = io.BytesIO()
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": RELS, "xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": BOOK_RELS}
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**parts, **(more or {})}.items():
            archive.writestr(name, text)
        for name, pieces in (("xl/sharedStrings.xml", strings), ("xl/worksheets/sheet1.xml", sheet)):
            with archive.open(name, "w") as member:
                for piece in [pieces] if isinstance(pieces, str) else pieces:
                    member.write(piece.encode())
    return kept.getvalue()


def cells(inside: str, before: str = "") -> str:
    """The XML of a sheet around its rows."""
    return f'<?xml version="1.0"?>{before}<worksheet {NS}><sheetData>{inside}</sheetData></worksheet>'


def sparse() -> bytes:
    """Two cells, the second in the last corner: a reader that makes it dense dies."""
    return book(cells('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


def wide() -> bytes:
    """One cell far to the right."""
    return book(cells('<row r="7"><c r="A7"><v>1</v></c><c r="XFD7"><v>1</v></c></row>'))


def strings(megabytes: int) -> bytes:
    """Shared strings that unfold a thousandfold."""
    block = ("<si><t>" + "A" * 1000 + "</t></si>") * 1000
    return book(cells('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=[f"<sst {NS}>", *([block] * megabytes), "</sst>"])


def nested() -> bytes:
    """Entities that unfold into each other."""
    return book(cells('<row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row>', ENTITIES))


def outside() -> bytes:
    """An entity that reads a file of the machine."""
    return book(cells('<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>', OUTSIDE))


def tall(count: int) -> bytes:
    """Very many rows of one cell."""
    rows = ("".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c></row>' for r in range(at, at + 10_000)) for at in range(1, count, 10_000))
    return book([f"<worksheet {NS}><sheetData>", *rows, "</sheetData></worksheet>"])


def hidden_corner() -> bytes:
    """The last corner, spelled so that the scan does not see it: only the child's limits are left."""
    rows = '<row  r = "1"><c  r = "A1"><v>1</v></c></row><row  r = "1048576"><c  r = "XFD1048576"><v>1</v></c></row>'
    return book(cells(rows))
