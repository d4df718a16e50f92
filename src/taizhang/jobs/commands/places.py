"""`taizhang places import`: the published list, or an office's own."""

import argparse
from pathlib import Path

from taizhang.jobs import house
from taizhang.jobs.refusal import Refused

NAME = "places"
HELP = "行政区划:导入公布的五级区划,或本单位自己的名单"
UNREADABLE = 2
SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command an act."""
    acts = parser.add_subparsers(title="操作", metavar="操作", required=True, dest="act")
    importing = acts.add_parser("import", help="导入区划", description="导入区划:新的写入,名称不同的更正,不删除任何区划")
    importing.add_argument("file", metavar="文件", type=Path, nargs="?", help="本单位的名单(CSV 或 JSON);不写则导入随附的公布名单")
    importing.add_argument("--by", metavar="登录名", help="以哪个账号的权限办理;默认是本机命令行账号")


def run(arguments: argparse.Namespace) -> int:
    """Import a list.

    Gives    1 when rows are wrong (then nothing is written), 2 when the file could not be read
    """
    house.open_house()
    from taizhang.kernel.sheets.refusal import CannotRead
    from taizhang.places.published import about, published_places
    from taizhang.places.reading import read_places

    if arguments.file is None:
        return _import(arguments, published_places(), about().origin)
    try:
        read = read_places(arguments.file.read_bytes(), arguments.file.name)
    except OSError as wrong:
        house.complain(f"文件打不开:{arguments.file}({wrong.strerror})")
        return UNREADABLE
    except CannotRead as wrong:
        house.complain(f"文件无法读取:{wrong.message}")
        return UNREADABLE
    if not read.findings.is_empty():
        for row, column, message in read.findings.head(SHOWN).select("row", "column", "message").iter_rows():
            house.complain(f"第{row}行 {column}:{message}")
        house.complain(f"共 {read.findings.height} 处要改正,没有导入任何区划")
        return 1
    return _import(arguments, read.rows, f"本单位名单({arguments.file.name})"[:50])


def _import(arguments: argparse.Namespace, rows, origin: str) -> int:
    from django.utils import timezone

    from taizhang.accounts.access import EVERYTHING, NotPermitted, Permission, scope_of
    from taizhang.journal.posting import Cause
    from taizhang.places.services import ParentsMissing, import_places

    by = house.account(arguments.by)
    scope = scope_of(by, Permission.PLACES_MANAGE)
    if EVERYTHING not in scope.ranges and not all(scope.contains(code) for code in rows["code"]):
        raise Refused(str(NotPermitted("名单里有您管辖区域以外的区划")))
    try:
        done = import_places(by=by, at=timezone.now(), cause=Cause("places.import", reason=origin), rows=rows, origin=origin)
    except ParentsMissing as missing:
        raise Refused(str(missing)) from missing
    house.say(f"新增 {done.new} 个,更名 {len(done.renamed)} 个,相同 {done.same} 个")
    if done.vanished:
        names = "、".join(name for _, _, name in done.vanished[:SHOWN])
        house.say(f"名单里没有而在册的 {len(done.vanished)} 个:{names};如已撤并,请在行政区划变更中办理")
    return 0
