"""List pages a second under `wrk`, on a register with real data: `python -m benchmarks.pages [FOLDER] [--seconds 10]`.

Without a folder of `benchmarks.big_register` a demo of 10,000 households is made for it.
"""

import argparse
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import big_register
from benchmarks.measure import timed
from benchmarks.visitor import Visitor, password_of, served

BAR = 300
CONNECTIONS = 16
MOST_VILLAGES, MOST_PAGES = 100, 200
HOUSEHOLDS, SEED = 10_000, 7
PAGES = {"list": "/households", "township": "/households?area=990101100000", "village": "/households?area=990101100201", "household": ""}
ORDERS = ("area", "head", "income", "-income", "-members")
ASKING = """
local addresses = {%s}
local at = math.random(#addresses)
request = function()
  at = at %% #addresses + 1
  return wrk.format("GET", addresses[at])
end
"""
MISSING = "wrk is missing: on Debian and Ubuntu `apt-get install wrk`; the bar of the list page was not measured"


def run(folder: Path | None = None, seconds: int = 10, processes: int | None = None) -> dict[str, float]:
    """Pages a second of the list and of one household, asked again and again, and of list pages that are all different, with the server as
    `taizhang serve` sizes it.

    Gives    pages a second and p99 in milliseconds of each page; nothing where there is no wrk
    """
    program = shutil.which("wrk")
    if program is None:
        print(MISSING, file=sys.stderr)
        return {}
    told: dict[str, float] = {}
    words = [] if processes is None else ["--processes", str(processes)]
    with _home(folder) as (environment, seed, households), served(os.environ | environment, *words) as port:
        visitor = Visitor(port).sign_in("xian", password_of("xian", seed))
        for name, address in PAGES.items():
            one = address or _a_household(visitor)
            if (answer := visitor.get(one)).status != 200 or len(answer.body) < 5_000:
                raise RuntimeError(f"{one}: {answer.status}, {len(answer.body)} bytes")
            told |= {f"{name}_{key}": value for key, value in _hammered(program, port, one, visitor.cookie(), seconds).items()}
        told |= {
            f"different_{key}": value for key, value in _hammered(program, port, _different(visitor), visitor.cookie(), seconds).items()
        }
        told["households"] = households
    return told


def _different(visitor: Visitor) -> list[str]:
    """More list pages than a process keeps: every page of the county, and every village that they name in every order."""
    address, addresses, areas = "/households", [], set[str]()
    while address and len(areas) < MOST_VILLAGES:
        body = visitor.get(address).body.decode()
        addresses.append(address)
        areas |= set(re.findall(r"area=(9901[0-9]{8})", body))
        following = re.search(r'href="(/households\?[^"]*)"[^>]*rel="next"', body)
        address = html.unescape(following[1]) if following and len(addresses) < MOST_PAGES else ""
    return addresses + [f"/households?area={area}&order={order}" for area in sorted(areas) for order in ORDERS]


def _hammered(program: str, port: int, asked: str | list[str], cookie: str, seconds: int) -> dict[str, float]:
    url = f"http://127.0.0.1:{port}{asked if isinstance(asked, str) else asked[0]}"
    command = [program, "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-H", f"Cookie: {cookie}"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        script.write(ASKING % ", ".join(json.dumps(address) for address in asked) if isinstance(asked, list) else "")
        script.flush()
        said = subprocess.run([*command, "-s", script.name, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    slow = re.search(r"99%\s+([0-9.]+)(us|ms|s)", said)
    if rate is None or slow is None:
        raise RuntimeError(said)
    return {"a_second": float(rate[1]), "p99_ms": float(slow[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slow[2]]}


def _a_household(visitor: Visitor) -> str:
    found = re.search(rb'href="(/households/[0-9]+)[?"]', visitor.get("/households").body)
    if found is None:
        raise RuntimeError("the list is empty")
    return found[1].decode()


@contextmanager
def _home(folder: Path | None) -> Iterator[tuple[dict[str, str], int, int]]:
    """The environment of a home with people in it, the seed of its passwords, and how many households it has."""
    if folder is not None:
        found = big_register.standing(folder)
        if found is None:
            raise RuntimeError(f"{folder} holds no register: make one with benchmarks.big_register")
        yield found.environment, big_register.SEED, found.households
        return
    with tempfile.TemporaryDirectory(prefix="taizhang-bench-") as made:
        done = timed(["demo", "--households", str(HOUSEHOLDS), "--seed", str(SEED), "--no-serve"], Path(made))
        if done.status:
            raise RuntimeError(done.printed)
        yield {"TAIZHANG_HOME": made}, SEED, HOUSEHOLDS


def main() -> int:
    """Print the figures; 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--processes", type=int)
    arguments = parser.parse_args()
    told = run(arguments.folder, arguments.seconds, arguments.processes)
    print(json.dumps(told, indent=1))
    return int(told.get("list_a_second", BAR) < BAR)


if __name__ == "__main__":
    sys.exit(main())
