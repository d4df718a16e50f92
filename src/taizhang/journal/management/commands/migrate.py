"""Django's `migrate`, then the journal's triggers: a table rebuild on SQLite drops them."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from taizhang.journal import triggers


class Command(migrate.Command):
    """Migrate and install the triggers again."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations, then put every trigger in place, as soon as the whole schema stands."""
        super().handle(*args, **options)
        executor = MigrationExecutor(connection)
        if options.get("plan") or options.get("check_unapplied") or executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        triggers.install()
