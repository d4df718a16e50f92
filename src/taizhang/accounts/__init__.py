"""People behind accounts, grants, roles and the access policy."""
