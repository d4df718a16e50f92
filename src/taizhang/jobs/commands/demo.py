"""`taizhang demo`: a fictitious county to look at."""

import argparse

from taizhang.jobs import house

NAME = "demo"
HELP = "准备一个虚构的县(区划、账号、户和人),打印登录名和密码,然后启动服务"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Size, seed, and whether to serve."""
    parser.add_argument("--households", type=int, default=10_000, metavar="户数", help="多少户,默认 10000")
    parser.add_argument("--seed", type=int, default=2018, metavar="种子", help="随机种子,默认 2018;同一种子得到同样的人和密码")
    parser.add_argument("--no-serve", action="store_true", help="只准备,不启动服务")
    parser.add_argument("--port", type=int, default=8000, metavar="端口", help="服务端口,默认 8000")


def run(arguments: argparse.Namespace) -> int:
    """Prepare, print the sign-ins, serve."""
    house.open_house(ready=False)
    from taizhang.jobs.demo import county

    standing = county.prepare(county.Order(arguments.households, arguments.seed))
    if standing is not None:
        county.print_sign_ins(standing)
    if arguments.no_serve:
        return 0
    from taizhang.jobs.serving import serve

    return serve(host="127.0.0.1", port=arguments.port)
