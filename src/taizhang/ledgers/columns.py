"""Columns that ledgers share: made from the facts of the archive, so that a label is typed once."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from taizhang.kernel import kinds
from taizhang.kernel.ledgers import Column
from taizhang.policy.archive import HOUSEHOLD_FACTS, MEMBER_FACTS, MEMBERSHIP_FACTS, PERSON_FACTS, Fact


def column(home: str, fact: Fact, *, group: str = "", required: bool = False, label: str = "", aliases: tuple[str, ...] = ()) -> Column:
    """A fact as a column of a sheet: in the unit of the sheet, which its label then names."""
    kind = kinds.written_in(fact.kind, fact.sheet_unit) if fact.sheet_unit else fact.kind
    unit = f"({fact.sheet_unit})" if fact.sheet_unit else ""
    return Column(
        f"{label or fact.zh}{unit}",
        f"{home}.{fact.name}",
        kind,
        required=required,
        aliases=(*aliases, *fact.aliases),
        codes=(fact.code,) if fact.code else (),
        group=group,
        derived=fact.derived,
        note=fact.note,
        mark=fact.mark,
    )


def named(field: str, label: str = "", *, group: str = "", required: bool = False, aliases: tuple[str, ...] = ()) -> Column:
    """The column of a fact by its field in the line frame (``household.is_unsafe``), under the sheet's label; the fact's stays an alias.

    Raises   KeyError (our own mistake)
    """
    fact = _FACTS[field]
    own = (*aliases, *((fact.zh,) if label and label != fact.zh else ()))
    found = column(field.partition(".")[0], fact, group=group, required=required, label=label, aliases=own)
    return replace(found, aliases=tuple(alias for alias in dict.fromkeys(found.aliases) if alias != found.label))


def columns(
    home: str, facts: Iterable[Fact], *, group: str = "", required: tuple[str, ...] = (), labels: Mapping[str, str] | None = None
) -> tuple[Column, ...]:
    """Many facts as columns, in their order. `labels` renames facts whose label another column bears too; theirs stays an alias."""
    return tuple(_renamed(home, fact, (labels or {}).get(fact.name, ""), group, fact.name in required) for fact in facts)


def _renamed(home: str, fact: Fact, label: str, group: str, required: bool) -> Column:
    return column(home, fact, group=group, required=required, label=label, aliases=(fact.zh,) if label else ())


_FACTS: dict[str, Fact] = {
    f"{home}.{fact.name}": fact
    for home, facts in (
        ("household", HOUSEHOLD_FACTS),
        ("person", PERSON_FACTS),
        ("membership", MEMBERSHIP_FACTS),
        ("member", MEMBER_FACTS),
    )
    for fact in facts
}

SERIAL = Column("序号", "key.serial", kinds.text(20), derived=True, note="导出时编;导入时不读")
DATA_DATE = Column("数据日期", "key.data_date", kinds.text(20), derived=True, note="导出当日;导入时不读")
AREA = Column(
    "行政村代码",
    "key.area",
    kinds.area_code(),
    aliases=("村编号", "行政区划代码", "村代码", "区划代码"),
    codes=("AAR008", "AAD001"),
    note="12位;与县乡村名称二者填一",
)
COUNTY = Column("县", "key.county", kinds.text(50), aliases=("县(市、区、旗)", "县(区)", "区县", "县(市、区)", "县名称"))
TOWNSHIP = Column("乡镇", "key.township", kinds.text(50), aliases=("乡", "镇", "乡(镇)", "乡镇名称", "街道"))
VILLAGE = Column("行政村", "key.village", kinds.text(50), aliases=("村", "村名称", "行政村名称", "所在村"))
GROUP = Column(
    "村民小组", "key.group", kinds.text(50), aliases=("自然村", "组", "自然村(组)", "村民小组/自然村", "小组"), codes=("AAR007",)
)
HOUSEHOLD_NO = Column("户编号", "key.household_no", kinds.text(20), aliases=("户编码", "户号"), codes=("AAC001",), note="系统编发;新户不填")
PERSON_NO = Column("人编号", "key.person_no", kinds.text(20), aliases=("人员编号", "人编码"), codes=("AAB001",), note="系统编发;新成员不填")
HEAD_NAME = Column("户主姓名", "key.head_name", kinds.name(), aliases=("户主",), codes=("AAC029",))
HEAD_ID_NO = Column(
    "户主证件号码", "key.head_id_no", kinds.id_number(), aliases=("户主身份证号", "户主身份证号码", "户主证件号"), codes=("AAC031",)
)
