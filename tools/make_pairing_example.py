"""Make the example workbook of 结对帮扶台账: invented people under the unassigned prefix 99; one household changed its helper.

python tools/make_pairing_example.py
"""

import os
from datetime import date
from pathlib import Path

import django
import polars as pl

TARGET = Path(__file__).parents[1] / "src" / "taizhang" / "ledgers" / "pairing" / "example.xlsx"
VILLAGE = "990101100201"
BORN = date(1978, 4, 9)


def lines() -> list[dict[str, object]]:
    """赵示例 had one helper and has another, 孙示例 has the second too, 李示例 a member of the village team."""
    from taizhang.kernel.identity import make_id

    first = helper("方示范", 51, "县农业农村局(示例)", "ccp_member", "科员")
    second = helper("伍示范", 52, "县农业农村局(示例)", "masses", "副股长")
    resident = helper("骆示范", 54, "县水务局(示例)", "ccp_member", "股长") | {"helper.is_resident": True}
    houses = {name: {"key.head_name": name, "key.head_id_no": make_id("990101", born, serial)} for name, serial, born in HEADS}
    return [
        houses["赵示例"] | first | span(date(2018, 3, 1), date(2020, 5, 1)),
        houses["赵示例"] | second | span(date(2020, 5, 1), None),
        houses["孙示例"] | second | span(date(2020, 5, 1), None),
        houses["李示例"] | resident | span(date(2021, 7, 1), None),
    ]


HEADS = (("赵示例", 11, date(1972, 5, 6)), ("孙示例", 21, date(1949, 11, 3)), ("李示例", 31, date(1980, 1, 15)))


def helper(name: str, serial: int, unit: str, political: str, post: str) -> dict[str, object]:
    """What a line tells of a helper."""
    from taizhang.kernel.identity import make_id

    return {
        "helper.helper_name": name,
        "helper.helper_sex": "male" if serial % 2 else "female",
        "helper.helper_id_no": make_id("990101", BORN, serial),
        "helper.helper_phone": f"139000000{serial}",
        "helper.helper_political": political,
        "helper.helper_degree": "bachelor",
        "helper.helper_post": post,
        "helper.is_resident": False,
        "unit.unit_name": unit,
    }


def span(from_on: date, to_on: date | None) -> dict[str, object]:
    """From when to when."""
    return {"pairing.pairing_role": "responsible", "pairing.from_on": from_on, "pairing.to_on": to_on}


def main() -> None:
    """Write the example."""
    django.setup()
    from taizhang.intake.exporting.workbook import write_workbook
    from taizhang.ledgers import PAIRING
    from taizhang.places.fictitious import fictitious_places

    named = dict(fictitious_places().select("code", "name").iter_rows())
    places = {"key.area": VILLAGE, "key.group": "第1组", "key.county": named["990101000000"], "key.township": named["990101100000"]}
    told = [line | places | {"key.village": named[VILLAGE]} for line in lines()]
    frame = pl.DataFrame([pl.Series(c.field, [line.get(c.field) for line in told], dtype=c.kind.dtype) for c in PAIRING.columns])
    write_workbook(TARGET, PAIRING, [frame], "演示县 本表人物均为虚构")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    main()
