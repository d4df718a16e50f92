"""Tests of one database alone are not collected on the other."""

from django.conf import settings

collect_ignore = ["test_sqlite.py" if settings.DATABASE_URL.startswith("postgres") else "test_postgres.py"]
