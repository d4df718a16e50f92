"""Which months an income counts for (domain/archives.md 1.4), and which operations may have a window of their own (3.2).

The reference dates of the years and the real windows were not found and are not given here: a window is declared by an office.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from taizhang.policy.states import OPERATIONS
from taizhang.policy.villages import VILLAGE_OPERATIONS

WINDOWED: dict[str, str] = {
    "enroll": "登记新户",
    "correct": "更正采集信息",
    "add_member": "自然增加",
    "leave_member": "自然减少",
    "change_head": "户主变更",
    "split": "分户",
    "move": "迁移",
    **OPERATIONS,
    "suspend": "暂停帮扶",
    "mark": "户标注",
    "request_order": "锁定字段更正申请",
    "execute_order": "锁定字段更正执行",
    "pair": "结对调整",
    **VILLAGE_OPERATIONS,
}
"""The operations for which an office may declare a window (窗口期), by level and area; with none declared nothing is blocked."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both ends within."""

    from_on: date
    to_on: date
    mark: str
    source: str


def survey_income_window(year: int) -> Window:
    """The income window of a survey year: 1 October of the year before to 30 September.

    Source   domain/archives.md 1.4 [S18]
    """
    return Window(date(year - 1, 10, 1), date(year, 9, 30), "V", "domain/archives.md 1.4 [S18]")


def monitored_income_window(identified_on: date) -> Window:
    """The income window of an edge household: the 12 whole months before the month it was identified in.

    Source   domain/archives.md 1.4 [S26c]
    """
    month = identified_on.replace(day=1)
    return Window(month.replace(year=month.year - 1), month - timedelta(days=1), "V", "domain/archives.md 1.4 [S26c]")
