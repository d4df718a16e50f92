"""Secrets of lines: sealed and digested set-wise before anything else touches them, with the facts that may stand beside them."""

import polars as pl

from taizhang.journal.fields import sealer
from taizhang.kernel import identity
from taizhang.policy.code_lists import code_list

ID_NO, ID_DIGEST, ID_LENGTH, ID_CHECKED = "person.id_no", "person.id_digest", "person.id_length", "person.id_checked"
HEAD_ID_NO, HEAD_ID_DIGEST = "key.head_id_no", "key.head_id_digest"
PURPOSE_OF_IDS = "id_no"


def seal_lines(lines: pl.DataFrame, secrets: list[str]) -> pl.DataFrame:
    """Lines as read → lines whose secret columns hold sealed bytes. Of a number also its digest (of the first 18 places, 15 upgraded),
    length, checksum, birth date, sex and disability are kept; birth date and sex fill blanks only.

    Gives    the lines with Binary secrets and `person.id_digest`, `person.id_length`, `person.id_checked`, `key.head_id_digest`
    Cost     O(cells)
    """
    if ID_NO in lines.columns:
        lines = _with_number_facts(lines)
    if HEAD_ID_NO in lines.columns:
        lines = lines.with_columns(digests_of(lines[HEAD_ID_NO]).alias(HEAD_ID_DIGEST)).drop(HEAD_ID_NO)
    known = {ID_NO: _digest_of_whole(lines)} if ID_NO in lines.columns else {}
    sealed = [_sealed(lines[name], purpose_of(name), known.get(name)) for name in secrets if name in lines.columns]
    return lines.with_columns(sealed)


def purpose_of(name: str) -> str:
    """What a secret is sealed for: the fact's name, without its home."""
    return name.rpartition(".")[2]


def digest_of(number: str) -> str | None:
    """The digest by which a typed number is found; None for what is no number."""
    return digests_of(pl.Series([number], dtype=pl.String))[0]


def opened(sealed: bytes | None, purpose: str) -> str:
    """The text of a sealed value, "" for None. The caller has asked for permission and logged it, or masks what it shows."""
    return "" if sealed is None else sealer().open(sealed, purpose)


def masked(sealed: bytes | None, purpose: str) -> str:
    """What anyone may see of a sealed value: 9901011981********3, 139****5678."""
    text = opened(sealed, purpose)
    if purpose.endswith(PURPOSE_OF_IDS):
        return identity.masked(text)
    return text if len(text) < 8 else f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"


def _with_number_facts(lines: pl.DataFrame) -> pl.DataFrame:
    facts = identity.facts(lines[ID_NO])
    derived = {
        ID_DIGEST: digests_of(lines[ID_NO]),
        ID_LENGTH: pl.Series(facts["number"].str.len_chars(), dtype=pl.Int64),
        ID_CHECKED: facts["checksum_ok"],
        "person.birth_date": _filled(lines, "person.birth_date", facts["birth_date"]),
        "person.sex": _filled(lines, "person.sex", facts["sex"]),
        "member.dis_type": _keys(facts["disability_type"], "dis_type"),
        "member.dis_grade": _keys(facts["disability_grade"], "dis_grade"),
    }
    return lines.with_columns(series.alias(name) for name, series in derived.items())


def _keys(digits: pl.Series, of: str) -> pl.Series:
    """The digits of a card as our keys of a code list."""
    key_of = {code.code: code.key for code in code_list(of).codes}
    return digits.cast(pl.String).replace_strict(key_of, return_dtype=pl.String)


def _filled(lines: pl.DataFrame, name: str, derived: pl.Series) -> pl.Series:
    return derived if name not in lines.columns else derived.zip_with(derived.is_not_null(), lines[name])


def digests_of(numbers: pl.Series) -> pl.Series:
    """The digests by which numbers are found, null for what is no number."""
    first18 = identity.facts(numbers)["first18"]
    return pl.Series(sealer().digests(first18, PURPOSE_OF_IDS), dtype=pl.String)


def _digest_of_whole(lines: pl.DataFrame) -> pl.Series:
    """The digest beside each number that is its own first 18 places; null where the number has more or fewer."""
    return lines.select(pl.when(pl.col(ID_NO).str.len_chars() == 18).then(ID_DIGEST)).to_series()


def _sealed(values: pl.Series, purpose: str, digests: pl.Series | None = None) -> pl.Series:
    """Sealed bytes of texts; equal texts are sealed once (the same phone stands on every line of a household)."""
    if values.dtype == pl.Binary:
        return values
    told = values.to_frame("text").with_columns((pl.lit(None, dtype=pl.String) if digests is None else digests).alias("digest"))
    once = told.drop_nulls("text").unique("text")
    sealed = once.select("text", pl.Series("sealed", sealer().seals(once["text"], purpose, once["digest"]), dtype=pl.Binary))
    return told.join(sealed, on="text", how="left", maintain_order="left")["sealed"].alias(values.name)
