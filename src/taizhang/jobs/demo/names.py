"""Invented names: a surname by family line, a given name by sex and generation."""

import polars as pl

from taizhang.jobs.demo.dice import Dice

SURNAMES = {
    "王": 7, "李": 7, "张": 7, "刘": 5, "陈": 5, "杨": 4, "赵": 3, "黄": 3, "周": 3, "吴": 3, "徐": 2, "孙": 2, "胡": 2, "朱": 2, "高": 2,
    "林": 2, "何": 2, "郭": 2, "马": 2, "罗": 2, "梁": 1, "宋": 1, "郑": 1, "谢": 1, "韩": 1, "唐": 1, "冯": 1, "于": 1, "董": 1, "萧": 1,
    "程": 1, "曹": 1, "袁": 1, "邓": 1, "许": 1, "傅": 1, "沈": 1, "曾": 1, "彭": 1, "吕": 1, "苏": 1, "卢": 1, "蒋": 1, "蔡": 1, "贾": 1,
    "丁": 1, "魏": 1, "薛": 1, "叶": 1, "阎": 1, "余": 1, "潘": 1, "杜": 1, "戴": 1, "夏": 1, "钟": 1, "汪": 1, "田": 1, "任": 1, "姜": 1,
    "石": 1, "龙": 1, "韦": 1, "蒙": 1, "欧阳": 0.3, "仇": 0.2, "单": 0.2, "覃": 0.4,
}  # fmt: skip
OLD_MEN = "国建志德明文永光成忠祥福贵富发财旺兴华荣庆正学先大世开兆登朝炳"
OLD_WOMEN = "秀英桂兰珍玉凤芝淑芬素梅菊香琴莲翠花莉贞惠琼群仙会友美珠银"
NEW_MEN = "伟强磊军勇杰涛超鹏飞浩宇轩博文俊豪子涵泽梓晨睿天佑嘉一诺航"
NEW_WOMEN = "丽娟敏静艳燕娜婷雪欣怡梓涵诗雨思佳梦琪可馨依诺雅萱语桐若汐"
NEW_FROM = 1980


def with_names(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """The lines with `name`: surname and given name."""
    new = pl.col("birth").dt.year() >= NEW_FROM
    first = _chosen(dice, "given/first", new)
    second = pl.when(dice.chance("given/two", 0.75)).then(_chosen(dice, "given/second", new)).otherwise(pl.lit(""))
    return people.with_columns(name=pl.col("surname") + first + second)


def _chosen(dice: Dice, what: str, new: pl.Expr) -> pl.Expr:
    male = pl.col("male")
    young = pl.when(male).then(dice.one(what, NEW_MEN)).otherwise(dice.one(what, NEW_WOMEN))
    old = pl.when(male).then(dice.one(what, OLD_MEN)).otherwise(dice.one(what, OLD_WOMEN))
    return pl.when(new).then(young).otherwise(old)
