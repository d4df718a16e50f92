"""One household from a form as the same lines that a workbook gives: the writers know only lines."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from taizhang.households.sealing import ID_NO, seal_lines
from taizhang.households.services.refusals import BadFacts, NoHead
from taizhang.households.writing import GROUP
from taizhang.kernel.findings import Finding, Severity, Where
from taizhang.policy.archive import FACT_TABLES, Fact

HOMES = ("household", "person", "membership", "member")
FACTS: dict[str, Fact] = {f"{home}.{fact.name}": fact for home in HOMES for fact in FACT_TABLES[home]}


def lines_of(area: str, group: str, facts: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Sealed lines of one household: one a member, the household's facts on the first."""
    told = [name for name in FACTS if name in facts or any(name in member for member in members)]
    rows = [{**(facts if at == 0 else {}), **member} for at, member in enumerate(members)]
    columns = [pl.Series(name, [row.get(name) for row in rows], dtype=FACTS[name].kind.dtype) for name in told]
    keys = [
        pl.Series("key.area", [area] * len(rows), dtype=pl.String),
        pl.Series("key.group", [group] * len(rows), dtype=pl.String),
        pl.Series(GROUP, [1] * len(rows), dtype=pl.Int64),
    ]
    lines = pl.DataFrame([*keys, *columns])
    if ID_NO not in lines.columns:
        lines = lines.with_columns(pl.lit(None, dtype=pl.String).alias(ID_NO))
    if "membership.relation" not in lines.columns:
        lines = lines.with_columns(pl.lit(None, dtype=pl.String).alias("membership.relation"))
    return seal_lines(lines, [name for name in told if FACTS[name].kind.secret])


def no_errors(lines: pl.DataFrame, *, whole_household: bool = False) -> None:
    """Insist on what no household may lack: names, relations, numbers once, and one head for a whole household.

    Raises   BadFacts with one finding a gap, NoHead
    """
    gaps = []
    for name, say in (("person.name", "姓名"), ("membership.relation", "与户主关系")):
        if name not in lines.columns or lines[name].null_count():
            gaps.append(Finding("required", Where("", 0, name), f"“{say}”不能为空", Severity.ERROR))
    told = lines["person.id_digest"].drop_nulls()
    if told.n_unique() != told.len():
        gaps.append(Finding("ID-12", Where("", 0, "person.id_no"), "同一户中有两人的证件号码相同", Severity.ERROR))
    if gaps:
        raise BadFacts(gaps)
    if whole_household and (lines["membership.relation"] == "head").sum() != 1:
        raise NoHead("一户必须有且只有一名户主")
