"""The logs that run beside the journal (安全日志): sign-ins, and looks at numbers in clear."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.access import Permission
from taizhang.accounts.models import SignIn, UnmaskLog
from taizhang.accounts.signing_in import Verdict
from taizhang.policy.archive import fact
from taizhang.web.accounts.showing import show

PAGE = 100
KINDS = {"sign_in": "登录记录", "unmask": "查看明文登记"}
RESULTS = {Verdict.OK: ("成功", "green"), Verdict.WRONG: ("密码不符", "red"), Verdict.CODE_WRONG: ("验证码不符", "red")}
ENDINGS = {"out": "本人退出", "idle": "长时间未操作", "absolute": "已满时限", "password": "密码已修改", "disabled": "账号停用", "": None}
COLUMNS = {
    "sign_in": (
        {"key": "at", "title": "时间", "kind": "moment", "lead": True},
        {"key": "who", "title": "姓名"},
        {"key": "name", "title": "登录名", "kind": "mono"},
        {"key": "result", "title": "结果", "kind": "status"},
        {"key": "source", "title": "来源地址", "kind": "mono"},
        {"key": "seen_at", "title": "最近操作", "kind": "moment"},
        {"key": "ended_at", "title": "结束", "kind": "moment"},
        {"key": "why", "title": "结束原因"},
    ),
    "unmask": (
        {"key": "at", "title": "时间", "kind": "moment", "lead": True},
        {"key": "who", "title": "姓名"},
        {"key": "name", "title": "登录名", "kind": "mono"},
        {"key": "area", "title": "所在区划", "kind": "mono"},
        {"key": "household", "title": "户", "kind": "number"},
        {"key": "people", "title": "人数", "kind": "number"},
        {"key": "fields", "title": "栏目"},
        {"key": "reason", "title": "事由"},
        {"key": "source", "title": "来源地址", "kind": "mono"},
    ),
}


def logs(request: HttpRequest) -> HttpResponse:
    """Who signed in, and who saw whose numbers in clear, newest first."""
    kind = "unmask" if request.GET.get("kind") == "unmask" else "sign_in"
    rows = _looks(request) if kind == "unmask" else _tries(request)
    if request.GET.get("before", "").isdecimal():
        rows = rows.filter(pk__lt=int(request.GET["before"]))
    page = list(rows.order_by("-pk")[: PAGE + 1])
    make = _look_row if kind == "unmask" else _try_row
    context = {
        "chips": [{"title": title, "url": f"{reverse('logs')}?kind={key}", "here": key == kind} for key, title in KINDS.items()],
        "title": KINDS[kind],
        "columns": COLUMNS[kind],
        "rows": [make(row) for row in page[:PAGE]],
        "pager": _pager(kind, page),
    }
    return show(request, "accounts/logs.html", context)


def _tries(request: HttpRequest) -> Any:
    scope = access.scope_of(request.user, Permission.LOGS_VIEW)
    return SignIn.objects.filter(scope.q("user__area")).select_related("user__person")


def _looks(request: HttpRequest) -> Any:
    return UnmaskLog.objects.visible_to(request.user, Permission.LOGS_VIEW).select_related("by", "human")


def _try_row(row: SignIn) -> dict[str, Any]:
    label, colour = RESULTS[Verdict(row.result)]
    return {
        "at": row.at,
        "who": row.user.person.name if row.user else None,
        "name": row.user.username if row.user else "(没有这个登录名)",
        "result": {"label": label, "colour": colour},
        "source": row.source,
        "seen_at": row.seen_at,
        "ended_at": row.ended_at,
        "why": ENDINGS[row.ended_why],
    }


def _look_row(row: UnmaskLog) -> dict[str, Any]:
    return {
        "at": row.at,
        "who": row.human.name,
        "name": row.by.username,
        "area": row.area,
        "household": row.household_pk,
        "people": len(row.person_pks),
        "fields": "、".join(fact(name).zh for name in row.fields),
        "reason": row.reason,
        "source": row.source,
    }


def _pager(kind: str, page: list[Any]) -> dict[str, Any] | None:
    if len(page) <= PAGE:
        return None
    following = f"{reverse('logs')}?kind={kind}&before={page[PAGE - 1].pk}"
    return {"first": 1, "last": PAGE, "total": None, "pages": [], "previous_url": None, "next_url": following}
