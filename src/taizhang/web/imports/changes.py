"""Proposals as a person compares them: old → new by label, secrets masked; a new household as one card."""

from typing import Any

import polars as pl

from taizhang.households.models import Person
from taizhang.households.sealing import masked, purpose_of
from taizhang.intake import files
from taizhang.intake.grains import grain_of_batch
from taizhang.intake.models import Batch
from taizhang.intake.proposing import CONFIRMS
from taizhang.intake.refusing import ID_NO
from taizhang.intake.returning import torn
from taizhang.intake.threeway import BOTH, MOVED
from taizhang.kernel.ledgers import ROW, SHEET, Ledger
from taizhang.policy.code_lists import code_list
from taizhang.web.imports.showing import village_paths

PLACES = 10_000_000  # a line's number on the page: table × this + row
NEW = "new"
BOTH_SAYS = "导出以后，名册上也改过同一栏。请核对三个值，再选择是否接受。"
Card = dict[str, Any]


def line_id(table: int, row: int) -> int:
    """The number by which a form names a line."""
    return table * PLACES + row


def lines_named(batch: Batch, ids: set[int]) -> set[tuple[str, int]]:
    """The (sheet, row) of numbered lines."""
    return {(batch.tables[i // PLACES]["sheet"], i % PLACES) for i in ids if i // PLACES < len(batch.tables)}


def ids_of(batch: Batch, kinds: set[str]) -> set[int]:
    """The numbers of all lines of these kinds, but for those that both sides changed: they are chosen one by one."""
    found: set[int] = set()
    for table in range(len(batch.tables)):
        rows = files.get_frame(batch.pk, f"proposals-{table}").filter(pl.col("kind").is_in(sorted(kinds)))
        rows = rows.join(torn(files.get_frame(batch.pk, f"compared-{table}")), on=[SHEET, ROW], how="anti")
        found |= {line_id(table, row) for row in rows[ROW]}
    return found


def cards_of(batch: Batch, ledger: Ledger, kind: str, first: int, size: int) -> tuple[list[Card], int]:
    """The cards of one kind from `first` on, and how many there are.

    Cost     2 frames of each table that is shown, 2 queries
    """
    cards: list[Card] = []
    total = 0
    for table in range(len(batch.tables)):
        rows = files.get_frame(batch.pk, f"proposals-{table}").with_row_index("at").filter(pl.col("kind") == kind)
        heads = grain_of_batch(batch).heads(rows) if kind == NEW else rows
        wanted = heads.slice(max(0, first - total), max(0, size - len(cards))) if first < total + heads.height else heads.clear()
        total += heads.height
        if wanted.height:
            cards += _cards(batch, ledger, table, rows, wanted)
    areas = village_paths(card["area"] for card in cards)
    return [card | {"area": areas.get(card["area"], card["area"])} for card in cards], total


def _cards(batch: Batch, ledger: Ledger, table: int, rows: pl.DataFrame, wanted: pl.DataFrame) -> list[Card]:
    lines, now = files.get_frame(batch.pk, f"lines-{table}"), files.get_frame(batch.pk, f"now-{table}")
    exported = _exported(batch, table, wanted)
    labels = {column.field: column.heading for column in ledger.readable}
    old_numbers, grain = _old_numbers(wanted), grain_of_batch(batch)
    cards = []
    for row in wanted.iter_rows(named=True):
        line, stood = lines.row(row["at"], named=True), now.row(row["at"], named=True)
        cells = exported.get((row[SHEET], row[ROW]), {})
        stood |= {f"now.{ID_NO}": old_numbers.get(row.get("person_id"))}
        cards.append(
            {
                "id": line_id(table, row[ROW]),
                "title": grain.title(line),
                "area": row.get("hh_area") or row["key.area"] or "",
                "sheet": row[SHEET],
                "row": row[ROW],
                "three": bool(cells),
                "says": row["why"] or (BOTH_SAYS if any(cell["verdict"] == BOTH for cell in cells.values()) else None),
                "people": [_member(lines.row(at, named=True)) for at in grain.family(rows, row)],
                "told": _told(ledger, line, labels) if row["kind"] == NEW else [],
                "changes": [
                    _change(ledger, labels, name, line, stood) | ({"exported": cells.get(name, {}).get("exported")} if cells else {})
                    for name in row["changed"] or ()
                ],
                "choice": "",
            }
        )
    return cards


def _exported(batch: Batch, table: int, wanted: pl.DataFrame) -> dict[tuple[str, int], dict[str, Card]]:
    """By line and field: the value that was given out and the verdict."""
    compared = files.get_frame(batch.pk, f"compared-{table}").filter(pl.col("verdict") != MOVED)
    cells = compared.join(wanted.select(pl.col(SHEET).alias("sheet"), pl.col(ROW).alias("row")), on=["sheet", "row"], how="semi")
    found: dict[tuple[str, int], dict[str, Card]] = {}
    for cell in cells.iter_rows(named=True):
        found.setdefault((cell["sheet"], cell["row"]), {})[cell["field"]] = cell
    return found


def _member(line: dict[str, Any]) -> Card:
    relation = line.get("membership.relation")
    return {
        "name": line.get("person.name"),
        "id_no": masked(line.get(ID_NO), purpose_of(ID_NO)),
        "relation": code_list("relation").by_key(relation).zh if relation else None,
        "row": line[ROW],
    }


def _told(ledger: Ledger, line: dict[str, Any], labels: dict[str, str]) -> list[Card]:
    """What a new line says, label by label, without what stands in its title already."""
    names = (name for name in labels if line.get(name) is not None and name not in ("person.name", ID_NO, "key.area", "key.head_name"))
    return [{"label": labels[name], "value": shown(ledger, name, line[name])} for name in names]


def _change(ledger: Ledger, labels: dict[str, str], name: str, line: dict[str, Any], stood: dict[str, Any]) -> Card:
    if name in CONFIRMS:
        return {"label": "核实", "old": "结转未核", "new": "与表一致,已核实"}
    label = labels.get(name) or {"household.status": "脱贫状态", "identification.kind": "类别"}.get(name, name)
    return {"label": label, "old": shown(ledger, name, stood.get(f"now.{name}")), "new": shown(ledger, name, line.get(name))}


def shown(ledger: Ledger, name: str, value: Any) -> str | None:
    """A value as the sheet shows it; a secret masked."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return masked(value, purpose_of(name))
    if name in ledger.fields:
        return ledger.column(name).kind.show_one(value)
    if name == "household.status":
        return code_list("status").by_key(str(value)).zh
    return str(value)


def _old_numbers(rows: pl.DataFrame) -> dict[int | None, bytes | None]:
    """The numbers that stand, of the persons whose number a line would correct."""
    if "person_id" not in rows.columns:
        return {}
    ids = rows.filter(pl.col("changed").list.contains(ID_NO))["person_id"].drop_nulls().to_list()
    return {pk: bytes(sealed) if sealed else None for pk, sealed in Person.objects.filter(pk__in=ids).values_list("pk", "id_no")}
