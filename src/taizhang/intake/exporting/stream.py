"""A bulk .xlsx as a stream: columns of text become rows of XML by expressions, piece by piece, straight into the zip.

Every cell is a string or a number, never a formula (promise I4); there is no link, no macro, no shared part that grows with the rows.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from taizhang.kernel.findings import FINDINGS, Severity, no_findings
from taizhang.kernel.sheets.scan import column_letters

ROWS_A_SHEET = 1_000_000
LONGEST_TEXT = 32_767  # UTF-16 units in one cell
LONGEST_NUMBER = 12  # signs; a longer one is written as text, because a number cell is a float and would come back with a tail
PIECE = 2_000
GENERAL, TEXT, TITLE, STAMP, GROUPED, HEADED = range(6)
_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_ESCAPED = r"_(x[0-9A-Fa-f]{4}_)"
_ODD = r"[\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}&<>]|_x[0-9A-Fa-f]{4}_"
_SPACED = r"^\s|\s$|\n|\t|\s\s"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True, slots=True)
class StreamColumn:
    """One column: its heading as findings name it, numbers or text, width in characters."""

    heading: str
    number: bool
    width: int


@dataclass(frozen=True, slots=True)
class Head:
    """The rows above the data, each with one style for its cells, and the ranges that are merged; it stands again on every sheet."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    merges: tuple[str, ...] = ()


class BookStream:
    """An .xlsx that is being written. A sheet that is full is followed by the next, under the same headings."""

    def __init__(self, path: Path, name: str, columns: Sequence[StreamColumn], head: Head, *, rows_a_sheet: int = ROWS_A_SHEET) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self._name, self._columns, self._head, self._most = name, tuple(columns), head, rows_a_sheet
        self._sheets: list[str] = []
        self._part: IO[bytes] | None = None
        self._on_sheet = 0
        self.rows = 0
        self.findings = no_findings()
        self._open()

    def write(self, texts: pl.DataFrame) -> None:
        """The next rows: one String column for each column of the book, null where blank; numbers as plain digits.

        Cost     O(cells), vectorised
        """
        done = 0
        while done < texts.height:
            if self._on_sheet == self._most:
                self._close()
                self._open()
            piece = texts.slice(done, min(PIECE, self._most - self._on_sheet))
            self._put(piece)
            done += piece.height

    def close(self) -> None:
        """End the file; nothing can be added afterwards."""
        self._close()
        for name, text in _parts(self._sheets).items():
            self._zip.writestr(name, text)
        self._zip.close()

    def _put(self, piece: pl.DataFrame) -> None:
        first = len(self._head.rows) + self._on_sheet + 1
        row = pl.int_range(first, first + piece.height, eager=True).cast(pl.String).alias("row")
        names = [f"c{index}" for index in range(piece.width)]
        frame = piece.rename(dict(zip(piece.columns, names, strict=True)))
        seen = [tuple(told.values()) for told in frame.select(_seen(name) for name in names).row(0)]
        for index, (longest, odd, _) in enumerate(seen):
            if not self._columns[index].number and (longest or 0) > LONGEST_TEXT:
                frame = frame.with_columns(self._cut(frame[names[index]], index, first).alias(names[index]))
            if not self._columns[index].number and odd:
                frame = frame.with_columns(_escaped(pl.col(names[index])))
        cells = [self._cells(index, longest or 0, spaced) for index, (longest, _, spaced) in enumerate(seen)]
        parts = [pl.lit('<row r="'), pl.col("row"), pl.lit('">'), *cells, pl.lit("</row>")]
        lines = frame.with_columns(row).select(pl.concat_str(parts, ignore_nulls=True)).to_series()
        self._sheet.write("".join(lines.to_list()).encode())
        self._on_sheet += piece.height
        self.rows += piece.height

    def _cells(self, index: int, longest: int, spaced: bool) -> pl.Expr:
        """The cells of one column; null where blank, so that they take no room."""
        value, at = pl.col(f"c{index}"), f'<c r="{column_letters(index + 1)}'
        number, text, end = '"><v>', f'" s="{TEXT}" t="inlineStr"><is><t>', "</t></is></c>"
        start, stop = pl.lit(text), pl.lit(end)
        if self._columns[index].number:
            start, stop = pl.lit(number), pl.lit("</v></c>")
            if longest > LONGEST_NUMBER:
                long = value.str.len_bytes() > LONGEST_NUMBER
                start, stop = pl.when(long).then(pl.lit(text)).otherwise(start), pl.when(long).then(pl.lit(end)).otherwise(stop)
        elif spaced:
            kept = pl.lit(text.removesuffix(">") + ' xml:space="preserve">')
            start = pl.when(value.str.contains(_SPACED)).then(kept).otherwise(start)
        return pl.concat_str(pl.lit(at), pl.col("row"), start, value, stop)

    def _cut(self, series: pl.Series, index: int, first: int) -> pl.Series:
        """Texts that no cell can hold are cut, and that is said."""
        texts = series.to_list()
        cut = [at for at, text in enumerate(texts) if text is not None and len(text.encode("utf-16-le")) > 2 * LONGEST_TEXT]
        for at in cut:
            texts[at] = texts[at].encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
        heading = self._columns[index].heading
        message = f"“{heading}”的内容超过{LONGEST_TEXT}个字,表格软件的一格放不下,导出时截去了后面的部分"
        found = [(self._sheets[-1], first + at, heading, "export.cut", Severity.WARNING.value, message, "") for at in cut]
        self.findings = pl.concat([self.findings, pl.DataFrame(found, schema=FINDINGS, orient="row")])
        return pl.Series(texts, dtype=pl.String)

    @property
    def _sheet(self) -> IO[bytes]:
        assert self._part is not None
        return self._part

    def _open(self) -> None:
        number = len(self._sheets) + 1
        self._sheets.append(self._name if number == 1 else f"{self._name}({number})")
        self._part = self._zip.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True)
        self._on_sheet = 0
        self._sheet.write(self._top(number).encode())

    def _close(self) -> None:
        last = len(self._head.rows)
        right = column_letters(len(self._columns))
        bottom = f'</sheetData><autoFilter ref="A{last}:{right}{last + max(self._on_sheet, 1)}"/>'
        if self._head.merges:
            ranges = "".join(f'<mergeCell ref="{ref}"/>' for ref in self._head.merges)
            bottom += f'<mergeCells count="{len(self._head.merges)}">{ranges}</mergeCells>'
        page = '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        self._sheet.write(f'{bottom}{page}<pageSetup paperSize="8" orientation="landscape"/></worksheet>'.encode())
        self._sheet.close()

    def _top(self, number: int) -> str:
        below = len(self._head.rows)
        chosen = ' tabSelected="1"' if number == 1 else ""
        pane = f'<pane ySplit="{below}" topLeftCell="A{below + 1}" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>'
        views = f'<sheetViews><sheetView{chosen} workbookViewId="0">{pane}</sheetView></sheetViews>'
        columns = "".join(
            f'<col min="{at}" max="{at}" width="{c.width}" style="{GENERAL if c.number else TEXT}" customWidth="1"/>'
            for at, c in enumerate(self._columns, start=1)
        )
        head = "".join(_head_row(at, style, texts) for at, (style, texts) in enumerate(self._head.rows, start=1))
        return f'{_XML}<worksheet xmlns="{_MAIN}">{views}<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{head}'


def _seen(name: str) -> pl.Expr:
    """What a column needs: its longest text in bytes, whether any text holds signs of XML, whether any holds blanks to be kept."""
    text = pl.col(name)
    return pl.struct(text.str.len_bytes().max().alias("longest"), text.str.contains(_ODD).any().alias("odd"),
                     text.str.contains(_SPACED).any().alias("spaced")).alias(name)  # fmt: skip


def _escaped(text: pl.Expr) -> pl.Expr:
    """As XML: without signs that XML cannot hold, line ends as one sign."""
    text = text.str.replace_all(r"\r\n?", "\n").str.replace_all(_CONTROLS, "").str.replace_all(_ESCAPED, "_x005F_${1}")
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.str.replace_all(sign, name, literal=True)
    return text


def _head_row(at: int, style: int, texts: Sequence[str]) -> str:
    cells = "".join(
        f'<c r="{column_letters(index)}{at}" s="{style}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        if text
        else f'<c r="{column_letters(index)}{at}" s="{style}"/>'
        for index, text in enumerate(texts, start=1)
    )
    height = {TITLE: ' ht="26" customHeight="1"', HEADED: ' ht="32" customHeight="1"'}.get(style, "")
    return f'<row r="{at}"{height}>{cells}</row>'


def _parts(sheets: Sequence[str]) -> dict[str, str]:
    """Every part of the package but the sheets."""
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers)
    tabs = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, sheets, strict=True))
    links = "".join(f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    styles = f'<Relationship Id="rId{len(sheets) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{tabs}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}{styles}</Relationships>',
        "xl/styles.xml": _styles(),
    }


def _styles() -> str:
    """The six styles: general, text, title, stamp, group heading, heading."""
    fonts = (
        '<font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="16"/><name val="宋体"/></font>'
        '<font><sz val="9"/><color rgb="FF6B7280"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font>'
    )
    solid = '<fill><patternFill patternType="solid"><fgColor rgb="{}"/><bgColor indexed="64"/></patternFill></fill>'
    fills = (
        '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        + solid.format("FFD6E4F5")
        + solid.format("FFEAF1FA")
    )
    edge = "".join(f'<{side} style="thin"><color rgb="FF9CA3AF"/></{side}>' for side in ("left", "right", "top", "bottom"))
    middle = '<alignment horizontal="center" vertical="center" wrapText="1"/>'
    cells = (
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        f'<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1">{middle}</xf>'
        '<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        f'<xf numFmtId="49" fontId="3" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">{middle}</xf>'
        f'<xf numFmtId="49" fontId="3" fillId="3" borderId="1" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">{middle}</xf>'
    )
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="4">{fonts}</fonts><fills count="4">{fills}</fills>'
        f'<borders count="2"><border><left/><right/><top/><bottom/></border><border>{edge}</border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="6">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
