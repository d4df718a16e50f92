"""`taizhang serve`: the pages and the background worker."""

import argparse

from taizhang.jobs import house

NAME = "serve"
HELP = "启动服务:网页和后台任务(按 Ctrl+C 停止)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and how many processes where somebody knows better."""
    parser.add_argument("--host", default="127.0.0.1", metavar="地址", help="监听地址,默认 127.0.0.1(只有本机能访问)")
    parser.add_argument("--port", type=int, default=8000, metavar="端口", help="端口,默认 8000")
    chosen = "不写则按处理器个数和数据库选定,启动时显示"
    parser.add_argument("--processes", type=int, metavar="个数", help=f"网页进程数;{chosen}")
    parser.add_argument("--workers", type=int, metavar="个数", help=f"后台任务进程数;{chosen};0 表示不在这里运行")


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped.

    Gives    3 when a trigger is missing, the tables are behind or the port is taken
    """
    house.open_house()
    from taizhang.jobs.serving import serve

    return serve(host=arguments.host, port=arguments.port, workers=arguments.workers, processes=arguments.processes)
