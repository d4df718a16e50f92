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
        lines = lines.with_columns(_digests(lines[HEAD_ID_NO]).alias(HEAD_ID_DIGEST)).drop(HEAD_ID_NO)
    sealed = [_sealed(lines[name], purpose_of(name)) for name in secrets if name in lines.columns]
    return lines.with_columns(sealed)


def purpose_of(name: str) -> str:
    """What a secret is sealed for: the fact's name, without its home."""
    return name.rpartition(".")[2]


def digest_of(number: str) -> str | None:
    """The digest by which a typed number is found; None for what is no number."""
    return _digests(pl.Series([number], dtype=pl.String))[0]


def opened(sealed: bytes | None, purpose: str) -> str:
    """The text of a sealed value, "" for None. The caller has asked for permission and logged it, or masks what it shows."""
    return "" if sealed is None else sealer().open(sealed, purpose)


def masked(sealed: bytes | None, purpose: str) -> str:
    """What anyone may see of a sealed value: 9901011981********3, 139****5678."""
    text = opened(sealed, purpose)
    if purpose == PURPOSE_OF_IDS:
        return identity.masked(text)
    return text if len(text) < 8 else f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"


def _with_number_facts(lines: pl.DataFrame) -> pl.DataFrame:
    facts = identity.facts(lines[ID_NO])
    derived = {
        ID_DIGEST: _digests(lines[ID_NO]),
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


def _digests(numbers: pl.Series) -> pl.Series:
    first18 = identity.facts(numbers)["first18"]
    return pl.Series(sealer().digests(first18, PURPOSE_OF_IDS), dtype=pl.String)


def _sealed(values: pl.Series, purpose: str) -> pl.Series:
    """Sealed bytes of texts; equal texts are sealed once (the same phone stands on every line of a household)."""
    if values.dtype == pl.Binary:
        return values
    once = values.drop_nulls().unique()
    sealed = pl.DataFrame({"text": once, "sealed": pl.Series(sealer().seals(once, purpose), dtype=pl.Binary)})
    return values.to_frame("text").join(sealed, on="text", how="left", maintain_order="left")["sealed"].alias(values.name)
