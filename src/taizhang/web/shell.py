"""The bar at the top of every page: who is signed in, where, and the addresses that the access policy lets him follow."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from taizhang.accounts import access
from taizhang.accounts.access import NATION
from taizhang.accounts.models import User
from taizhang.accounts.rulebook import rulebook
from taizhang.places.models import Place

BRAND = "防止返贫动态监测台账系统"
NAV = (
    ("工作台", "desk"),
    ("户档案", "households"),
    ("导入", "imports"),
    ("导出", "exports"),
    ("流水", "journal"),
    ("用户与授权", "users"),
)
MENU = (("修改密码", "account", "key"), ("动态验证码", "totp", "lock"))
ROOM_OF = {
    "household": "households",
    "member": "households",
    "head": "households",
    "worksheet": "households",
    "spell": "households",
    "unmask": "households",
    "row": "journal",
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

    `area` asks about that area, without it about any.
    """
    route = rulebook().routes.get(name)
    if route is None:
        return None
    rule = route.rules.get("GET") or route.rules["POST"]
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
    nav = [(title, name, link(user, name)) for title, name in NAV]
    return {
        "brand": BRAND,
        "home_url": "/",
        "nav": [{"title": title, "url": url, "here": name == here} for title, name, url in nav if url],
        "todo": None,
        "user_name": user.person.name,
        "place_name": _place_name(user),
        "menu": [{"title": title, "url": url, "icon": icon} for title, name, icon in MENU if (url := link(user, name))],
        "sign_out_url": reverse("sign_out"),
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
    }


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
