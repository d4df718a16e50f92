"""Who of a list is on the register (名单查找): names and numbers out of a workbook or pasted, compared with what their bringer may see.

Nothing is written on the register. A person outside the scope gets the answer of one who stands nowhere.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import polars as pl

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, Membership, Period
from taizhang.households.sealing import PURPOSE_OF_IDS
from taizhang.intake import files, progress
from taizhang.intake.models import Lookup
from taizhang.journal.fields import sealer
from taizhang.kernel import identity, names
from taizhang.kernel.sheets.reading import CannotRead, Limits, RawSheet, read_workbook
from taizhang.policy.archive import fact

FOUND, BY_NAME, OTHER_NAME, SEVERAL, LEFT, NOBODY, UNREADABLE = "found", "by_name", "other_name", "several", "left", "nobody", "unreadable"
OUTCOMES = {
    FOUND: "在册",
    BY_NAME: "按姓名找到一人",
    OTHER_NAME: "号码在册,姓名不同",
    SEVERAL: "同名多人,须补证件号码",
    LEFT: "曾在册,现不在户",
    NOBODY: "管辖范围内查无此人",
    UNREADABLE: "号码有误且没有姓名",
}
MOST_LINES, PIECE, TOP = 50_000, 2_000, 20
RESULT = "result"
LINE = {"sheet": pl.String, "row": pl.Int64, "name": pl.String, "number": pl.String}
ANSWER = {"outcome": pl.String, "household_id": pl.Int64, "person_name": pl.String, "relation": pl.String}
_NAME_LIKE = r"^[\u3400-\u9fff]{2,4}$|^[\u3400-\u9fff]+·[\u3400-\u9fff·]+$"
_HEADINGS = {
    "name": {"姓名", "户主姓名", *fact("name").aliases, "名字", "户主"},
    "number": {"证件号码", *fact("id_no").aliases, "号码", "户主证件号码", "户主身份证号", "户主身份证号码"},
}
_CUTS = re.compile(r"[\t,,;;、|\s]+")


def order_lookup(
    *,
    by: User,
    at: datetime,
    period: Period,
    content: bytes = b"",
    file_name: str = "",
    pasted: str = "",
    idempotency_key: str | None = None,
) -> Lookup:
    """Take a list in: a workbook, or lines that were pasted. The same form sent twice is one list.

    Needs    HOUSEHOLD_VIEW anywhere
    Writes   1 lookup; the list, sealed
    Raises   NotPermitted, CannotRead where there is nothing to look for
    """
    if not access.may(by, Permission.HOUSEHOLD_VIEW):
        raise access.NotPermitted("您的岗位或管辖区域不包括这项操作")
    known: Lookup | None = Lookup.objects.filter(by=by, idem_key=idempotency_key).first() if idempotency_key else None
    if known is not None:
        return known
    kept = content or pasted.encode()
    if not kept.strip():
        raise CannotRead("请选择文件,或粘贴姓名、证件号码", "empty")
    return Lookup.objects.create(
        by=by,
        area=by.area,
        at=at,
        period=period,
        file_name=file_name[:200] or "粘贴的名单",
        pasted=not content,
        sha256=files.keep(kept),
        idem_key=idempotency_key,
    )


def look_up(lookup: Lookup) -> Lookup:
    """Read the list and find its people in the scope of its bringer; the answer is kept sealed.

    Writes   state, message and counts of the lookup; the answer's frame
    Cost     O(lines); 3 queries for `PIECE` lines
    """
    try:
        lines = _lines(lookup)
        meter = progress.Meter(_name(lookup), "查找", lines.height)
        found = [pl.DataFrame(schema=LINE | ANSWER)]
        for first in range(0, lines.height, PIECE):
            found.append(_answered(lookup.by, lines.slice(first, PIECE)))
            meter.at(first + PIECE)
        answer = pl.concat(found)
        files.put_frame(_name(lookup), RESULT, answer)  # type: ignore[arg-type]
        counts = dict(answer["outcome"].value_counts().iter_rows())
        return _settled(lookup, Lookup.READY, counts={"lines": lines.height, "outcomes": counts})
    except CannotRead as refused:
        return _settled(lookup, Lookup.FAILED, message=refused.message)
    except progress.Cancelled:
        return _settled(lookup, Lookup.CANCELLED, message="已按您的要求取消")
    except Exception:
        _settled(lookup, Lookup.FAILED, message="查找时程序出错,请稍后重试")
        raise
    finally:
        progress.clear(_name(lookup))


def answer_of(lookup: Lookup, by: User) -> pl.DataFrame:
    """The answer, line by line, to whoever looks at it now: a person outside his scope is not there.

    Gives    `LINE` and `ANSWER`, with household_no, head, area of those who are found
    Cost     1 query for `PIECE` households
    """
    answer = files.get_frame(_name(lookup), RESULT)  # type: ignore[arg-type]
    ids = answer["household_id"].drop_nulls().unique().sort().to_list()
    rows = []
    for first in range(0, len(ids), PIECE):
        seen = HouseholdPeriod.objects.visible_to(by).filter(household__in=ids[first : first + PIECE])
        rows += list(seen.filter(period=lookup.period).values_list("household_id", "household__household_no", "head_name", "area"))
    homes = pl.DataFrame(
        rows, schema={"household_id": pl.Int64, "household_no": pl.String, "head": pl.String, "area": pl.String}, orient="row"
    )
    now = answer.join(homes, on="household_id", how="left", maintain_order="left")
    gone = pl.col("household_id").is_not_null() & pl.col("area").is_null() & ~pl.col("household_id").is_in(_visible(by, ids))
    hidden = [pl.when(gone).then(None).otherwise(pl.col(c)).alias(c) for c in ("household_id", "person_name", "relation")]
    return now.with_columns(pl.when(gone).then(pl.lit(NOBODY)).otherwise("outcome").alias("outcome"), *hidden)


def cancel_lookup(lookup: Lookup) -> None:
    """Ask the worker to stop."""
    progress.cancel(_name(lookup))


def progress_of(lookup: Lookup) -> progress.Progress | None:
    """How far it is."""
    return progress.progress_of(_name(lookup))


def lines_pasted(text: str) -> pl.DataFrame:
    """Pasted lines: on each a name, a number, or both, in any order."""
    rows = []
    for at, line in enumerate(text.splitlines(), start=1):
        pieces = [piece for piece in _CUTS.split(line.strip()) if piece]
        number = next((piece for piece in pieces if identity.facts_of(piece).length_ok), None)
        rest = [piece for piece in pieces if piece != number]
        name = next((piece for piece in rest if re.match(_NAME_LIKE, piece)), rest[0] if rest else None)
        if pieces and not {*pieces} <= _HEADINGS["name"] | _HEADINGS["number"] | {"序号"}:
            rows.append(("", at, name, number))
    return pl.DataFrame(rows, schema=LINE, orient="row")


def lines_of_sheet(sheet: RawSheet) -> pl.DataFrame:
    """The lines of one sheet: its columns of names and numbers, by their headings or by what stands in them."""
    frame = sheet.frame
    columns = [c for c in frame.columns if c.startswith("c")]
    where, below = _by_heading(frame, columns)
    where = where or _by_content(frame, columns)
    if not where:
        return pl.DataFrame(schema=LINE)
    told = [pl.lit(sheet.name).alias("sheet"), pl.col("row").cast(pl.Int64)]
    told += [(pl.col(where[w]).str.strip_chars() if w in where else pl.lit(None, dtype=pl.String)).alias(w) for w in ("name", "number")]
    lines = frame.filter(pl.col("row") > below).select(told)
    blank = pl.col("name").fill_null("") + pl.col("number").fill_null("") == ""
    return lines.filter(~blank)


def _lines(lookup: Lookup) -> pl.DataFrame:
    content = files.original(lookup.sha256)
    if lookup.pasted:
        lines = lines_pasted(content.decode())
    else:
        lines = pl.concat([pl.DataFrame(schema=LINE), *(lines_of_sheet(s) for s in read_workbook(content, limits=Limits.upload()).sheets)])
    if lines.is_empty():
        raise CannotRead("没有认出姓名或证件号码,请检查表头是否写有“姓名”“证件号码”", "no_names")
    if lines.height > MOST_LINES:
        raise CannotRead(f"名单有{lines.height}行,一次最多{MOST_LINES}行,请分几次查找", "rows")
    return lines


def _by_heading(frame: pl.DataFrame, columns: list[str]) -> tuple[dict[str, str], int]:
    """Columns by their headings, and the row of the headings."""
    for row in frame.head(TOP).iter_rows(named=True):
        texts = {c: re.sub(r"\s", "", row[c] or "") for c in columns}
        where = {word: next((c for c, text in texts.items() if text in wanted), "") for word, wanted in _HEADINGS.items()}
        where = {word: c for word, c in where.items() if c}
        if where:
            return where, int(row["row"])
    return {}, 0


def _by_content(frame: pl.DataFrame, columns: list[str]) -> dict[str, str]:
    """Columns by what most of their cells look like."""
    found: dict[str, str] = {}
    for column in columns:
        cells = frame[column].drop_nulls()
        if cells.is_empty():
            continue
        if "number" not in found and identity.facts(cells)["length_ok"].fill_null(False).mean() > 0.5:  # type: ignore[operator]
            found["number"] = column
        elif "name" not in found and cells.str.strip_chars().str.contains(_NAME_LIKE).mean() > 0.5:  # type: ignore[operator]
            found["name"] = column
    return found


def _answered(by: User, lines: pl.DataFrame) -> pl.DataFrame:
    facts = identity.facts(lines["number"])
    digests = pl.Series("digest", sealer().digests(facts["first18"], PURPOSE_OF_IDS), dtype=pl.String)
    spelled = [names.normalise(name) if name else None for name in lines["name"]]
    asked = lines.with_columns(digests, pl.Series("spelled", spelled, dtype=pl.String))
    seen = Membership.objects.visible_to(by)
    numbered = _by_digest(seen, asked["digest"].drop_nulls().unique().to_list())
    nameless = asked.filter(pl.col("digest").is_null())["spelled"].drop_nulls().unique().to_list()
    named = _by_name(seen, nameless)
    answers = [_answer(d, n, numbered, named) for d, n in asked.select("digest", "spelled").iter_rows()]
    masked = identity.masked_column(lines["number"]).alias("number")
    return lines.with_columns(masked).hstack(pl.DataFrame(answers, schema=ANSWER, orient="row"))


Member = tuple[str, int, str, bool]  # name, household, relation, still there


def _by_digest(seen: Any, digests: list[str]) -> dict[str, Member]:
    rows = seen.filter(person__id_digest__in=digests).order_by("open", "pk")
    told = rows.values_list("person__id_digest", "person__name", "household_id", "relation", "open")
    return {digest: (name, household, relation, still) for digest, name, household, relation, still in told}


def _by_name(seen: Any, wanted: Iterable[str]) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    rows = seen.filter(person__name__in=list(wanted), open=True).order_by("pk")
    for name, household, relation, still in rows.values_list("person__name", "household_id", "relation", "open"):
        found.setdefault(name, []).append((name, household, relation, still))
    return found


def _answer(digest: str | None, name: str | None, numbered: dict[str, Member], named: dict[str, list[Member]]) -> tuple[Any, ...]:
    if digest is not None:
        if digest not in numbered:
            return NOBODY, None, None, None
        known, household, relation, still = numbered[digest]
        outcome = LEFT if not still else OTHER_NAME if name and name != known else FOUND
        return outcome, household if still else None, known, relation if still else None
    if not name:
        return UNREADABLE, None, None, None
    several = named.get(name, [])
    if len(several) == 1:
        return BY_NAME, several[0][1], several[0][0], several[0][2]
    return (SEVERAL if several else NOBODY), None, None, None


def _visible(by: User, ids: list[int]) -> list[int]:
    found: list[int] = []
    for first in range(0, len(ids), PIECE):
        seen = Membership.objects.visible_to(by).filter(household__in=ids[first : first + PIECE], open=True)
        found += list(seen.values_list("household_id", flat=True).distinct())
    return found


def _name(lookup: Lookup) -> str:
    return f"lookup-{lookup.pk}"


def _settled(lookup: Lookup, state: str, *, message: str = "", counts: dict[str, Any] | None = None) -> Lookup:
    lookup.state, lookup.message, lookup.counts = state, message[:500], counts or {}
    lookup.save(update_fields=["state", "message", "counts"])
    return lookup
