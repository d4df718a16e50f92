"""How much of a machine one file may use."""

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading. Source: trust.md 6.1.

    `rows` and `columns` bound one sheet and count only cells with content; `cells` bounds its rectangle, which is what a reader
    has to hold at once. `memory_bytes` is address space, some 0.4 GB of which is never touched: 8 million cells of text were measured
    at 0.9 GB resident. `ratio` is only asked of members above `ratio_from` bytes: honest sheets shrink 10 to 30 times.
    """

    file_bytes: int = 64 * MEGABYTE
    total_bytes: int = 600 * MEGABYTE
    members: int = 200
    rows: int = 200_000
    columns: int = 300
    cells: int = 8_000_000
    ratio: int = 200
    ratio_from: int = 10 * MEGABYTE
    seconds: int = 60
    memory_bytes: int = 3 << 29

    @classmethod
    def upload(cls) -> "Limits":
        """What a page takes from a signed-in user."""
        return cls()

    @classmethod
    def command_line(cls) -> "Limits":
        """What the operator of the machine may read."""
        return cls(
            file_bytes=2048 * MEGABYTE,
            total_bytes=8192 * MEGABYTE,
            members=1000,
            rows=1_048_576,
            columns=1000,
            cells=60_000_000,
            seconds=900,
            memory_bytes=6 << 30,
        )
