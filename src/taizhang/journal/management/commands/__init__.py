"""Django commands that the journal changes."""
