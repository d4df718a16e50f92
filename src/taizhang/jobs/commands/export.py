"""`taizhang export KEY`: a ledger of an area as a workbook."""

import argparse
from pathlib import Path

from taizhang.jobs import house
from taizhang.jobs.refusal import Refused

NAME = "export"
HELP = "导出一本台账为工作簿;证件号码等默认遮盖"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which ledger, of where, of when, and whether in clear."""
    parser.add_argument("ledger", metavar="台账", help="台账代号,如 household-archive、new-and-returned")
    parser.add_argument("-o", "--output", metavar="文件", type=Path, required=True, help="写到哪个文件(.xlsx)")
    parser.add_argument("--area", metavar="区划代码", help="哪个区划;默认是账号唯一授权的区划")
    parser.add_argument("--period", metavar="期次", help="期次,如 2018;默认是最新的开放期次")
    parser.add_argument("--as-of", metavar="日期或流水位置", help="给出当时的名册,如 2026-03-31(当日终了)或 1200;默认是现在")
    parser.add_argument("--unmasked", action="store_true", help="不遮盖证件号码、电话和账号(须写 --reason,会登记)")
    parser.add_argument("--reason", metavar="用途", default="", help="导出的用途")
    parser.add_argument("--by", metavar="登录名", help="以哪个账号的权限导出;默认是本机命令行账号")


def run(arguments: argparse.Namespace) -> int:
    """Export.

    Raises   Refused
    """
    house.open_house()
    from django.utils import timezone

    from taizhang.accounts.access import NotPermitted
    from taizhang.accounts.unmask import ReasonMissing
    from taizhang.intake import files
    from taizhang.intake.exporting import export_ledger
    from taizhang.journal.moments import NoSuchMoment, moment_of
    from taizhang.journal.posting import Cause

    by = house.account(arguments.by)
    try:
        export = export_ledger(
            by=by,
            at=timezone.now(),
            cause=Cause("export.run", reason=arguments.reason),
            ledger=house.ledger_of(arguments.ledger),
            period=house.period(arguments.period),
            area=house.area(arguments.area, by),
            unmasked=arguments.unmasked,
            reason=arguments.reason,
            as_of=moment_of(arguments.as_of) if arguments.as_of else None,
        )
    except (NotPermitted, ReasonMissing, NoSuchMoment) as refused:
        raise Refused(str(refused)) from refused
    house.write_file(arguments.output, files.pieces(export.sha256))
    house.say(f"已导出 {export.rows} 行到 {arguments.output}(导出编号 E{export.pk}{',含完整证件号码' if export.unmasked else ''})")
    return 0
