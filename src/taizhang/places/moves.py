"""What an event does to each area: the moves that were given, and those of everything below, which is carried along. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from taizhang.kernel import areas
from taizhang.kernel.areas import WIDTH, Level
from taizhang.places.levels import LEVEL_ZH

Key = tuple[str, str]  # (level, code)
ONE_TO_ONE = {"rename": "改名", "transfer": "划转"}


class MoveRefused(Exception):
    """An event that cannot stand, with the reason in Chinese."""


@dataclass(frozen=True, slots=True)
class Move:
    """What one area becomes. `new_name` "" keeps the name: the standing one's where the new code stands, else the old one's."""

    old_code: str
    level: str
    new_code: str
    new_name: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A place in force."""

    pk: int
    version: int
    code: str
    level: str
    name: str
    from_on: date
    origin: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of an event: `closes` the old place, `opens` a new one."""

    level: str
    old_code: str
    new_code: str
    new_name: str
    closes: bool
    opens: bool


def roots(move: Move) -> tuple[str, ...]:
    """The areas that must be read for a move: the old one, the new one, and the one above the new one."""
    above = Level[move.level.upper()] - 1
    over = (areas.prefix(move.new_code, Level(above)).ljust(areas.LENGTH, "0"),) if above and areas.is_code(move.new_code) else ()
    return (move.old_code, *(() if not areas.is_code(move.new_code) else (move.new_code,)), *over)


def plan(kind: str, on: date, moves: Sequence[Move], standing: Mapping[Key, Standing]) -> list[Planned]:
    """Every line of an event, the given ones first, then what is carried along in code order.

    Raises   MoveRefused
    """
    _insist(kind, on, moves, standing)
    given = {(move.level, move.old_code): move for move in moves}
    names = _names(moves)
    for (level, code), name in names.items():
        if (level, code) in standing and (level, code) not in given and standing[level, code].name != name:
            given[level, code] = Move(code, level, code, name)  # the area that takes the others in is renamed with them
    every = given | _carried(given, standing)
    ending = {key for key, move in every.items() if move.new_code != move.old_code}
    staying = standing.keys() - ending
    _insist_on_parents(every, staying)
    return _lines(every, names, staying, standing)


def _insist(kind: str, on: date, moves: Sequence[Move], standing: Mapping[Key, Standing]) -> None:
    if not moves:
        raise MoveRefused("变更里没有任何区划:请至少写明一条“原区划代码 → 现区划代码”")
    for (level, old), times in Counter((move.level, move.old_code) for move in moves).items():
        if times > 1:
            raise MoveRefused(
                f"{_called(standing, level, old)}在对照表里出现了{times}次:一个区划拆成几个时,以往的数字分不清归哪一个,不能自动换算。"
                "请只保留一个承接区划,另外的作为新区划导入,再逐户调整所在村"
            )
    for move in moves:
        _insist_on_move(move, on, standing)
    for (level, new), times in Counter((move.level, move.new_code) for move in moves).items():
        if times > 1 and kind in ONE_TO_ONE:
            raise MoveRefused(f"{times}个区划都变为 {new}({LEVEL_ZH[level]}),这不是{ONE_TO_ONE[kind]};几个并为一个的请选“并村”或“撤并”")


def _insist_on_move(move: Move, on: date, standing: Mapping[Key, Standing]) -> None:
    for code in (move.old_code, move.new_code):
        if not areas.is_code(code) or (len(code) == areas.GROUP_LENGTH) != (move.level == "group"):
            raise MoveRefused(f"区划代码“{code}”不对:省至村用12位数字,自然村/组用15位数字")
    old = standing.get((move.level, move.old_code))
    if old is None:
        raise MoveRefused(f"没有现行的{LEVEL_ZH[move.level]}区划 {move.old_code},请核对原区划代码和级别")
    if old.from_on >= on:
        raise MoveRefused(f"{old.name}自 {old.from_on.isoformat()} 起启用,变更日期 {on.isoformat()} 须晚于这一天")
    if move.old_code == move.new_code and move.new_name == old.name:
        raise MoveRefused(f"{old.name}({old.code})的代码和名称都没有变化,请写明新的名称或代码")


def _carried(given: Mapping[Key, Move], standing: Mapping[Key, Standing]) -> dict[Key, Move]:
    """The moves of everything below a moved area that has no move of its own. Groups bear our own suffix: where it is taken they are
    numbered on; any other code that is taken must be told.

    Raises   MoveRefused
    """
    moved = {key: move for key, move in given.items() if move.new_code != move.old_code}
    leaving = {key for key in standing if key in moved}
    todo = [(key, move) for key in sorted(standing, key=_order) if key not in given and (move := _mover(key, moved)) is not None]
    taken = {(move.level, move.new_code) for move in given.values()} | (standing.keys() - leaving - {key for key, _ in todo})
    found: dict[Key, Move] = {}
    for (level, code), move in todo:
        below = found.get((_above(level), _parent(level, code)), move)
        width = WIDTH[Level[below.level.upper()]]
        new = below.new_code.ljust(areas.GROUP_LENGTH, "0")[:width] + code[width:]
        if (level, new) in taken:
            new = _next_group(level, new, taken, standing[level, code])
        taken.add((level, new))
        found[level, code] = Move(code, level, new)
    return found


def _order(key: Key) -> tuple[int, str]:
    return Level[key[0].upper()], key[1]


def _mover(key: Key, moved: Mapping[Key, Move]) -> Move | None:
    """The nearest moved area above."""
    level, code = key
    for above in range(Level[level.upper()] - 1, 0, -1):
        over = Level(above)
        move = moved.get((over.name.lower(), areas.prefix(code, over).ljust(areas.LENGTH, "0")))
        if move is not None:
            return move
    return None


def _next_group(level: str, new: str, taken: set[Key], place: Standing) -> str:
    if level == "group":
        village = new[: areas.LENGTH]
        free = (f"{village}{number:03d}" for number in range(1, 1000) if (level, f"{village}{number:03d}") not in taken)
        found = next(free, None)
        if found is not None:
            return found
    raise MoveRefused(f"{place.name}({place.code})随上级变更后的代码 {new} 已被占用,请在对照表中写明它的现区划代码")


def _above(level: str) -> str:
    return Level(Level[level.upper()] - 1).name.lower()


def _parent(level: str, code: str) -> str:
    return areas.prefix(code, Level(Level[level.upper()] - 1)).ljust(areas.LENGTH, "0")


def _insist_on_parents(every: Mapping[Key, Move], staying: set[Key]) -> None:
    coming = staying | {(move.level, move.new_code) for move in every.values()}
    for level, old in every:
        new = every[level, old].new_code
        if level != "province" and (_above(level), _parent(level, new)) not in coming:
            raise MoveRefused(f"{LEVEL_ZH[level]}区划 {new} 的上级 {_parent(level, new)} 不存在,请先导入上级区划,或在同一次变更中写明")


def _names(moves: Sequence[Move]) -> dict[Key, str]:
    """The new names that were given, by the new area.

    Raises   MoveRefused
    """
    found: dict[Key, str] = {}
    for move in moves:
        name = found.setdefault((move.level, move.new_code), move.new_name) if move.new_name else move.new_name
        if name != move.new_name:
            raise MoveRefused(f"{move.new_code} 的现名称写了“{name}”和“{move.new_name}”两个,请只写一个")
    return found


def _lines(every: Mapping[Key, Move], names: Mapping[Key, str], staying: set[Key], standing: Mapping[Key, Standing]) -> list[Planned]:
    opened: dict[Key, str] = {}
    found = []
    for (level, old), move in every.items():
        target = (level, move.new_code)
        stays = standing[target].name if target in staying else None
        name = names.get(target) or stays or opened.get(target) or standing[level, old].name
        renamed = old == move.new_code and name != stays
        opens = (stays is None or renamed) and target not in opened
        if opens:
            opened[target] = name
        found.append(Planned(level, old, move.new_code, name, closes=move.new_code != old or renamed, opens=opens))
    return found


def _called(standing: Mapping[Key, Standing], level: str, code: str) -> str:
    place = standing.get((level, code))
    return f"{place.name}({code})" if place else code
