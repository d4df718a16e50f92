"""Villages and natural villages: the list, the archive of one, the forms."""
