"""Pages of those who help: helpers, units, village teams, pairings."""
