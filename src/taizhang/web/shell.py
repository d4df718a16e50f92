"""The bar at the top of every page: who is signed in, where, and the addresses that the access policy lets him follow."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from taizhang.accounts import access
from taizhang.accounts.access import NATION
from taizhang.accounts.models import User
from taizhang.accounts.rulebook import Rule, rulebook
from taizhang.journal import moments
from taizhang.places.models import Place
from taizhang.web.past import AS_OF, as_asked

BRAND = "防止返贫动态监测台账系统"
NAV = (
    ("工作台", "desk"),
    ("户档案", "households"),
    ("村档案", "villages"),
    ("帮扶责任", "helpers"),
    ("导入", "imports"),
    ("导出", "exports"),
    ("流水", "journal"),
    ("锁定字段更正", "orders"),
    ("期次与窗口", "periods"),
    ("区划", "places"),
    ("用户与授权", "users"),
)
MENU = (("数据字典", "dictionary", "book"), ("修改密码", "account", "key"), ("动态验证码", "totp", "lock"))
ROOM_OF = {
    "household": "households",
    "member": "households",
    "head": "households",
    "worksheet": "households",
    "spell": "households",
    "unmask": "households",
    "village": "villages",
    "natural": "villages",
    "helper": "helpers",
    "unit": "helpers",
    "units": "helpers",
    "team": "helpers",
    "teams": "helpers",
    "pairing": "helpers",
    "person": "households",
    "mark": "households",
    "order": "orders",
    "window": "periods",
    "row": "journal",
    "period": "periods",
    "place": "places",
    "import": "imports",
    "export": "exports",
    "user": "users",
    "grant": "users",
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `shell` as base.html tells its shape, made only where a whole page is drawn; None for nobody.

    Cost     2 queries
    """
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def link(user: User, name: str, *args: Any, query: str = "", area: str | None = None) -> str | None:
    """The address of a page the user may open, else None: the button is left out.

    `area` asks about that area, without it about any. While the past is read, only pages that read it too are linked, with its moment.
    """
    rule = _rule(name)
    if rule is None:
        return None
    if moments.standing.get() is not None:
        if AS_OF not in rule.query:
            return None
        query = query if f"{AS_OF}=" in query else "&".join(piece for piece in (query, urlencode(as_asked())) if piece)
    return _address(user, rule, name, args, query, area)


def _rule(name: str) -> Rule | None:
    route = rulebook().routes.get(name)
    return None if route is None else route.rules.get("GET") or route.rules["POST"]


def _address(user: User, rule: Rule, name: str, args: tuple[Any, ...], query: str, area: str | None) -> str | None:
    if rule.permission is not None and not access.may(user, rule.permission, area):
        return None
    try:
        return reverse(name, args=args) + (f"?{query}" if query else "")
    except NoReverseMatch:
        return None


def _shell(request: HttpRequest) -> dict[str, Any] | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    here = _room(request)
    nav = [(title, name, _present(user, name)) for title, name in NAV]
    return {
        "brand": BRAND,
        "home_url": "/",
        "nav": [{"title": title, "url": url, "here": name == here} for title, name, url in nav if url],
        "waiting_url": _present(user, "desk_waiting"),
        "user_name": user.person.name,
        "place_name": _place_name(user),
        "menu": [{"title": title, "url": url, "icon": icon} for title, name, icon in MENU if (url := _present(user, name))],
        "sign_out_url": reverse("sign_out"),
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
    }


def _present(user: User, name: str) -> str | None:
    """An address of the bar: it leads to the present, whatever is being read."""
    rule = _rule(name)
    return None if rule is None else _address(user, rule, name, (), "", None)


def _room(request: HttpRequest) -> str:
    """The entry of the bar that a page belongs to."""
    match = request.resolver_match
    name = match.view_name if match else ""
    return ROOM_OF.get(name.split("_")[0], name) or ""


def _place_name(user: User) -> str:
    if user.area == NATION:
        return "全国"
    found = Place.objects.filter(code=user.area, level=user.level, to_on__isnull=True).values_list("name", flat=True)
    return found.first() or user.area
