"""Pages of the orders to correct a locked field (锁定字段更正): asked for by any level, executed or refused by the province."""
