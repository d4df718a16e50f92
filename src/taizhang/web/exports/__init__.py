"""Pages of Excel out: exports, blank templates."""
