"""Commands of the journal's app."""
