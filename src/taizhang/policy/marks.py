"""How sure we are of a fact of the field: the marks of domain/archives.md."""

MARKS: dict[str, str] = {
    "V": "已核实(一处来源)",
    "V2": "已核实(两处独立来源)",
    "I": "未核实(由来源推断)",
    "K": "未核实(编者所知)",
    "P": "本系统设计",
}

UNVERIFIED = frozenset({"I", "K"})


def is_verified(mark: str) -> bool:
    """True unless the mark says inferred or known by hearsay; our own proposals count as verified, for we decide them."""
    return mark not in UNVERIFIED


def mark_zh(mark: str) -> str:
    """What a reader of the documentation sees for a mark.

    Raises   KeyError for a mark that does not exist
    """
    return MARKS[mark]
