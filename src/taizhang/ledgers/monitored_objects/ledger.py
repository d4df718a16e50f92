"""（自定义）监测对象信息 (monitored-objects): the county's own export of monitored households, more than 170 columns, headings in row 3.

The sources tell the fields of the form (domain/ledgers.md 1.9) and that the sheet reaches beyond column FU with one heading printed twice,
not its columns one by one: their order, and which of the further facts of the archive it prints, are ours and marked so.
"""

from dataclasses import replace

from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers import checks
from taizhang.ledgers.columns import AREA, COUNTY, GROUP, HEAD_ID_NO, HEAD_NAME, HOUSEHOLD_NO, PERSON_NO, TOWNSHIP, VILLAGE, named
from taizhang.policy.archive import HOUSEHOLD_FACTS, MEMBER_FACTS, MEMBERSHIP_FACTS, PERSON_FACTS, WORK_PLAN
from taizhang.policy.archive.modules import RISKS
from taizhang.policy.code_lists import code_list

COUNTY_LONG = replace(COUNTY, label="县(市、区、旗)", aliases=("县", *(a for a in COUNTY.aliases if a != "县(市、区、旗)")))
RENAMED = {"member.phone": "人联系电话", "household.hh_phone": "户联系电话", "household.risk_removed": "风险是否已消除"}
# domain/ledgers.md 1.9, sections A, B, C, E, F, H: these fields are verified for the form.
TOLD = (
    *("household.hh_type", "household.member_count", "household.address", "household.hh_phone", "household.in_resettle_site"),
    *("household.resettle_site", "household.monitor_kind", "household.no_labour_backstop"),
    *(f"household.risk_{at}" for at in range(1, RISKS + 1)),
    *("household.disaster_kind", "household.risk_note", "household.head_signature", "household.surveyor", "household.surveyor_phone"),
    *("household.surveyed_on", "person.name", "person.sex", "person.id_type", "person.id_no", "membership.relation", "person.ethnicity"),
    *("member.political", "member.education", "member.school_status", "member.no_school_reason", "member.health", "member.labour"),
    *("member.work_area", "member.work_months", "member.med_resident", "member.med_employee", "member.ins_serious"),
    *("member.pen_resident", "member.pen_employee", "member.dibao", "member.tekun", "member.relocated", "member.public_job"),
    *("member.public_job_months", "member.med_aid", "member.ins_commercial"),
    *(f"household.{when}_{what}" for when in ("rec", "rem") for what in ("house", "school", "water", "insured")),
    *("household.inc_wage_yuan", "household.inc_business_yuan", "household.inc_property_yuan", "household.inc_transfer_yuan"),
    *("household.exp_business_yuan", "household.inc_net_yuan", "household.inc_net_pc_yuan", "household.dev_help"),
    *("household.monitored_on", "household.risk_removed", "household.removal_way", "household.removed_on", "household.monitor_contact"),
    *("household.monitor_phone", "household.land_farm_mu", "household.land_grass_mu", "household.land_water_mu"),
    *("household.land_forest_mu", "household.land_returned_mu", "household.land_orchard_mu", "household.access_road"),
    *("household.dist_main_road_km", "household.in_coop", "household.house_grade", "household.house_area_m2", "household.fuel"),
    *("household.led_by_firm", "household.led_by_leader", "household.has_power", "household.has_tv", "household.has_toilet"),
)
OF_MEMBERS = tuple(fact for fact in MEMBER_FACTS if fact.name not in WORK_PLAN)
HOMES = (("household", HOUSEHOLD_FACTS), ("person", PERSON_FACTS), ("member", OF_MEMBERS))
FURTHER = tuple(f"{home}.{fact.name}" for home, facts in HOMES for fact in facts if f"{home}.{fact.name}" not in TOLD) + tuple(
    f"membership.{fact.name}" for fact in MEMBERSHIP_FACTS if fact.name == "identified_on"
)
REQUIRED = ("person.name", "person.id_no", "membership.relation")


def _column(field: str) -> Column:
    return named(field, RENAMED.get(field, ""), required=field in REQUIRED)


def _unsure(column: Column) -> Column:
    return replace(column, mark="I", note="；".join(filter(None, (column.note, "此表是否有这一栏系推断"))))


PRINTED_AGAIN = replace(_column("household.risk_removed"), field="again.risk_removed", derived=True, note="系统导出的表中此栏名出现两次")

LEDGER = Ledger(
    key="monitored-objects",
    title="（自定义）监测对象信息",
    grain="一行一名家庭成员;户的各栏每行都填",
    source="domain/archives.md 1.11 [S3];domain/ledgers.md 1.9 [S19][S21]",
    mark="I",
    headings_in_row=3,
    columns=(
        COUNTY_LONG,
        TOWNSHIP,
        VILLAGE,
        GROUP,
        AREA,
        HOUSEHOLD_NO,
        HEAD_NAME,
        HEAD_ID_NO,
        PERSON_NO,
        *(_column(field) for field in TOLD),
        PRINTED_AGAIN,
        *(_unsure(_column(field)) for field in FURTHER),
    ),
    only=(("household.monitor_kind", code_list("monitor_kind").keys()),),
    every_line=True,
    checks=(
        checks.one_line_per_number,
        checks.one_head_per_household,
        checks.causes_differ,
        checks.healthy_excludes_others,
        checks.printed_again_alike,
        checks.members_counted,
    ),
    notes=(
        "表头在第3行,栏目超过170个(资料:到FU列以后),“风险是否已消除”出现两次,以前一处为准,两处不一致的提示",
        "县一栏有的表印“县”,有的印“县(市、区、旗)”,都认",
        "资料列出的是采集表的项目,没有逐栏列出这份导出表:栏目的先后、以及标“未核实”的各栏是否在表上,系推断",
        "帮扶责任人、逐项帮扶措施、收支两次快照不在这张表:分别见结对台账、到户措施和收入核算明细",
        "列各类监测对象的户,全体成员",
    ),
)
