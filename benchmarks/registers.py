"""The large registers of a run: one folder, in it each size on each database, made where it does not stand yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import big_register
from taizhang.jobs import postgres

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Registers:
    """Where they are kept, how many households the large one has, and the address of a PostgreSQL server; "" for SQLite alone."""

    folder: Path
    households: int
    server: str = ""

    @property
    def databases(self) -> tuple[str, ...]:
        """On which they stand."""
        return (SQLITE, POSTGRESQL) if self.server else (SQLITE,)

    def home(self, database: str, households: int) -> Path:
        """The folder of one of them, made first where it does not stand yet."""
        home = self.folder / f"{database.lower()}-{households}"
        address = postgres.named(self.server, f"bench_{households}") if database == POSTGRESQL else ""
        big_register.make(home, households, database=address)
        return home

    def pairs(self) -> Iterator[tuple[str, Path, Path]]:
        """Each database with its large register and that of a tenth."""
        for database in self.databases:
            yield database, self.home(database, self.households), self.home(database, self.households // 10)
