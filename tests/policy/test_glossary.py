"""One word for one thing: the glossary, and the code held to it."""

import tomllib
from collections import Counter
from itertools import chain
from pathlib import Path

from taizhang.policy.archive import FACT_TABLES
from taizhang.policy.code_lists import code_list_names
from taizhang.policy.states import OPERATIONS

TERMS = tomllib.loads((Path(__file__).parents[2] / "glossary.toml").read_text(encoding="utf-8"))["term"]
PAGES = Path(__file__).parents[2] / "docs" / "dictionary"
DICTIONARY = {name: (PAGES / name).read_text(encoding="utf-8") for name in ("facts.md", "states.md")}
FORBIDDEN = set(chain.from_iterable(term["not"] for term in TERMS))


def twice(words):
    return {word for word, times in Counter(words).items() if times > 1}


def pieces(name):
    """Every run of words within a snake_case name: a_b gives a, b, a_b."""
    words = name.split("_")
    return {"_".join(words[start:stop]) for start in range(len(words)) for stop in range(start + 1, len(words) + 1)}


def breaking(names):
    return {name for name in names if pieces(name) & FORBIDDEN}


def test_every_term_is_whole():
    assert {frozenset(term) for term in TERMS} == {frozenset({"zh", "en", "means", "source", "not"})}
    assert [term for term in TERMS if not (term["zh"] and term["en"] and term["means"] and term["source"])] == []


def test_no_two_terms_share_a_chinese_word():
    assert twice(term["zh"] for term in TERMS) == set()


def test_no_two_terms_share_an_english_word():
    assert twice(term["en"] for term in TERMS) == set()


def test_no_term_uses_a_word_that_is_forbidden():
    assert breaking(term["en"] for term in TERMS) == set()


def test_no_fact_uses_a_word_that_is_forbidden():
    assert breaking(fact.name for facts in FACT_TABLES.values() for fact in facts) == set()


def test_no_list_or_operation_uses_a_word_that_is_forbidden():
    assert breaking([*code_list_names(), *OPERATIONS]) == set()


def test_every_label_of_a_fact_and_of_a_step_stands_in_the_dictionary():
    facts = [fact.zh for table in FACT_TABLES.values() for fact in table]
    steps = list(OPERATIONS.values())
    assert [label for label in facts if label not in DICTIONARY["facts.md"]] == []
    assert [label for label in steps if label not in DICTIONARY["states.md"]] == []


def test_one_label_names_one_fact_of_a_table():
    assert {table: twice(fact.zh for fact in facts) for table, facts in FACT_TABLES.items() if twice(fact.zh for fact in facts)} == {}


def test_a_forbidden_word_within_a_name_is_seen():
    assert breaking(["cadre_helper_name"]) == {"cadre_helper_name"}
