"""Pages of lists that are looked up (名单查找)."""
