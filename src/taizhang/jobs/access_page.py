"""The documentation page of who may do what, where, made from the access policy: `python -m taizhang.jobs.access_page` rewrites it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from taizhang.accounts.permissions import LogClass, Permission, Relation
from taizhang.accounts.rulebook import POLICY_FILE, Role, rulebook
from taizhang.policy.dictionary import table

PAGE = Path(__file__).parents[3] / "docs" / "access.md"
MADE = "<!-- 由 python -m taizhang.jobs.access_page 生成,请勿手改 -->"
COMMAND_LINE = "console"  # nobody can be granted it
MAY = {
    Permission.DESK_VIEW: "工作台",
    Permission.HOUSEHOLD_VIEW: "看户档案",
    Permission.HOUSEHOLD_ENROLL: "新增户",
    Permission.HOUSEHOLD_CORRECT: "更正采集表",
    Permission.HOUSEHOLD_CORRECT_LOCKED: "办理锁定字段更正",
    Permission.HOUSEHOLD_CORRECT_FROZEN: "更正已冻结的期次",
    Permission.MEMBER_ADD: "自然增加",
    Permission.MEMBER_LEAVE: "自然减少",
    Permission.HEAD_CHANGE: "户主变更",
    Permission.HOUSEHOLD_SPLIT: "分户",
    Permission.HOUSEHOLD_MERGE: "合户",
    Permission.HOUSEHOLD_MOVE: "迁移",
    Permission.HOUSEHOLD_CLOSE: "整户销户",
    Permission.HOUSEHOLD_PURGE: "清退",
    Permission.HOUSEHOLD_DUPLICATE: "重复户删除",
    Permission.HOUSEHOLD_REOPEN: "恢复",
    Permission.HOUSEHOLD_DECIDE: "按决定办理识别、退出、返贫",
    Permission.HOUSEHOLD_MARK: "户标注",
    Permission.HELP_SUSPEND: "暂停与恢复帮扶",
    Permission.ORDER_REQUEST: "申请锁定字段更正",
    Permission.IMPORT_RUN: "导入并核对",
    Permission.IMPORT_ACCEPT: "确认写入",
    Permission.EXPORT_RUN: "导出",
    Permission.UNMASK: "查看完整号码(须写缘由)",
    Permission.JOURNAL_VIEW: "看流水",
    Permission.LOGS_VIEW: "看登录和查看号码的记录",
    Permission.ACCOUNTS_VIEW: "看用户与授权",
    Permission.ACCOUNTS_MANAGE: "管理用户与授权",
    Permission.PERIOD_VIEW: "看期次",
    Permission.PERIOD_MANAGE: "开期、结转、解冻",
    Permission.PERIOD_FREEZE: "冻结期次",
    Permission.WINDOW_MANAGE: "开放业务窗口",
    Permission.PLACES_VIEW: "看区划",
    Permission.PLACES_MANAGE: "导入区划、办理区划变更",
    Permission.SUPPORT_VIEW: "看帮扶责任",
    Permission.SUPPORT_KEEP: "登记帮扶责任人、单位、工作队",
    Permission.PAIRING_CHANGE: "结对",
    Permission.VILLAGE_VIEW: "看村档案",
    Permission.VILLAGE_SURVEY: "填村档案",
    Permission.VILLAGE_DECIDE: "村纳入、村退出",
}
WHERE = {
    Relation.NONE: "不涉及区划",
    Relation.OWN: "只列出所辖",
    Relation.OBJECT: "只能打开所辖的;其余与不存在相同",
    Relation.AREA: "只接受所辖的区划",
}
LOGGED = {LogClass.NONE: "", LogClass.VIEW: "查看", LogClass.WRITE: "写入", LogClass.UNMASK: "查看号码", LogClass.EXPORT: "导出"}
FACTS = {
    "@household": "户的指标",
    "@person": "人的指标",
    "@membership": "成员关系的指标",
    "@member": "成员的指标",
    "@worksheet": "收入核算明细的指标",
    "@work_spell": "务工经历的指标",
    "@measure": "到户措施的指标",
    "@helper": "帮扶责任人的指标",
    "@unit": "帮扶单位的指标",
    "@team": "工作队的指标",
    "@team_member": "工作队员的指标",
    "@village": "行政村的指标",
    "@natural_village": "自然村的指标",
}
OWN_FORM = frozenset({"idempotency_key", "version"})  # every form carries them; they say nothing about what may be written


def page() -> str:
    """The whole page, in Markdown."""
    roles = [role for role in rulebook().roles.values() if role.key != COMMAND_LINE]
    told = (
        "谁能看、能做什么,只由 `src/taizhang/accounts/access.toml` 一处规定;本页由它生成。授权 = 岗位 × 区划 × 有效期,"
        "过期或收回后下一次请求即失效;没有授权什么也看不到。没有在其中登记的网址一律答 404,没有登记的栏目一律拒绝。"
    )
    parts = [MADE, "# 岗位与权限", told, "## 岗位", table(("岗位", "代号", "授权级别", "可授予的岗位", "范围"), map(_role, roles))]
    matrix = ((zh, f"`{one}`", *("✓" if one in role.may else "" for role in roles)) for one, zh in MAY.items())
    parts += ["## 权限", table(("权限", "代号", *(role.zh for role in roles)), matrix)]
    heads = ("网址", "方式", "需要的权限", "与区划的关系", "可写栏目", "记录")
    return (
        "\n\n".join(
            [
                *parts,
                "## 网址",
                "“…的指标”逐项见[数据字典](dictionary/facts.md);由系统得出的和只能经业务操作改变的不在其内。",
                table(heads, sorted(_addresses())),
            ]
        )
        + "\n"
    )


def _role(role: Role) -> tuple[str, ...]:
    grants = "、".join(rulebook().roles[key].zh for key in sorted(role.grants))
    return role.zh, f"`{role.key}`", "、".join(level.zh for level in role.levels), grants, "只限与本人结对的户" if role.own else "所授区划"


def _addresses() -> Iterator[tuple[str, ...]]:
    declared = tomllib.loads(POLICY_FILE.read_text(encoding="utf-8"))["routes"]
    paths = _paths()
    for name, route in rulebook().routes.items():
        for method, rule in route.rules.items():
            asked = "不需登录" if route.public else MAY[rule.permission] if rule.permission else "登录即可"
            written = [field for field in declared[name][method].get("fields", ()) if field not in OWN_FORM]
            fields = "、".join(FACTS[field] if field.startswith("@") else f"`{field}`" for field in [*written, *rule.files])
            yield f"`{paths[name]}`", method, asked, WHERE[rule.relation], fields, LOGGED[rule.log]


def _paths() -> dict[str, str]:
    """The address of each route by its name."""
    from django.urls import get_resolver

    patterns: list[Any] = get_resolver().url_patterns
    return {each.name: f"/{each.pattern}" for each in patterns}


def write() -> None:
    """Write the page. Django is started on a folder of its own: making a page of documentation leaves no state behind."""
    import os
    import tempfile

    import django

    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TAIZHANG_HOME": home, "DJANGO_SETTINGS_MODULE": "taizhang.settings"}
        django.setup()
        PAGE.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
