"""The pages of households: list, one household, and what may be done to it."""
