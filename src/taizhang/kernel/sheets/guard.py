"""What an .xlsx holds before a reader may touch it: the zip directory first, then the parts by streaming. Source: trust.md 6.1."""

import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.refusal import CannotRead
from taizhang.kernel.sheets.scan import Extent, SheetScan
from taizhang.kernel.sheets.sniff import SAVE_AS
from taizhang.kernel.zips import DAMAGED

CHUNK = 1 << 20
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_XML = (".xml", ".rels", ".vml")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One worksheet of a workbook: its name, whether it is hidden, and what the scan saw of it."""

    name: str
    hidden: bool
    extent: Extent


def inspect(path: Path, limits: Limits) -> list[SheetPart]:
    """The worksheets of the .xlsx at `path`, in the order of their tabs, after every check.

    Raises   CannotRead
    Cost     O(uncompressed bytes), a few MB of memory
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = check_directory(archive.infolist(), limits)
            tabs = _tabs(archive, infos)
            wanted = {part: name for name, _, part in tabs}
            extents = {part: _scan(archive, info, wanted.get(part), limits) for part, info in infos.items()}
    except DAMAGED as broken:
        raise CannotRead(f"文件已损坏或没有传完整，打不开。请重新导出或重新上传；若能打开，{SAVE_AS}", "zip.broken") from broken
    return [SheetPart(name, hidden, extents[part] or Extent()) for name, hidden, part in tabs if part in extents]


def names(path: Path, limits: Limits) -> list[str]:
    """The names of the worksheets, in the order of their tabs, after a look at the zip directory only.

    Raises   CannotRead
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = check_directory(archive.infolist(), limits)
            return [name for name, _, part in _tabs(archive, infos) if part in infos]
    except DAMAGED as broken:
        raise CannotRead(f"文件已损坏或没有传完整，打不开。请重新导出或重新上传；若能打开，{SAVE_AS}", "zip.broken") from broken


def check_directory(infos: list[zipfile.ZipInfo], limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The members by name, once the directory of the zip promises nothing dangerous.

    Raises   CannotRead
    """
    if len(infos) > limits.members:
        raise CannotRead(
            f"工作簿里有 {len(infos)} 个部件，超过上限 {limits.members} 个。请只保留要导入的工作表，另存为 .xlsx 再导入。", "members"
        )
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        raise CannotRead(
            f"工作簿展开后有 {total >> 20} MB，超过上限 {limits.total_bytes >> 20} MB。请拆成几个文件分别导入。", "total_bytes"
        )
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        _check_member(info, limits)
        if info.filename in members:
            raise CannotRead(f"工作簿里有重名的部件，文件可能被改动过，不予读取。{SAVE_AS}", "duplicate_member")
        members[info.filename] = info
    return members


def _check_member(info: zipfile.ZipInfo, limits: Limits) -> None:
    name = info.filename.replace("\\", "/")
    lower = name.lower()
    if name.startswith("/") or ".." in name.split("/") or ":" in name:
        raise CannotRead(f"工作簿里有指向外面的路径，文件可能被改动过，不予读取。{SAVE_AS}", "member_path")
    if info.flag_bits & 0x1:
        raise CannotRead("工作簿加了密码，无法读取。请打开后取消密码，另存为 .xlsx 再导入。", "encrypted")
    if "vbaproject" in lower:
        raise CannotRead("工作簿带有宏，为安全起见不读取。请另存为不带宏的 .xlsx 再导入。", "macro")
    if "externallinks/" in lower:
        raise CannotRead("工作簿里有引用其他文件的公式，为安全起见不读取。请把公式粘贴为数值，另存为 .xlsx 再导入。", "external_links")
    if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
        raise CannotRead(f"工作簿的压缩比异常（像压缩炸弹），不予读取。{SAVE_AS}", "ratio")


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The decompressed bytes; the next chunk inflates while the present one is looked at."""
    with archive.open(info) as member, ThreadPoolExecutor(1) as ahead:
        chunk = member.read(CHUNK)
        while chunk:
            coming = ahead.submit(member.read, CHUNK)
            yield chunk
            chunk = coming.result()


def _scan(archive: zipfile.ZipFile, info: zipfile.ZipInfo, sheet: str | None, limits: Limits) -> Extent | None:
    if not info.filename.lower().endswith(_XML):
        return None
    scan = SheetScan(sheet, limits) if sheet is not None else None
    before = b""
    for chunk in _chunks(archive, info):
        if not before and not chunk.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            raise CannotRead(f"工作簿的内部编码不是 UTF-8，无法读取。{SAVE_AS}", "xml_encoding")
        if b"<!DOCTYPE" in chunk or b"<!DOCTYPE" in before[-9:] + chunk[:9]:
            raise CannotRead(f"工作簿里有文档类型声明（正常的工作簿没有），为安全起见不读取。{SAVE_AS}", "doctype")
        before = chunk
        if scan is not None:
            scan.feed(chunk)
    return scan.close() if scan is not None else None


def _small_xml(archive: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo], name: str) -> "etree._Element":
    info = infos.get(name)
    if info is None or info.file_size > 4 * CHUNK:
        raise CannotRead(f"工作簿缺少工作表目录，文件已损坏。{SAVE_AS}", "workbook.broken")
    data = archive.read(info)
    if b"<!DOCTYPE" in data:
        raise CannotRead(f"工作簿里有文档类型声明（正常的工作簿没有），为安全起见不读取。{SAVE_AS}", "doctype")
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as broken:
        raise CannotRead(f"工作簿的工作表目录读不通，文件已损坏。{SAVE_AS}", "workbook.broken") from broken


def _tabs(archive: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo]) -> list[tuple[str, bool, str]]:
    """(name, hidden, part) of each worksheet. Chart and dialog sheets hold no cells and are left out."""
    parts: dict[str, str] = {}
    for rel in _small_xml(archive, infos, "xl/_rels/workbook.xml.rels"):
        if str(rel.get("Type", "")).endswith("/worksheet"):
            target = unquote(str(rel.get("Target", "")))
            parts[str(rel.get("Id"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"
    tabs = []
    for sheet in _small_xml(archive, infos, "xl/workbook.xml").iter("{*}sheet"):
        part = parts.get(str(sheet.get(_REL) or sheet.get(_STRICT)))
        if part is not None:
            tabs.append((str(sheet.get("name", "")), sheet.get("state", "visible") != "visible", part))
    if not tabs:
        raise CannotRead(f"工作簿里没有工作表，文件已损坏。{SAVE_AS}", "workbook.broken")
    return tabs
