"""The example workbooks of the village ledgers: invented villages under the unassigned prefix 99.

python tools/make_village_examples.py
"""

import os
from decimal import Decimal

import django
import polars as pl
from make_examples import FOLDER

VILLAGES = ("990101100201", "990101100202", "990101100203")
NATURAL = (("990101100201", "上寨组"), ("990101100201", "下寨组"), ("990101100201", "河边组"), ("990101100202", "老屋组"))
TOLD = {
    "text": "示例",
    "name": "韦示例",
    "phone": "07715550001",
    "yes_no": True,
    "day": "2018-10-12",
    "partial_day": "2019",
}


def value(column: object, at: int) -> object:
    """A plausible value of a column: numbers of people stay below the village's."""
    name = column.field.partition(".")[2]
    whole = {"v_households": 320, "v_persons": 1280, "nv_households": 60, "nv_persons": 240}
    if name in whole:
        return whole[name] + at
    if name.endswith(("lng", "lat", "alt_m")):
        return Decimal({"lng": "108.25", "lat": "23.5", "alt_m": "212.5"}[name.partition("_")[2]])
    if column.kind.name == "one_of":
        return column.kind.code_list.keys()[0]
    typed = TOLD.get(column.kind.name, str(7 + at))
    return column.kind.read_one(typed)[0] if isinstance(typed, str) else typed


def lines_of(ledger: object, keys: list[dict[str, object]]) -> pl.DataFrame:
    """One line for each key, every column filled in."""
    from taizhang.places.fictitious import fictitious_places

    named = dict(fictitious_places().select("code", "name").iter_rows())
    lines = []
    for at, key in enumerate(keys):
        village = str(key["key.area"])
        places = {"key.county": named[village[:6] + "000000"], "key.township": named[village[:9] + "000"], "key.village": named[village]}
        lines.append({c.field: value(c, at) for c in ledger.columns} | places | key)
    return pl.DataFrame([pl.Series(c.field, [line[c.field] for line in lines], dtype=c.kind.dtype) for c in ledger.columns])


def main() -> None:
    """Write the three examples."""
    django.setup()
    from taizhang.intake.exporting.workbook import write_workbook
    from taizhang.ledgers import NATURAL_VILLAGE_ARCHIVE, VILLAGE_ARCHIVE, VILLAGE_INFORMATION

    villages = lines_of(VILLAGE_ARCHIVE, [{"key.area": code} for code in VILLAGES])
    write_workbook(FOLDER / "village_archive" / "example.xlsx", VILLAGE_ARCHIVE, [villages], "2018年度 演示县 本表内容均为虚构")
    of_county = lines_of(VILLAGE_INFORMATION, [{"key.area": code} for code in VILLAGES])
    write_workbook(FOLDER / "village_information" / "example.xlsx", VILLAGE_INFORMATION, [of_county], "2022年度 演示县 本表内容均为虚构")
    natural = [{"key.area": code, "key.nv_name": name, "key.nv_number": f"Z{n:03d}"} for n, (code, name) in enumerate(NATURAL, start=1)]
    write_workbook(
        FOLDER / "natural_village_archive" / "example.xlsx", NATURAL_VILLAGE_ARCHIVE, [lines_of(NATURAL_VILLAGE_ARCHIVE, natural)],
        "2018年度 演示县 本表内容均为虚构",
    )  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    main()
