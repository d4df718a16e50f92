"""`taizhang period`: opening, carrying over, freezing and listing periods."""

import argparse
from datetime import date

from taizhang.jobs import house
from taizhang.jobs.refusal import Refused

NAME = "period"
HELP = "期次:开期、结转、冻结、列出"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command an act."""
    acts = parser.add_subparsers(title="操作", metavar="操作", required=True, dest="act")
    opening = acts.add_parser("open", help="开一期", description="开一期")
    opening.add_argument("key", metavar="期次", help="年度用年份,如 2018;月度和专项用年月,如 201808")
    opening.add_argument("--kind", choices=("annual", "monthly", "ad_hoc"), default="annual", help="annual 年度,monthly 月度,ad_hoc 专项")
    opening.add_argument("--reference", metavar="日期", type=date.fromisoformat, required=True, help="标准时点,如 2018-12-31")
    opening.add_argument("--from", metavar="日期", type=date.fromisoformat, dest="income_from", help="收入核算起;年度默认上年10月1日")
    opening.add_argument("--to", metavar="日期", type=date.fromisoformat, dest="income_to", help="收入核算止;年度默认当年9月30日")
    opening.add_argument("--title", metavar="名称", default="", help="期次名称;默认由期次得出")
    rolling = acts.add_parser("rollover", help="结转", description="把一期的档案结转到新的一期,作为草稿;收入、务工、填表日期、签字不结转")
    rolling.add_argument("old", metavar="旧期次", help="从哪一期")
    rolling.add_argument("new", metavar="新期次", help="到哪一期(须先开期)")
    rolling.add_argument("--within", metavar="区划", default="", help="只结转一个区划的档案,如一个县;默认全部")
    freezing = acts.add_parser("freeze", help="冻结", description="冻结一期:此后只有省级能够更正;只管辖一部分档案的,冻结自己的一部分")
    freezing.add_argument("key", metavar="期次", help="要冻结的期次")
    thawing = acts.add_parser("thaw", help="解冻", description="解冻一期,或其中一个区划的部分")
    thawing.add_argument("key", metavar="期次", help="要解冻的期次")
    thawing.add_argument("--within", metavar="区划", default="", help="只解冻一个区划的部分;默认账号所辖的全部")
    acts.add_parser("list", help="列出全部期次", description="列出全部期次")
    for act in (opening, rolling, freezing, thawing):
        act.add_argument("--by", metavar="登录名", help="以哪个账号的权限办理;默认是本机命令行账号")


def run(arguments: argparse.Namespace) -> int:
    """Do the named act."""
    house.open_house()
    from taizhang.accounts.access import NotPermitted
    from taizhang.households.periods import PeriodImpossible, PeriodTaken
    from taizhang.households.services.refusals import PeriodFrozen

    acts = {"open": _open, "rollover": _roll_over, "freeze": _freeze, "thaw": _thaw, "list": _list}
    try:
        acts[arguments.act](arguments)
    except (NotPermitted, PeriodFrozen, PeriodImpossible, PeriodTaken) as refused:
        raise Refused(str(refused)) from refused
    return 0


def _open(arguments: argparse.Namespace) -> None:
    from taizhang.households.periods import open_period
    from taizhang.policy.windows import survey_income_window

    if (arguments.income_from is None) != (arguments.income_to is None):
        raise Refused("收入核算的起止日期要一起写(--from 和 --to)")
    start, end = arguments.income_from, arguments.income_to
    if start is None:
        if arguments.kind != "annual" or not arguments.key[:4].isdecimal():
            raise Refused("月度和专项期次要写明收入核算的起止日期(--from 和 --to)")
        window = survey_income_window(int(arguments.key[:4]))
        start, end = window.from_on, window.to_on
    opened = open_period(
        **_who(arguments, "period.open"),
        key=arguments.key,
        kind=arguments.kind,
        reference_on=arguments.reference,
        income_from=start,
        income_to=end,
        title=arguments.title,
    )
    house.say(f"已开期:{_line(opened)}")


def _roll_over(arguments: argparse.Namespace) -> None:
    from taizhang.households.periods import roll_over_period

    old, new = house.period(arguments.old), house.period(arguments.new)
    who = _who(arguments, "period.rollover")
    within = house.area(arguments.within, who["by"]) if arguments.within else ""
    done = roll_over_period(**who, old=old, new=new, within=within)
    house.say(f"已从 {old.key} 结转到 {new.key}:{done.households} 户,{done.members} 人,均为草稿;收入和务工留待重新调查")


def _freeze(arguments: argparse.Namespace) -> None:
    from taizhang.households.models import Period
    from taizhang.households.periods import freeze_period

    who = _who(arguments, "period.freeze")
    frozen = freeze_period(**who, period=house.period(arguments.key))
    part = "" if frozen.state == Period.FROZEN else f"区划 {who['area']} 的部分:"
    house.say(f"已冻结{part or ':'}{_line(frozen)}")


def _thaw(arguments: argparse.Namespace) -> None:
    from taizhang.households.periods import thaw_period

    who = _who(arguments, "period.thaw")
    if arguments.within:
        who["area"] = house.area(arguments.within, who["by"])
    thawed = thaw_period(**who, period=house.period(arguments.key))
    house.say(f"已解冻:{_line(thawed)}")


def _list(arguments: argparse.Namespace) -> None:
    from taizhang.households.models import Period

    for one in Period.objects.order_by("reference_on", "key"):
        house.say(_line(one))


def _who(arguments: argparse.Namespace, action: str) -> dict:
    from django.utils import timezone

    from taizhang.journal.posting import Cause

    by = house.account(arguments.by)
    return {"by": by, "at": timezone.now(), "cause": Cause(action), "area": house.office(by)}


def _line(period) -> str:
    return (
        f"{period.key:<7} {period.title}  {period.get_kind_display()}  {period.get_state_display()}"
        f"  标准时点 {period.reference_on}  收入 {period.income_from} 至 {period.income_to}"
    )
