"""Small numbers in what is published: none is shown, and none can be worked out from what is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from exports.publications.small_numbers import LEAST, PROTECTING, SMALL, withheld

COUNTS = st.lists(st.integers(0, 30), max_size=12)


@settings(max_examples=1_000)
@given(COUNTS, st.booleans())
def test_no_small_number_is_shown(pupils: list[int], total_is_shown: bool) -> None:
    """Whoever reads the rows alone sees none of one to four pupils, and every one of these has that rule."""
    rules = withheld(pupils, total_is_shown=total_is_shown)
    assert {place for place, rule in rules.items() if rule == SMALL} == {
        place for place, count in enumerate(pupils) if 0 < count < LEAST
    }


@settings(max_examples=1_000)
@given(COUNTS)
def test_nothing_can_be_worked_out_from_the_total(pupils: list[int]) -> None:
    """What is withheld together is of two rows and five pupils at least, unless every row with pupils is withheld."""
    rules = withheld(pupils, total_is_shown=True)
    left = [count for place, count in enumerate(pupils) if place not in rules and count]
    if rules and left:
        assert len(rules) >= 2
        assert sum(pupils[place] for place in rules) >= LEAST


@settings(max_examples=1_000)
@given(COUNTS)
def test_no_more_is_withheld_than_is_needed(pupils: list[int]) -> None:
    """Without the last row withheld to protect others, what is withheld could be worked out."""
    rules = withheld(pupils, total_is_shown=True)
    protecting = [place for place, rule in rules.items() if rule == PROTECTING]
    if protecting:
        fewer = [pupils[place] for place in rules if place != protecting[-1]]
        assert len(fewer) < 2 or sum(fewer) < LEAST
    assert withheld(pupils, total_is_shown=False).keys() <= rules.keys()
