"""The states of a household: what may be done from where."""

import pytest

from taizhang.policy.code_lists import code_list
from taizhang.policy.states import (
    CLOSED,
    CLOSING,
    LIVE,
    LOCKED,
    NATURAL_ADD_REASONS,
    NATURAL_DROP_REASONS,
    ON_REGISTER,
    OPERATIONS,
    TRANSITIONS,
    UnknownState,
    may,
    operations_from,
    states_after,
)


@pytest.mark.parametrize(
    ("operation", "before", "after"),
    [
        ("identify", "none", ("poor",)),
        ("propose_exit", "poor", ("pre_out",)),
        ("propose_exit", "returned", ("pre_out",)),
        ("reject_exit", "pre_out", ("poor", "returned")),
        ("approve_exit", "pre_out", ("out_with_policy",)),
        ("end_policy", "out_with_policy", ("out_no_policy",)),
        ("return", "out_with_policy", ("returned",)),
        ("return", "out_no_policy", ("returned",)),
        ("undo_exit", "out_no_policy", ("poor",)),
        ("purge", "poor", ("closed",)),
        ("reopen", "closed", ("none", *LIVE)),
    ],
)
def test_an_operation_leads_where_the_table_says(operation, before, after):
    assert states_after(operation, before) == after


@pytest.mark.parametrize(
    ("operation", "state"),
    [
        ("identify", "poor"),
        ("identify", "closed"),
        ("approve_exit", "poor"),
        ("return", "poor"),
        ("return", "pre_out"),
        ("end_policy", "pre_out"),
        ("purge", "closed"),
        ("propose_exit", "none"),
        ("reopen", "poor"),
        ("undo_exit", "returned"),
    ],
)
def test_what_the_table_does_not_say_may_not_be_done(operation, state):
    assert may(operation, state) is False


@pytest.mark.parametrize("state", ON_REGISTER)
@pytest.mark.parametrize("operation", CLOSING)
def test_any_household_on_the_register_may_be_closed(operation, state):
    assert may(operation, state)


def test_nothing_but_reopening_starts_from_closed():
    assert operations_from(CLOSED) == ("reopen",)


def test_a_closing_operation_leaves_a_known_reason():
    assert set(CLOSING.values()) == set(code_list("close_reason").keys())


def test_every_operation_leads_somewhere():
    assert {step.operation for step in TRANSITIONS} == set(OPERATIONS)


def test_no_transition_stands_twice():
    assert len(set(TRANSITIONS)) == len(TRANSITIONS)


@pytest.mark.parametrize(("operation", "state"), [("dance", "poor"), ("identify", "rich")])
def test_an_unknown_word_is_refused(operation, state):
    with pytest.raises(UnknownState, match=r"dance|rich"):
        may(operation, state)


def test_the_locked_facts_are_the_five_of_the_province():
    assert set(LOCKED) == {"name", "id_type", "id_no", "hh_attr", "id_standard"}


def test_a_purge_is_no_natural_decrease():
    assert ("purged" in code_list("drop_reason").keys(), "purged" in NATURAL_DROP_REASONS) == (True, False)  # noqa: SIM118 - a list of codes, no dict


def test_a_birth_is_a_natural_increase():
    assert "birth" in NATURAL_ADD_REASONS
