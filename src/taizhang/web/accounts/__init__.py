"""Pages of signing in, of one's own account, of accounts and grants."""
