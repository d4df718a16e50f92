"""The words of the access policy: permissions, area relations, log classes."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a role may do. `accounts/access.toml` says which role may."""

    DESK_VIEW = "desk.view"
    HOUSEHOLD_VIEW = "household.view"
    HOUSEHOLD_ENROLL = "household.enroll"
    HOUSEHOLD_CORRECT = "household.correct"
    HOUSEHOLD_CORRECT_LOCKED = "household.correct_locked"
    HOUSEHOLD_CORRECT_FROZEN = "household.correct_frozen"
    MEMBER_ADD = "member.add"
    MEMBER_LEAVE = "member.leave"
    HEAD_CHANGE = "head.change"
    HOUSEHOLD_SPLIT = "household.split"
    HOUSEHOLD_MERGE = "household.merge"
    HOUSEHOLD_MOVE = "household.move"
    HOUSEHOLD_CLOSE = "household.close"
    HOUSEHOLD_PURGE = "household.purge"
    HOUSEHOLD_DUPLICATE = "household.duplicate"
    HOUSEHOLD_REOPEN = "household.reopen"
    HOUSEHOLD_DECIDE = "household.decide"
    HOUSEHOLD_MARK = "household.mark"
    HELP_SUSPEND = "help.suspend"
    ORDER_REQUEST = "order.request"
    IMPORT_RUN = "import.run"
    IMPORT_ACCEPT = "import.accept"
    EXPORT_RUN = "export.run"
    UNMASK = "unmask"
    JOURNAL_VIEW = "journal.view"
    LOGS_VIEW = "logs.view"
    ACCOUNTS_VIEW = "accounts.view"
    ACCOUNTS_MANAGE = "accounts.manage"
    PERIOD_VIEW = "period.view"
    PERIOD_MANAGE = "period.manage"
    PERIOD_FREEZE = "period.freeze"
    WINDOW_MANAGE = "window.manage"
    PLACES_VIEW = "places.view"
    PLACES_MANAGE = "places.manage"
    SUPPORT_VIEW = "support.view"
    SUPPORT_KEEP = "support.keep"
    PAIRING_CHANGE = "pairing.change"
    VILLAGE_VIEW = "village.view"
    VILLAGE_SURVEY = "village.survey"
    VILLAGE_DECIDE = "village.decide"


class Relation(StrEnum):
    """How the area of a request stands to the scope of its user.

    `none` the page has no area; `own` a list cut to the scope; `object` one thing fetched through the scope; `area` an area named in the
    request, which must lie inside the scope.
    """

    NONE = "none"
    OWN = "own"
    OBJECT = "object"
    AREA = "area"


class LogClass(StrEnum):
    """What a request leaves behind besides its journal."""

    NONE = "none"
    VIEW = "view"
    WRITE = "write"
    UNMASK = "unmask"
    EXPORT = "export"


class Rank(StrEnum):
    """The level of a grant, the highest first: the levels of the area tree and the whole country above them."""

    NATION = "nation"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"

    @property
    def zh(self) -> str:
        """The level in Chinese."""
        return {"nation": "全国", "province": "省级", "prefecture": "市级", "county": "县级", "township": "乡级", "village": "村级"}[
            self.value
        ]
