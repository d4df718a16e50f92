"""Limits on those who help, as the rules of domain/archives.md 2.9 name them. They warn; they never block."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """A number behind a rule, with how sure we are of it."""

    number: int
    mark: str
    source: str


HOUSEHOLDS_PER_HELPER = Limit(10, "P", "domain/archives.md 2.9 HL-03")
"""With more households than this a helper is said to have many."""
