"""History as sentences: who, when, why, old → new; many rows of one thing merged by posting."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from taizhang.accounts.access import NATION
from taizhang.accounts.models import Human, User
from taizhang.journal.images import read_image
from taizhang.journal.models import JournalEntry, JournalSchema, JournalTx, Posted
from taizhang.journal.triggers import columns_of
from taizhang.places.models import Place
from taizhang.web.journal.words import act, changes_in, ref_of, source_of

MOST = 40  # sentences on one page
Rows = Iterable[tuple[type[Posted], Iterable[int]]]
Image = dict[str, str | None]


@dataclass(slots=True)
class Told:
    """One posting as far as it touched the rows that were asked for: (table, pk, op, image, changed) of each."""

    tx: JournalTx
    position: int
    rows: list[tuple[str, int, str, Image, dict[str, tuple[str | None, str | None]]]] = field(default_factory=list)


def told_of(rows: Rows) -> list[Told]:
    """What happened to rows of any tables, by posting, the newest first.

    Cost     2 queries
    """
    wanted = {model._meta.db_table: list(pks) for model, pks in rows}
    schemas = {s.pk: s for s in JournalSchema.objects.filter(tbl__in=wanted)}
    asked = Q(pk__in=())
    for table, pks in wanted.items():
        asked |= Q(schema__in=[s.pk for s in schemas.values() if s.tbl == table], pk_of_row__in=pks)
    entries = JournalEntry.objects.filter(asked).select_related("tx__journalreceipt").order_by("pk")
    told: dict[int, Told] = {}
    before: dict[tuple[str, int], Image] = {}
    for entry in entries:
        schema = schemas[entry.schema_id]
        image: Image = dict(zip((c.name for c in columns_of(schema)), read_image(entry.image), strict=True))
        was = before.get((schema.tbl, entry.pk_of_row), {})
        changed = {name: (was.get(name), value) for name, value in image.items() if was.get(name) != value}
        before[schema.tbl, entry.pk_of_row] = image
        one = told.setdefault(entry.tx_id, Told(entry.tx, entry.tx.journalreceipt.position))
        one.rows.append((schema.tbl, entry.pk_of_row, entry.op, image, changed))
    return sorted(told.values(), key=lambda one: -one.position)


def entries_of(told: list[Told], whose: Callable[[str, int, Image], str] = lambda table, pk, image: "") -> list[dict[str, Any]]:
    """Entries for ui.timeline. `whose` names the row that a change belongs to, "" where it needs no name.

    Cost     3 queries
    """
    who = names_of_actors({(one.tx.actor, one.tx.person) for one in told})
    return [_entry(one, who, whose) for one in told]


def names_of_actors(pairs: Iterable[tuple[int | None, int | None]]) -> Mapping[tuple[int | None, int | None], str]:
    """(account, human) → 李审核员(乙区).

    Cost     3 queries
    """
    wanted = set(pairs)
    humans = dict(Human.objects.filter(pk__in={human for _, human in wanted if human}).values_list("pk", "name"))
    offices = {
        pk: (area, level) for pk, area, level in User.objects.filter(pk__in={u for u, _ in wanted if u}).values_list("pk", "area", "level")
    }
    codes = {area for area, _ in offices.values() if area != NATION}
    places = {(c, lv): n for c, lv, n in Place.objects.filter(code__in=codes, to_on__isnull=True).values_list("code", "level", "name")}
    return {(user, human): _named(humans.get(human or 0, "系统"), places.get(offices.get(user or 0, ("", "")))) for user, human in wanted}


def _named(name: str, place: str | None) -> str:
    return f"{name}({place})" if place else name


def _entry(one: Told, who: Mapping[tuple[int | None, int | None], str], whose: Callable[[str, int, Image], str]) -> dict[str, Any]:
    changes: list[dict[str, Any]] = []
    sources: dict[str, None] = {}
    papers: dict[str, None] = {}
    added = []
    for table, pk, op, image, changed in one.rows:
        if source := source_of(image.get("came_from")):
            sources[source] = None
        name = whose(table, pk, image)
        if op == "I":
            added.append(_added(table, name))
            papers.update(dict.fromkeys(_papers(table, image)))
            continue
        changes += [{**change, "label": f"{name} {change['label']}".strip()} for change in changes_in(table, changed)]
    what = act(one.tx.action)
    told_new = [words for words in dict.fromkeys(added) if words]
    why = "；".join(words for words in (one.tx.reason, *papers, *_shortened(list(sources)), "" if sources else ref_of(one.tx.ref)) if words)
    return {
        "at": one.tx.at,
        "who": who[one.tx.actor, one.tx.person],
        "what": f"{what}：{'、'.join(told_new)}" if told_new else what,
        "why": why or None,
        "changes": changes,
        "position": one.position,
    }


def _added(table: str, name: str) -> str:
    words = {
        "household": "建户",
        "household_period": "建立采集表",
        "membership": f"增加成员{' ' + name if name else ''}",
        "identification": "登记识别程序",
        "income_worksheet": f"建立收入核算明细{' ' + name if name else ''}",
        "household_mark": name,
        "correction_order": name,
        "pairing": f"结对{' ' + name if name else ''}",
        "work_spell": f"增加务工经历{' ' + name if name else ''}",
    }
    return words.get(table, "")


def _papers(table: str, image: Image) -> list[str]:
    """The decision and the proof that an act on a whole household, a mark or an order rests on."""
    if table not in ("household_event", "household_mark", "correction_order"):
        return []
    told = (("决定", image.get("decision_no")), ("证明材料", image.get("proof")))
    return [f"{word} {text}" for word, text in told if text]


def _shortened(sources: list[str]) -> list[str]:
    return sources if len(sources) < 3 else [sources[0], f"等 {len(sources)} 行"]
