"""The published list of five levels that ships with taizhang, and what is known of it."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from taizhang.kernel.areas import Level
from taizhang.places.levels import with_parents

HERE = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class About:
    """Where the shipped list comes from and what it holds."""

    source: str
    collected_by: str
    version: str
    licence: str
    cut_on: date
    rows: int
    sha256: str
    counts: dict[str, int]

    @property
    def origin(self) -> str:
        """What each place of the list names as its origin."""
        return f"统计用区划代码(截至 {self.cut_on.isoformat()})"


def about() -> About:
    """The data sheet of the shipped list."""
    return About(**tomllib.loads((HERE / "places.toml").read_text(encoding="utf-8")))


def published_places() -> pl.DataFrame:
    """The shipped list: code, level, name, parent; in code order, the higher level first."""
    frame = pl.read_parquet(HERE / "places.parquet")
    words = [level.name.lower() for level in Level]
    named = frame.with_columns(
        pl.col("code").cast(pl.String), pl.col("level").replace_strict(range(1, len(words) + 1), words, return_dtype=pl.String)
    )
    return with_parents(named)
