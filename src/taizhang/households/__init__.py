"""Households and persons by period (户与人)."""
