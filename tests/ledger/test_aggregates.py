"""States that are quick to copy are copied as any named tuple is."""

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.ledger.aggregates import quick_to_copy


class Usual(NamedTuple):
    one: int
    two: str
    three: tuple[int, ...] = ()


@quick_to_copy
class Quick(NamedTuple):
    one: int
    two: str
    three: tuple[int, ...] = ()


changes = st.fixed_dictionaries(
    {}, optional={"one": st.integers(), "two": st.text(), "three": st.lists(st.integers()).map(tuple)}
)


@given(st.integers(), st.text(), changes)
def test_a_copy_has_the_values_named_and_else_the_old_ones(one: int, two: str, changed: dict[str, Any]) -> None:
    """Whatever is changed, the copy is what the standard library makes of it, and the original stays as it was."""
    quick = Quick(one, two)
    copy = quick._replace(**changed)
    assert type(copy) is Quick
    assert copy._asdict() == Usual(one, two)._replace(**changed)._asdict()
    assert quick == Quick(one, two)


def test_a_value_that_the_state_does_not_have_is_refused() -> None:
    """A misspelt name is an error and not a change that is lost."""
    with pytest.raises(KeyError, match="four"):
        Quick(1, "")._replace(four=4)
