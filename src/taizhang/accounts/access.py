"""May this account do this, here? The one place that answers, for pages, services, lists, counts, choices, exports and machines alike.

Grants are read afresh whenever access is asked (promise A6); the door reads them once a request with `read_once`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from taizhang.accounts.permissions import Permission, Rank
from taizhang.accounts.rulebook import Role, rulebook
from taizhang.kernel.areas import Level, is_code, subtree

if TYPE_CHECKING:
    from taizhang.accounts.models import Grant, User

__all__ = [
    "NATION",
    "NotFound",
    "NotPermitted",
    "Permission",
    "Rank",
    "Scope",
    "ScopedQuerySet",
    "fetch",
    "may",
    "provide_own_households",
    "read_once",
    "require",
    "require_sight",
    "scope_of",
    "standing_grants",
]

NATION = "000000000000"  # stands for the whole country in a grant
EVERYTHING = ("", "A")  # letters sort after digits in every collation
M = TypeVar("M", bound=Model)
Ranges = tuple[tuple[str, str], ...]
Own = Mapping[type[Model], Any]
"""What is somebody's own, by model: the rows themselves, and whatever points at one of them with a key."""


class NotPermitted(Exception):
    """The account may not do this here. The message is for the user."""


class NotFound(Exception):
    """No such thing inside the scope: the same answer for what does not exist and for what lies elsewhere."""

    def __init__(self) -> None:
        super().__init__("没有找到,或不在您的管辖范围内")


@dataclass(frozen=True, slots=True)
class Scope:
    """The areas over which an account has one permission: half-open ranges of codes, merged, in order.

    In the ranges of `own` the account sees only what is its own (a helper the households paired with him), and acts on nothing.
    """

    ranges: Ranges
    own: Ranges = ()

    def __bool__(self) -> bool:
        return bool(self.ranges or self.own)

    def q(self, field: str = "area") -> Q:
        """The scope as a condition on a column with area codes; what is seen only as one's own is not in it."""
        if not self.ranges:
            return Q(pk__in=())
        if EVERYTHING in self.ranges:
            return Q()
        wanted = Q()
        for lo, hi in self.ranges:
            wanted |= Q(**{f"{field}__gte": lo, f"{field}__lt": hi})
        return wanted

    def contains(self, area: str) -> bool:
        """Whether one area code lies inside, with all that is there."""
        return any(lo <= area < hi for lo, hi in self.ranges)

    def touches(self, area: str) -> bool:
        """Whether an area may be asked about: all of it is seen, or what is one's own in it."""
        return any(lo <= area < hi for lo, hi in (*self.ranges, *self.own))

    def covers(self, area: str, level: str) -> bool:
        """Whether an area of a level lies inside with everything below it."""
        low, high = range_of(area, level)
        return any(lo <= low and high <= hi for lo, hi in self.ranges)


class ScopedQuerySet(QuerySet):  # type: ignore[type-arg]
    """Rows with an area. Every list begins with whom: ``Household.objects.visible_to(user)``."""

    area_path = "area"  # where the area code stands, seen from the model

    def visible_to(self, user: "User", permission: Permission = Permission.HOUSEHOLD_VIEW) -> Self:
        """The rows over which a user has a permission.

        Cost     1 query for the grants, unless they were read once
        """
        scope = scope_of(user, permission)
        cut = scope.q(self.area_path)
        return self.filter(cut | self.own_of(user, scope)) if scope.own and cut else self.filter(cut)  # an empty cut is the whole country

    def own_of(self, user: "User", scope: Scope) -> Q:
        """The rows that are the user's own, or point at what is; none where a model has no such key."""
        kept = getattr(user, "own_of_request", None)
        own = _own_households(user, scope.own) if kept is None else kept
        if self.model in own:
            return Q(pk__in=own[self.model])
        for target, rows in own.items():
            for field in self.model._meta.concrete_fields:
                if field.is_relation and field.related_model is target:
                    return Q(**{f"{field.name}__in": rows})
        return Q(pk__in=())


def provide_own_households(given: "Callable[[User, Ranges], Own]") -> None:
    """Say how to find what is an account's own inside some ranges. The room that knows the pairings stands above this one, so it says so
    when it starts; until then nothing is anybody's own."""
    global _own_households
    _own_households = given


def _nothing_own(user: "User", ranges: Ranges) -> Own:
    return {}


_own_households: "Callable[[User, Ranges], Own]" = _nothing_own


def require(by: "User", permission: Permission, *, area: str) -> None:
    """Insist that an account has a permission over an area.

    Raises   NotPermitted
    """
    if not may(by, permission, area):
        raise NotPermitted("您的岗位或管辖区域不包括这项操作")


def require_sight(by: "User", permission: Permission, *, area: str) -> None:
    """Insist that an account sees something of an area: all of it, or what is its own there. Whoever asks cuts to `visible_to` afterwards.

    Raises   NotPermitted
    """
    if not scope_of(by, permission).touches(area):
        raise NotPermitted("您的岗位或管辖区域不包括这项操作")


def may(by: "User", permission: Permission, area: str | None = None) -> bool:
    """Whether an account has a permission over an area, or over any area at all when none is named."""
    scope = scope_of(by, permission)
    return bool(scope) if area is None else scope.contains(area)


def scope_of(user: "User", permission: Permission = Permission.HOUSEHOLD_VIEW) -> Scope:
    """Where an account has a permission today. A disabled account, an expired or ended grant give nothing."""
    book = rulebook()
    roles = book.roles_with(permission)
    held = [(book.roles[grant.role].own, range_of(grant.area, grant.level)) for grant in standing_grants(user) if grant.role in roles]
    return Scope(merged(span for own, span in held if not own), merged(span for own, span in held if own))


def standing_grants(user: "User") -> "tuple[Grant, ...]":
    """The grants of an account that count today.

    Cost     1 query, or none after `read_once`
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    kept = getattr(user, "grants_of_request", None)
    return _read(user, timezone.localdate()) if kept is None else kept


def read_once(user: "User") -> None:
    """Read the grants now, and what is the account's own, and keep both on this object, which must not outlive the request. What is one's
    own is read in the present, whatever moment the request goes on to look at.

    Cost     1 query, and 3 for an account that sees only its own
    """
    user.grants_of_request = _read(user, timezone.localdate())
    own = merged(range_of(grant.area, grant.level) for grant in user.grants_of_request if role_of(grant).own)
    found = _own_households(user, own) if own else {}
    user.own_of_request = {model: list(rows.values_list("pk", flat=True)) for model, rows in found.items()}


def role_of(grant: "Grant") -> Role:
    """The role that a grant gives."""
    return rulebook().roles[grant.role]


def range_of(area: str, level: str) -> tuple[str, str]:
    """The half-open range of codes that a grant over an area covers.

    Raises   ValueError when the area is no code
    """
    if level == Rank.NATION:
        return EVERYTHING
    return subtree(area, Level[level.upper()])


def fits(area: str, level: str) -> bool:
    """Whether a code can name an area of a level."""
    if level == Rank.NATION:
        return area == NATION
    return is_code(area) and subtree(area, Level[level.upper()])[0] == area


def merged(ranges: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Ranges in order, those that touch or overlap made one."""
    found: list[tuple[str, str]] = []
    for lo, hi in sorted(set(ranges)):
        if found and lo <= found[-1][1]:
            found[-1] = (found[-1][0], max(hi, found[-1][1]))
        else:
            found.append((lo, hi))
    return tuple(found)


def fetch(rows: "QuerySet[M]", **key: Any) -> M:
    """One row out of rows that are already cut to the scope.

    Raises   NotFound, equal for a foreign row and for one that does not exist
    """
    found = rows.filter(**key).first()
    if found is None:
        raise NotFound
    return found


def _read(user: "User", today: date) -> "tuple[Grant, ...]":
    return tuple(user.grant_set.standing(today).order_by("pk"))
