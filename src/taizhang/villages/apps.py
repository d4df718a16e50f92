"""The room as a Django app."""

from django.apps import AppConfig


class VillagesConfig(AppConfig):
    name = "taizhang.villages"
    label = "villages"
    verbose_name = "村档案"

    def ready(self) -> None:
        """Let a roll-over carry the archives of villages too, and let them follow a change of areas: the room below cannot ask this one."""
        from taizhang.households import carrying, following
        from taizhang.villages.carrying import carry_villages
        from taizhang.villages.following import follow_villages

        if carry_villages not in carrying.BESIDE:
            carrying.BESIDE.append(carry_villages)
        if follow_villages not in following.BESIDE:
            following.BESIDE.append(follow_villages)
