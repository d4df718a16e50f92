"""The cells of a large sheet written straight as XML, a column at a time: some ten times faster than cell by cell."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

import polars as pl

from taizhang.kernel.sheets.reading import RawSheet
from taizhang.kernel.sheets.scan import column_letters

_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>.*</sheetData>", re.S)
_STYLE = re.compile(rb'<c r="([A-Z]+)(\d+)" s="(\d+)"')
_SLICE = 10_000
_LONGEST = 32_767


def fill(book: bytes, sheets: Mapping[int, RawSheet]) -> bytes:
    """The workbook `book` with the cells of `sheets` (by sheet number from 1) put in as strings. Cells that the book's sheet already
    styles keep their style.

    Cost     O(cells), vectorised; one slice of rows in memory
    """
    kept = io.BytesIO()
    parts = {f"xl/worksheets/sheet{number}.xml": raw for number, raw in sheets.items()}
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as new:
        for info in old.infolist():
            data = old.read(info)
            with new.open(info.filename, "w", force_zip64=True) as member:
                for piece in _sheet(data, parts[info.filename]) if info.filename in parts else [data]:
                    member.write(piece)
    return kept.getvalue()


def _sheet(data: bytes, raw: RawSheet) -> Iterator[bytes]:
    found = _DATA.search(data)
    assert found is not None  # our own writer wrote it
    styles: dict[int, dict[str, list[int]]] = {}
    for letters, row, style in _STYLE.findall(found[0]):
        styles.setdefault(_index(letters.decode()), {}).setdefault(style.decode(), []).append(int(row))
    reach = f'<dimension ref="A1:{column_letters(max(raw.columns, 1))}{max(raw.rows, 1)}"'.encode()
    yield re.sub(rb'<dimension ref="[^"]*"', reach, data[: found.start()]) + b"<sheetData>"
    for cut in raw.frame.iter_slices(_SLICE):
        yield "".join(cut.select(_row(cut, styles)).to_series().to_list()).encode()
    yield b"</sheetData>" + data[found.end() :]


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _row(cut: pl.DataFrame, styles: dict[int, dict[str, list[int]]]) -> pl.Expr:
    number = pl.col("row").cast(pl.String)
    cells = [_cell(name, index, number, styles.get(index, {})) for index, name in enumerate(cut.columns[2:])]
    hidden = pl.when("hidden").then(pl.lit(' hidden="1">')).otherwise(pl.lit(">"))
    return pl.concat_str([pl.lit('<row r="'), number, pl.lit('"'), hidden, *cells, pl.lit("</row>")])


def _cell(name: str, index: int, number: pl.Expr, styles: dict[str, list[int]]) -> pl.Expr:
    text = pl.col(name).str.slice(0, _LONGEST)
    for char, escape in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        text = text.str.replace_all(char, escape, literal=True)
    text = text.str.replace_all(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]", "").str.replace_all(r"_(x[0-9A-Fa-f]{4}_)", "_x005F_${1}")
    start, style = pl.lit(f'<c r="{column_letters(index + 1)}'), pl.lit("")
    marked = pl.lit(False)
    for known, rows in styles.items():
        here = pl.col("row").is_in(rows)
        style = pl.when(here).then(pl.lit(f' s="{known}"')).otherwise(style)
        marked = marked | here
    full = pl.concat_str(
        [start, number, pl.lit('"'), style, pl.lit(' t="inlineStr"><is><t xml:space="preserve">'), text, pl.lit("</t></is></c>")]
    )
    empty = pl.when(marked).then(pl.concat_str([start, number, pl.lit('"'), style, pl.lit("/>")])).otherwise(pl.lit(""))
    return pl.when(pl.col(name).is_not_null() & (pl.col(name) != "")).then(full).otherwise(empty)
