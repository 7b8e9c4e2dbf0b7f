"""What the invented council did besides importing workbooks stands in the order of time and ends before today."""

from datetime import UTC, date

import pytest

from commissioning.demo.council import council_history
from commissioning.demo.deeds import council_deeds
from commissioning.demo.people import NAMES
from tests.demo.test_council_history import DAYS, TODAY


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_deeds_lie_between_the_opening_and_the_last_entry(today: date) -> None:
    """None is done before the first workbook or after the day of the last, and by nobody unknown."""
    deeds = council_deeds(today)
    workbooks = list(council_history(today))
    instants = [deed.recorded_at for deed in deeds]
    assert instants == sorted(instants)
    assert workbooks[0].recorded_at < instants[0]
    assert instants[-1].date() <= workbooks[-1].recorded_at.date() < today
    assert {deed.account for deed in deeds} == set(NAMES)
    assert {instant.tzinfo for instant in instants} == {UTC}


def test_the_same_day_gives_the_same_deeds() -> None:
    """Seeded: asked again, the same is done at the same instants by the same people."""
    first, again = ([(deed.recorded_at, deed.account) for deed in council_deeds(TODAY)] for _ in range(2))
    assert first == again
