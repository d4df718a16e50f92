"""Django's SQLite backend with the journal's functions."""
