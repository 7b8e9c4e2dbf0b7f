"""Totals as they are stored: whatever is written down at a checkpoint, adding the rest comes to the same."""

from collections import Counter
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.charges import totals
from commissioning.charges.periods import MONTHS_IN_A_YEAR
from commissioning.charges.totals import FACTS, FIGURES, GROUPINGS, NOTHING, Facts

cohorts = st.tuples(
    st.sampled_from(["block", "spot"]),
    st.sampled_from([900_001, 900_002]),
    st.sampled_from(["ASD", None]),
    st.sampled_from(["primary", "secondary"]),
    st.just("day"),
    st.sampled_from(["attendance", "void", "roll", "commitment"]),
)


@st.composite
def events(draw: st.DrawFn) -> list[list[tuple[Facts, dict[int, int]]]]:
    """What some events changed in the figures of cohorts."""
    found = []
    for _ in range(draw(st.integers(0, 6))):
        changed: dict[Facts, dict[int, int]] = {}
        for cohort in draw(st.lists(cohorts, max_size=3)):
            places = st.integers(0, MONTHS_IN_A_YEAR * FIGURES[totals.measure(cohort)] - 1)
            numbers = st.integers(-3, 3).filter(bool)
            changed[cohort] = draw(st.dictionaries(places, numbers, min_size=1, max_size=4))
        found.append(list(changed.items()))
    return found


def by_hand(grouping: str, told: list[list[tuple[Facts, dict[int, int]]]]) -> dict[tuple[Any, ...], int]:
    """Every figure of a grouping that is not nought, by group and place."""
    found: Counter[tuple[Any, ...]] = Counter()
    for event in told:
        for cohort, change in event:
            facts = dict(zip(FACTS, cohort, strict=True))
            for place, number in change.items():
                found[*(facts[name] for name in GROUPINGS[grouping]), place] += number
    return {key: number for key, number in found.items() if number}


@given(told=events(), checkpoint_after=st.integers(0, 6), grouping=st.sampled_from(list(GROUPINGS)))
def test_a_checkpoint_and_the_rest_are_the_sum_of_all(
    told: list[list[tuple[Facts, dict[int, int]]]], checkpoint_after: int, grouping: str
) -> None:
    """Wherever a checkpoint stands, what changed since makes it the plain sum of all changes, and nothing of nought."""
    texts = [totals.cohorts_text(event) for event in told]
    checkpoint = totals.totals_text(totals.something_of(totals.add_up(grouping, NOTHING, texts[:checkpoint_after])))
    found = totals.something_of(totals.add_up(grouping, checkpoint, texts[checkpoint_after:]))
    figures = {
        (*group, place): number for group, numbers in found.items() for place, number in enumerate(numbers) if number
    }
    assert figures == by_hand(grouping, told)
    assert all(any(numbers) for numbers in found.values())
    assert all(len(numbers) == MONTHS_IN_A_YEAR * FIGURES[totals.measure(group)] for group, numbers in found.items())


pupils = st.dictionaries(st.tuples(st.sampled_from(["", "spot"]), st.integers(1, 9)), st.integers(-2, 2).filter(bool))


@given(told=st.lists(pupils, max_size=5), checkpoint_after=st.integers(0, 5))
def test_numbers_of_pupils_add_up_from_a_checkpoint_too(told: list[totals.Pupils], checkpoint_after: int) -> None:
    """Changes before a checkpoint and after it come to the plain sum of all, less what is nought."""
    texts = [totals.pupils_text(changed) for changed in told]
    checkpoint = totals.pupils_text(totals.add_up_pupils(NOTHING, texts[:checkpoint_after]))
    expected: Counter[tuple[str, int]] = Counter()
    for changed in told:
        for key, number in changed.items():
            expected[key] += number
    found = totals.add_up_pupils(checkpoint, texts[checkpoint_after:])
    assert found == {key: number for key, number in expected.items() if number}


@pytest.mark.parametrize(
    ("facts", "grouping"),
    [
        ((), "stratum"),
        (("model", "need", "kind"), "stratum"),
        (("provider", "model"), "school"),
        (("provider", "need"), "cohort"),
        (("model", "agreement"), None),
        (("area",), None),
    ],
)
def test_the_smallest_grouping_answers(facts: tuple[str, ...], grouping: str | None) -> None:
    """A question goes to the smallest totals that tell its facts apart; one about other facts to none."""
    assert totals.grouping_for(facts) == grouping


def test_amounts_beyond_any_budget_are_stored_exactly() -> None:
    """Pence are whole numbers, not floating ones, however large."""
    cohort: Facts = ("spot", 900_001, "ASD", "primary", "day", "attendance")
    text = totals.cohorts_text([(cohort, {0: 2**53 + 1})])
    assert orjson.loads(text)[0][-1] == [0, 2**53 + 1]
    assert (
        totals.add_up("stratum", NOTHING, [text, text])["spot", "ASD", "primary", "day", "attendance"][0] == 2**54 + 2
    )
