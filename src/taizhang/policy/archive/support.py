"""The facts of those who help: units, helpers, village teams and their members, pairings (domain/archives.md 1.7).

Days from and to are no facts but dates of the rows themselves; who stands in a village team is told by its members, not by the helper.
"""

from taizhang.kernel.kinds import id_number, one_of, phone, text, yes_no
from taizhang.kernel.kinds import name as person_name
from taizhang.policy.archive.fact import Fact
from taizhang.policy.code_lists import code_list

UNIT: tuple[Fact, ...] = (
    Fact("unit_name", "单位名称", text(100), "AAP001", "R", aliases=("帮扶单位名称", "帮扶单位", "单位", "所在单位", "工作单位")),
    Fact("unit_type", "帮扶单位类型", one_of(code_list("unit_type")), aliases=("单位类型",)),
    Fact("unit_level", "隶属关系", one_of(code_list("unit_level")), "AAP004", aliases=("单位隶属关系", "单位级别", "帮扶单位隶属关系")),
    Fact("unit_address", "单位地址", text(200), aliases=("帮扶单位地址",)),
    Fact("unit_contact", "单位联系人", person_name(), aliases=("帮扶单位联系人",)),
    Fact("unit_phone", "单位联系电话", phone(), aliases=("帮扶单位联系电话", "单位电话")),
)

HELPER: tuple[Fact, ...] = (
    Fact("helper_name", "姓名", person_name(), "", "R", aliases=("帮扶责任人姓名", "帮扶责任人", "帮扶人", "帮扶人姓名", "帮扶干部")),
    Fact(
        "helper_sex",
        "性别",
        one_of(code_list("sex")),
        aliases=(
            "帮扶责任人性别",
            "帮扶人性别",
        ),
        note="填有证件号码的由证件号码得出",
    ),
    Fact(
        "helper_id_no",
        "证件号码",
        id_number(),
        aliases=("帮扶责任人证件号码", "帮扶责任人身份证号", "帮扶责任人身份证号码", "帮扶人证件号码", "帮扶人身份证号"),
    ),
    Fact("helper_phone", "联系电话", phone(), "", "R", aliases=("帮扶责任人电话", "帮扶责任人联系电话", "帮扶人电话", "帮扶人联系电话")),
    Fact("helper_post", "职务", text(50), "AAK888", aliases=("帮扶责任人职务", "帮扶人职务")),
    Fact("helper_grade", "职务级别", one_of(code_list("post_grade")), "", "O", "I", note="帮扶责任人表上有无此栏未见原件"),
    Fact(
        "helper_political",
        "政治面貌",
        one_of(code_list("political")),
        "AAK033",
        aliases=(
            "帮扶责任人政治面貌",
            "帮扶人政治面貌",
        ),
    ),
    Fact("helper_degree", "学历", one_of(code_list("cadre_degree")), "AAK036", aliases=("帮扶责任人学历",)),
    Fact("helper_speciality", "技术特长", one_of(code_list("speciality")), "AAK037", aliases=("特长",)),
    Fact(
        "is_resident",
        "是否驻村工作队员",
        yes_no(),
        "AAK039",
        aliases=("驻村工作队员", "是否驻村干部"),
        note="由驻村工作队的队员名单得出",
        derived=True,
    ),
)

TEAM: tuple[Fact, ...] = (Fact("team_name", "驻村工作队名称", text(100), "", "R", aliases=("工作队名称", "驻村工作队")),)

TEAM_MEMBER: tuple[Fact, ...] = (
    Fact("is_first_secretary", "第一书记", yes_no(), aliases=("是否第一书记", "驻村第一书记")),
    Fact("is_team_leader", "队长", yes_no(), aliases=("是否队长", "驻村工作队长", "工作队长")),
    Fact("is_deputy_leader", "副队长", yes_no(), aliases=("是否副队长",)),
    Fact("is_village_officer", "包村干部", yes_no(), aliases=("是否包村干部",)),
    Fact("is_plain_member", "队员", yes_no(), aliases=("是否队员", "工作队员")),
)

PAIRING: tuple[Fact, ...] = (
    Fact("pairing_role", "结对身份", one_of(code_list("pairing_role")), "", "R", "P", note="不填为帮扶责任人", events_only=True),
)

SECTIONS: dict[str, str] = {
    "unit": "帮扶单位",
    "helper": "帮扶责任人",
    "team": "驻村工作队",
    "team_member": "驻村工作队员",
    "pairing": "结对",
}
"""The tables of facts here, each a section of its own."""
