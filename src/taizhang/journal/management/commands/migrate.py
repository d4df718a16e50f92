"""Django's `migrate`, then the journal's triggers: a table rebuild on SQLite drops them."""

from typing import Any

from django.core.management.commands import migrate

from taizhang.journal import triggers


class Command(migrate.Command):
    """Migrate and install the triggers again."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations, then put every trigger in place when the whole schema stands."""
        super().handle(*args, **options)
        if not options.get("plan") and not options.get("app_label") and not options.get("check_unapplied"):
            triggers.install()
