"""What a file is, told by its first bytes and never by its ending. Source: trust.md 6.1 rule 1."""

import codecs
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from taizhang.kernel.sheets.ole import MAGIC, Compound
from taizhang.kernel.sheets.refusal import CannotRead
from taizhang.kernel.zips import DAMAGED

HEAD = 1 << 16
SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"

_STRANGERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
    (b"SQLite format 3", "数据库文件"),
    (b"{\\rtf", "RTF 文档"),
)
_TAGS = re.compile(rb"<\s*(?:!doctype\s+html|html|head|meta|body|table|style|tr|div)\b", re.I)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The kind of a file (xlsx, xls, html, csv) and, for text, its encoding."""

    kind: str
    encoding: str = ""


def sniff(path: Path) -> Sniffed:
    """The kind of the file at `path`.

    Raises   CannotRead, naming what the file is instead
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\x00 \t\r\n"):
        raise CannotRead("文件是空的，没有任何内容。请检查是否选错了文件，或重新导出后再导入。", "empty")
    if head.startswith(MAGIC):
        return _compound(path)
    if head.startswith(b"PK"):
        return _zip(path)
    for magic, name in _STRANGERS:
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head):
            raise CannotRead(f"这是{name}，不是工作簿。请导入 .xlsx、.xls 或 .csv 文件。", "stranger")
    return _text(head)


def _compound(path: Path) -> Sniffed:
    names = set(Compound(path.read_bytes()).entries)
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise CannotRead("工作簿加了打开密码，无法读取。请打开后取消密码，另存为 .xlsx 再导入。", "encrypted")
    if names & {"Workbook", "Book"}:
        if "_VBA_PROJECT_CUR" in names:
            raise CannotRead("工作簿带有宏，为安全起见不读取。请另存为不带宏的 .xlsx 再导入。", "macro")
        if "Workbook" not in names:
            raise CannotRead(f"这是 Excel 95 或更早的工作簿，格式太旧，无法读取。{SAVE_AS}", "xls.old")
        return Sniffed("xls")
    if "WordDocument" in names:
        raise CannotRead("这是 Word 文档（.doc），不是工作簿。请把表格复制到 Excel 或 WPS 表格中，另存为 .xlsx 再导入。", "stranger")
    raise CannotRead(f"这不是 Excel 工作簿（文件里没有工作簿内容）。{SAVE_AS}", "stranger")


def _zip(path: Path) -> Sniffed:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {info.filename.replace("\\", "/").lower() for info in archive.infolist()}
    except DAMAGED as broken:
        raise CannotRead(f"文件已损坏或没有传完整，打不开。请重新导出或重新上传；若能打开，{SAVE_AS}", "zip.broken") from broken
    if "xl/workbook.xml" in names:
        return Sniffed("xlsx")
    if "xl/workbook.bin" in names:
        raise CannotRead(f"这是二进制工作簿（.xlsb），无法读取。{SAVE_AS}", "xlsb")
    if any(name.startswith("word/") for name in names):
        raise CannotRead("这是 Word 文档（.docx），不是工作簿。请把表格复制到 Excel 或 WPS 表格中，另存为 .xlsx 再导入。", "stranger")
    if any(name.startswith("ppt/") for name in names):
        raise CannotRead("这是演示文稿（.pptx），不是工作簿。请导入 .xlsx、.xls 或 .csv 文件。", "stranger")
    if "content.xml" in names:
        raise CannotRead(f"这是 OpenDocument 文件（.ods），无法读取。{SAVE_AS}", "ods")
    raise CannotRead("这是压缩包，不是工作簿。请先解压，再导入里面的 .xlsx、.xls 或 .csv 文件。", "stranger")


def _text(head: bytes) -> Sniffed:
    encoding, text = _decode_head(head)
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("MIME-Version:"):
        raise CannotRead(f"这是“单个文件网页”（.mht），无法读取。{SAVE_AS}", "mht")
    if start.startswith("<?xml") and "office:spreadsheet" in start:
        raise CannotRead(f"这是 XML 电子表格（2003 版），无法读取。{SAVE_AS}", "xml2003")
    if start.startswith("<") and _TAGS.search(start.encode("utf-8", "replace")):
        return Sniffed("html", encoding)
    if start.startswith(("<?xml", "{", "[{")):
        raise CannotRead("这是数据接口文件（XML 或 JSON），不是工作簿。请导入 .xlsx、.xls 或 .csv 文件。", "stranger")
    return Sniffed("csv", encoding)


def _decode_head(head: bytes) -> tuple[str, str]:
    for bom, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(bom):
            return name, codecs.getincrementaldecoder(name)("replace").decode(head)
    named = _CHARSET.search(head[:4096]) if head.lstrip().startswith(b"<") else None
    candidates = ["utf-8", "gb18030"]
    if named and named[1].lower() in (b"gbk", b"gb2312", b"gb18030"):
        candidates = ["gb18030", "utf-8"]
    if head[1::2].count(0) > len(head) // 8:
        candidates = ["utf-16-le"]
    elif head[0::2].count(0) > len(head) // 8:
        candidates = ["utf-16-be"]
    for name in candidates:
        try:
            text = codecs.getincrementaldecoder(name)("strict").decode(head)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return name, text
    raise CannotRead("认不出这是什么文件，它不是工作簿。请导入 .xlsx、.xls 或 .csv 文件。", "stranger")
