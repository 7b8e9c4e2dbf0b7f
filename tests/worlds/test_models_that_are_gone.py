"""A model whose every charge was taken back is no longer compared. School, children and prices are invented."""

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from exports.result import Result
from exports.spending.compare import compare
from tests.worlds.council import NO_FILTERS, Council, new_council
from tests.worlds.test_three_changes import COUNCIL, YEAR, child

pytestmark = pytest.mark.usefixtures("store")


def compared(council: Council, position: int, reference: str | None = None) -> Result:
    """The comparison of the models of the year as at a position."""

    async def question(reader: Reader) -> Result:
        return await compare(reader, await reader.as_at(str(position)), YEAR, NO_FILTERS, reference)

    return council.ask(question)


def test_a_model_without_a_day_or_a_charge_is_not_compared() -> None:
    """When the only spot placement never held there is no spot model, and none to compare with; before, there was."""
    with new_council() as council:
        first = council.take_in(COUNCIL).position
        last = council.take_in({"Placements": [child("P3", "S", withdrawn="yes")]}).position
        assert [row[0] for row in compared(council, first).rows] == ["block", "spot"]
        now = compared(council, last)
        assert [row[0] for row in now.rows] == ["block"]
        assert now.options == {"reference": "block"}
        with pytest.raises(Refused, match="spot"):
            compared(council, last, "spot")
