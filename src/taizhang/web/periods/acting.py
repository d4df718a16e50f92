"""Opening a period (开期), carrying an older one's archives into it (结转), freezing and thawing it (冻结、解冻), putting its dates right:
what each will do is said before."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.access import NotPermitted
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, Membership, Period
from taizhang.households.periods import ANNUAL, freeze_period, has_all_of, insist_on_all_of, open_period, redate_period, thaw_period
from taizhang.households.services.common import frozen_at
from taizhang.households.services.refusals import PeriodFrozen, Refused
from taizhang.intake import longwork, rolling
from taizhang.places.models import Place
from taizhang.policy.windows import survey_income_window
from taizhang.web.households.forms import day_of, key_of, plain, reason_of, version_of
from taizhang.web.households.periods import all_periods
from taizhang.web.households.saving import form_page, saved, signed
from taizhang.web.periods.listing import office_of
from taizhang.web.periods.rolling import rolling_page

WHOLE, PART = "这一期的档案都在您辖区内，整期冻结。", "这一期还有您辖区以外的档案，只冻结您的辖区，别处照常。"
DATES = ("reference_on", "income_from", "income_to")
MOST_AREAS = 3000
REFUSALS = (NotPermitted,)
CARRIED = (
    "只带现在在册、没有销户的户和在户的成员；新的一期里已经有的档案保持原样，不会覆盖。",
    "收入、收入核算明细、务工时间和务工经历不带：它们只属于一个核算期，须重新调查。",
    "带过来的档案就是这一期的草稿，入户核实后逐户更正；旧的一期一个字也不变。",
)


def period_open(request: HttpRequest) -> HttpResponse:
    """Open a period."""
    if request.method != "POST":
        return _open_form(request, {})
    errors: dict[str, str] = {}
    kind, key = request.POST.get("kind", ""), request.POST.get("key", "").strip()
    days = {name: day_of(request, name, errors) for name in DATES}
    if not key:
        errors["key"] = "请填写期次编号"
    if kind not in dict(Period.KINDS):
        errors["kind"] = "请选择类型"
    if kind == ANNUAL and key[:4].isdecimal() and not (request.POST.get("income_from") or request.POST.get("income_to")):
        window = survey_income_window(int(key[:4]))
        days |= {"income_from": window.from_on, "income_to": window.to_on}
        errors = {name: said for name, said in errors.items() if not name.startswith("income_")}
    if errors:
        return _open_form(request, errors, status=422)
    return saved(
        lambda: open_period(
            **signed(request, "period.open"),
            area=office_of(request.user, Permission.PERIOD_MANAGE),
            key=key,
            kind=kind,
            **days,
            title=request.POST.get("title", "").strip()[:50],
        ),
        go=reverse("periods"),
        form=partial(_open_form, request, {}),
        refusals=REFUSALS,
    )


def period_rollover(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry the archives of an older period into this one."""
    period = access.fetch(Period.objects.order_by("pk"), pk=pk)
    if longwork.is_under_way(rolling.name_of(period)):
        return rolling_page(request, period)
    earlier = [p for p in all_periods(request) if p.reference_on < period.reference_on]
    old = next((p for p in earlier if p.key == request.POST.get("old", "")), None)
    if request.method != "POST":
        return _rollover_form(request, period, earlier, {})
    within = request.POST.get("area", "")
    errors = {} if old else {"old": "请选择从哪一期结转"}
    if within and within not in dict(_parts(request)):
        errors["area"] = "请选择您管辖范围内的区划"
    if errors or old is None:
        return _rollover_form(request, period, earlier, errors, status=422)
    form = partial(_rollover_form, request, period, earlier, {})
    try:
        insist_on_rollover(request.user, old, period, within)
        rolling.begin(by=request.user, old=old, new=period, within=within, key=key_of(request))
    except (Refused, NotPermitted) as refused:
        return form(whole=[str(refused)], status=409)
    return HttpResponseRedirect(reverse("period_rollover", args=[pk]))


def insist_on_rollover(by: User, old: Period, new: Period, within: str) -> None:
    """What can be refused at once is refused before a worker is asked.

    Raises   NotPermitted, PeriodFrozen
    """
    area = within or office_of(by, Permission.PERIOD_MANAGE)
    access.require(by, Permission.PERIOD_MANAGE, area=area)
    if not within:
        insist_on_all_of(old, by, Permission.PERIOD_MANAGE)
    if frozen_at(new, area):
        raise PeriodFrozen(f"期次“{new.key}”已经冻结")


def period_redate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right the dates or the title of an open period."""
    period = access.fetch(Period.objects.order_by("pk"), pk=pk)
    if request.method != "POST":
        return _redate_form(request, period, {})
    errors: dict[str, str] = {}
    days = {name: day_of(request, name, errors) for name in DATES}
    reason_of(request, errors)
    if errors:
        return _redate_form(request, period, errors, status=422)
    form = partial(_redate_form, request, period, errors)
    return saved(
        lambda: redate_period(
            **signed(request, "period.redate"),
            area=office_of(request.user, Permission.PERIOD_MANAGE),
            period=period,
            version=version_of(request),
            **days,
            title=request.POST.get("title", "").strip()[:50],
        ),
        go=reverse("periods"),
        form=form,
        lost=lambda race: form(whole=[str(race)], fresh=True, status=409),
        refusals=REFUSALS,
    )


def period_thaw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a freeze."""
    period = access.fetch(Period.objects.order_by("pk"), pk=pk)

    def form(errors: dict[str, str], **more: Any) -> HttpResponse:
        reason = plain("reason", "解冻依据", request.POST, errors, kind="longtext", required=True, wide=True, help="将写入变动历史")
        return _page(
            request,
            title=f"解冻{period.title}",
            will=["您辖区内这一期的冻结（含下级自行冻结的）都解除，各级又可以更正和导入。", "冻结和解冻都留在变动历史中。"],
            sections=[{"title": "依据", "fields": [reason]}],
            save="解冻",
            errors=errors,
            **more,
        )

    if request.method != "POST":
        return form({})
    errors: dict[str, str] = {}
    reason_of(request, errors, "请写明解冻的依据")
    if errors:
        return form(errors, status=422)
    return saved(
        lambda: thaw_period(**signed(request, "period.thaw"), area=office_of(request.user, Permission.PERIOD_MANAGE), period=period),
        go=reverse("periods"),
        form=partial(form, {}),
        refusals=REFUSALS,
    )


def period_freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze this period."""
    period = access.fetch(Period.objects.order_by("pk"), pk=pk)
    if request.method != "POST":
        return _freeze_form(request, period, {})
    errors: dict[str, str] = {}
    reason_of(request, errors, "请写明冻结的依据")
    if errors:
        return _freeze_form(request, period, errors, status=422)
    return saved(
        lambda: freeze_period(**signed(request, "period.freeze"), area=office_of(request.user, Permission.PERIOD_FREEZE), period=period),
        go=reverse("periods"),
        form=partial(_freeze_form, request, period, {}),
        refusals=REFUSALS,
    )


def _open_form(request: HttpRequest, errors: dict[str, str], **told: Any) -> HttpResponse:
    field = partial(plain, posted=request.POST, errors=errors)
    kinds = list(Period.KINDS)
    income = "年度期次可以不填：按上年 10 月 1 日至当年 9 月 30 日"
    fields = [
        {**field("kind", "类型", kind="select", choices=kinds, required=True), "value": request.POST.get("kind", ANNUAL)},
        field("key", "期次编号", required=True, placeholder="例：2026；月度用 202608", help="年度用四位年份，月度和专项用年月"),
        field("title", "名称", help="不填则由编号得出，如 2026年度"),
        field("reference_on", "标准时点", kind="day", required=True, help="存量按这一天登记"),
        field("income_from", "收入核算起", kind="day", help=income),
        field("income_to", "收入核算止", kind="day"),
        field("reason", "依据", wide=True, placeholder="例：省办通知〔2026〕12号"),
    ]
    return _page(
        request,
        title="开设期次",
        will=[
            "多出一个开放的期次，暂时没有档案；各级可以在这一期登记户、填采集表。",
            "已有的期次和档案都不变。要把上一期的档案带过来，开设后再办理“结转”。",
            "期次编号以后不能改，也不能删除。",
        ],
        sections=[{"title": "期次", "fields": fields}],
        save="开设期次",
        errors=errors,
        **told,
    )


def _rollover_form(request: HttpRequest, period: Period, earlier: list[Period], errors: dict[str, str], **told: Any) -> HttpResponse:
    chosen = request.POST.get("old") or (earlier[0].key if earlier else "")
    field = plain("old", "从哪一期", request.POST, errors, kind="select", choices=[(p.key, p.title) for p in earlier], required=True)
    within = plain("area", "结转范围", request.POST, errors, kind="find", choices=_parts(request), help="不选则结转整个辖区")
    last = longwork.standing_of(rolling.name_of(period))
    frozen = f"{period.title}已经冻结，不能再结转。" if period.state == Period.FROZEN else ""
    return _page(
        request,
        title=f"结转到{period.title}",
        shown_title="会带过来多少",
        shown=[{"label": f"从{p.title}", "value": _to_carry(request.user, p, period), "wide": True} for p in earlier[:3]],
        note=f"上次结转：{last.says}。" if last and last.says else "",
        will=list(CARRIED),
        sections=[{"title": "结转", "fields": [{**field, "value": chosen}, within]}],
        save="开始结转",
        blocked=frozen or ("" if earlier else "没有比这一期更早的期次，没有可以结转的档案。"),
        errors=errors,
        **told,
    )


def _to_carry(by: User, old: Period, new: Period) -> str:
    """How much would be carried of what an account manages, in words.

    Cost     2 queries
    """
    live = HouseholdPeriod.objects.visible_to(by, Permission.PERIOD_MANAGE).filter(period=old, household__closed="")
    fresh = live.exclude(household__householdperiod__period=new)
    persons = Membership.objects.filter(open=True, household_id__in=fresh.values("household_id"), person__memberperiod__period=old)
    households, members = fresh.count(), persons.count()
    return f"{households:,} 户、{members:,} 人"


def _parts(request: HttpRequest) -> list[tuple[str, str]]:
    """The areas down to townships that may be carried over by themselves."""
    scope = access.scope_of(request.user, Permission.PERIOD_MANAGE)
    found = Place.objects.in_force(timezone.localdate()).within(list(scope.ranges)).exclude(level__in=("village", "group"))
    return [(code, f"{name} {code}") for code, name in found.order_by("code").values_list("code", "name")[:MOST_AREAS]]


def _redate_form(request: HttpRequest, period: Period, errors: dict[str, str], *, fresh: bool = False, **more: Any) -> HttpResponse:
    if fresh:
        period.refresh_from_db()
    labels = {"reference_on": "标准时点", "income_from": "收入核算起", "income_to": "收入核算止"}
    fields = [
        plain("title", "名称", request.POST, errors),
        *(plain(n, labels[n], request.POST, errors, kind="day", required=True) for n in DATES),
    ]
    if fresh or request.method != "POST":
        fields = [{**field, "value": str(getattr(period, field["name"]))} for field in fields]
    reason = plain("reason", "更正缘由", request.POST, errors, kind="longtext", required=True, wide=True, help="将写入变动历史")
    return _page(
        request,
        title=f"更正{period.title}",
        will=["只改期次的名称和日期；期次编号和各户档案不变。", "按标准时点算的年龄、按核算期算的收入说明随之改变。"],
        sections=[{"title": "期次", "fields": [*fields, reason]}],
        save="更正期次",
        version=period.version if fresh or request.method != "POST" else version_of(request),
        blocked=f"{period.title}已经冻结，日期不能再改。" if period.state == Period.FROZEN else "",
        errors=errors,
        **more,
    )


def _freeze_form(request: HttpRequest, period: Period, errors: dict[str, str], **told: Any) -> HttpResponse:
    all_mine = has_all_of(period, request.user, Permission.PERIOD_FREEZE)
    mine = HouseholdPeriod.objects.visible_to(request.user, Permission.PERIOD_FREEZE).filter(period=period).count()
    reason = plain("reason", "冻结依据", request.POST, errors, kind="longtext", required=True, wide=True, help="将写入变动历史")
    return _page(
        request,
        title=f"冻结{period.title}",
        shown_title=period.title,
        shown=[
            {"label": "标准时点", "value": period.reference_on},
            {"label": "您辖区的档案", "value": mine, "unit": "户"},
            {"label": "状态", "value": period.get_state_display()},
        ],
        will=[
            "这一期的采集表、成员信息、收入明细和务工经历都不能再改，导入也不能写入这一期。",
            "确有错误的，由省级更正；更正照样留下改前和改后。",
            WHOLE if all_mine else PART,
            "确需改回的，由省级解冻，并写明依据。",
        ],
        sections=[{"title": "依据", "fields": [reason]}],
        save="冻结",
        blocked=f"{period.title}已经冻结。" if period.state == Period.FROZEN else "",
        errors=errors,
        **told,
    )


def _page(request: HttpRequest, *, title: str, **more: Any) -> HttpResponse:
    crumbs: list[tuple[str, str | None]] = [("期次与窗口", reverse("periods")), (title, None)]
    return form_page(request, title=title, crumbs=crumbs, cancel_url=reverse("periods"), template="act.html", **more)
