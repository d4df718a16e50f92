"""The room as a Django app."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "taizhang.support"
    label = "support"
    verbose_name = "帮扶责任"

    def ready(self) -> None:
        """Tell the access policy which households an account sees as its own, and let those who help follow a change of areas: the rooms
        below cannot ask this one."""
        from taizhang.accounts.access import provide_own_households
        from taizhang.households.following import BESIDE
        from taizhang.support.following import follow_areas
        from taizhang.support.own import own_households

        provide_own_households(own_households)
        if follow_areas not in BESIDE:
            BESIDE.append(follow_areas)
