"""The journal of a close: it balances, comes to what was posted, and every line has the code that holds that day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.app import open_ledger
from commissioning.charges.queries import Filters
from commissioning.finance.coding import CODING, NO_CODES, Coding, code_for, decide
from commissioning.finance.commands import MapCode
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from commissioning.settings import Settings
from exports.month_end.journal import journal, journal_of_commitments
from exports.month_end.posted import posted
from exports.places.committed import committed
from tests.accounts.signing_in import operator_of
from tests.finance.test_closing import YEAR, closed, reader

__all__ = ["closed", "reader"]

DAY = date(2026, 4, 1)


def mapped(*commands: MapCode) -> Coding:
    """The codes after commands."""
    coding = NO_CODES
    for command in commands:
        coding = CODING.fold(decide(command, coding), coding) or NO_CODES
    return coding


@given(st.permutations(["both", "model", "component", "any"]), st.integers(1, 4))
def test_the_most_particular_code_holds(order: list[str], count: int) -> None:
    """Model and component go before the model, the model before the component, and any comes last."""
    commands = {
        "both": MapCode(code="both", effective_on=DAY, model="block", component="education"),
        "model": MapCode(code="model", effective_on=DAY, model="block"),
        "component": MapCode(code="component", effective_on=DAY, component="education"),
        "any": MapCode(code="any", effective_on=DAY),
    }
    known = order[:count]
    best = next((name for name in commands if name in known), None)
    assert code_for(mapped(*(commands[name] for name in known)), "block", "education", DAY) == best


def test_a_code_holds_from_its_day() -> None:
    """Before it there is none, and a later one takes its place from its own day."""
    coding = mapped(MapCode(code="old", effective_on=DAY), MapCode(code="new", effective_on=date(2026, 10, 1)))
    days = (date(2026, 3, 31), DAY, date(2026, 9, 30), date(2026, 10, 1))
    assert [code_for(coding, "spot", "care", day) for day in days] == [None, "old", "old", "new"]
    assert decide(MapCode(code="new", effective_on=date(2026, 10, 1)), coding) == []


@pytest.mark.parametrize("changes", [{"code": " "}, {"balance": True, "model": "block"}])
def test_what_is_no_code_is_refused(changes: dict[str, object]) -> None:
    """A blank code, and a balance of a model."""
    with pytest.raises(Refused):
        decide(MapCode(code="5210", effective_on=DAY).model_copy(update=changes), None)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
async def test_the_journal_comes_to_what_was_posted(reader: Reader, place: int) -> None:
    """For each close the debits less the credits of the coded lines are what it posted, and the journal balances."""
    now = await reader.as_at(None)
    row = (await posted(reader, now, YEAR, Filters())).rows[place]
    month = int(str(row[0]).replace("-", ""))
    result = await journal(reader, now, YEAR, Filters(), month)
    *lines, balance = result.rows
    assert sum(line[7] - line[8] for line in lines) == row[5] == balance[8] - balance[7]
    assert result.total["entered_debit"] == result.total["entered_credit"]
    assert any("No code is mapped to" in note for note in result.notes)


async def test_lines_have_their_codes(reader: Reader, closed: tuple[Settings, dict[int, int]]) -> None:
    """Once codes are mapped every line has one, and nothing is named as missing."""
    with open_ledger(closed[0]) as ledger:
        for number, command in enumerate(
            (MapCode(code="4000", effective_on=DAY), MapCode(code="9000", effective_on=DAY, balance=True))
        ):
            ledger.execute(command, command_id=f"map-code-{number}", account=operator_of(ledger))
    result = await journal(reader, await reader.as_at(None), YEAR, Filters(), None)
    assert {row[6] for row in result.rows[:-1]} == {"4000"}
    assert result.rows[-1][6] == "9000"
    assert len(result.notes) == 1


async def test_an_open_month_has_no_journal(reader: Reader) -> None:
    """What is not closed is not posted."""
    with pytest.raises(Refused, match="2026-12 is not closed"):
        await journal(reader, await reader.as_at(None), YEAR, Filters(), 202612)


async def test_the_journal_of_commitments_comes_to_what_is_committed(reader: Reader) -> None:
    """Its debits less its credits are what the report of commitments tells, and each month balances by itself."""
    now, day = await reader.as_at(None), date(2026, 9, 15)
    told = await journal_of_commitments(reader, now, YEAR, Filters(), day)
    known = await committed(reader, now, YEAR, Filters(), "provider", day)
    balances = [row for row in told.rows if row[10] == "Balance of the month"]
    lines = [row for row in told.rows if row not in balances]
    assert sum(row[7] - row[8] for row in lines) == known.total["committed"] > 0
    for balance in balances:
        assert sum(row[7] - row[8] for row in lines if row[1] == balance[1]) == balance[8] - balance[7]
    assert {row[5] for row in told.rows} == {"E"}
    assert min(row[1] for row in told.rows) == "2026-09-30"
