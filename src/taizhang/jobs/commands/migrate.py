"""`taizhang migrate`: tables and triggers of this version."""

import argparse

from taizhang.jobs import house

NAME = "migrate"
HELP = "建立或更新数据库的表结构,并重新安装流水触发器"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(arguments: argparse.Namespace) -> int:
    """Migrate."""
    house.open_house(ready=False)
    from django.conf import settings

    waiting = house.unapplied()
    house.migrate()
    house.account(None)
    house.say(f"{settings.HOME}:" + (f"已更新 {len(waiting)} 项结构,触发器已安装" if waiting else "结构已是最新,触发器已重新安装"))
    return 0
