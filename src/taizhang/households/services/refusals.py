"""Why an act on a household is refused. Each says in Chinese what stands in the way and what would be right."""

from collections.abc import Mapping, Sequence

from taizhang.kernel.findings import Finding


class Refused(Exception):
    """An act that cannot be done as asked."""


class LockedField(Refused):
    """A locked fact (锁定字段) below the province, or a fact that only an operation changes."""


class PeriodFrozen(Refused):
    """The period is frozen and the account may not correct frozen periods."""


class AlreadyOnRegister(Refused):
    """The number stands on the register already."""


class NoHead(Refused):
    """The household would have no head, or two."""


class NotInHousehold(Refused):
    """The member has left the household already, or belongs to another."""


class LostRace(Refused):
    """Somebody saved the same row first. `theirs` holds what stands now for the fields that were to be changed, as typed values."""

    def __init__(self, theirs: Mapping[str, object] | None = None) -> None:
        super().__init__("保存之前有人修改过同一条记录,请对照两边的内容后选择")
        self.theirs = dict(theirs or {})


class BadFacts(Refused):
    """What was handed in is wrong; `findings` say where (the field's name stands in `where.column`)."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("有填写错误,请改正后再保存")
        self.findings = tuple(findings)
