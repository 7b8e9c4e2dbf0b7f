"""Decisions of a round taken back or undone leave every rate as it was, save what somebody else set since."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from commissioning.uplifts import commands
from commissioning.uplifts.queries import rounds_as_at
from commissioning.uplifts.request import key_of
from commissioning.uplifts.round import UpliftRound
from tests.exports.schools import YEAR, council_of, price, world
from tests.uplifts.rounds import (
    DAYS,
    EDUCATION,
    OCTOBER,
    ROUND,
    a_school,
    agrees,
    asks,
    card,
    charged,
    do,
    offers,
    opened,
    own,
    request_of,
    takes_back,
)


def test_a_decision_taken_back_leaves_everything_as_it_was() -> None:
    """The rates never held, the charges are those before, the event names what it corrects and the request waits."""
    with council_of(a_school()) as council:
        do(council, opened(), asks())
        before = charged(council)
        receipt = do(council, agrees())
        do(council, takes_back())
        assert charged(council) == before
        assert card(council, "B") == [(YEAR.first_day, 36_500_00)]
        assert request_of(council).state == "asked"
        taken_back = next(one for one in council.events() if type(one.event).__name__ == "UpliftDecisionTakenBack")
        assert taken_back.corrects == receipt.first_position
        do(council, agrees(percent="2"))
        assert card(council, "B")[-1] == (OCTOBER, 37_230_00)


def test_a_rate_that_somebody_corrected_stays_when_the_decision_is_taken_back() -> None:
    """What was agreed apart from the uplift is not withdrawn with it."""
    with council_of(a_school()) as council:
        do(council, opened(), asks(), agrees())
        council.take_in(world([], [price(39_999, agreement_ref="B", void="yes", effective_from=OCTOBER)], []))
        do(council, takes_back())
        assert card(council, "B")[-1] == (OCTOBER, 39_999_00)
        assert own(council, "P3") == [(YEAR.first_day, 40_000_00)]


@pytest.mark.parametrize("decision", ["agreed", "refused"])
def test_a_decision_that_was_taken_back_by_mistake_stands_again(decision: str) -> None:
    """Undone, the taking back leaves the decision with the very rates that came of it."""
    refusal = commands.RefuseUplift(
        round=ROUND, subject=EDUCATION, decided_on=date(2026, 8, 1), reason="No evidence (invented)"
    )
    back = commands.TakeBackUpliftDecision(
        round=ROUND, subject=EDUCATION, taken_back_on=date(2026, 8, 2), reason="Wrong school (invented)"
    )
    with council_of(a_school()) as council:
        do(council, opened(), asks(), offers(), agrees() if decision == "agreed" else refusal)
        known, before = request_of(council), charged(council)
        receipt = do(council, back)
        do(council, commands.UndoUpliftChange(key=key_of(ROUND, EDUCATION), command_id=receipt.command_id))
        assert (request_of(council), charged(council)) == (known, before)


async def known_round(reader: Reader) -> UpliftRound | None:
    """The round as it is known."""
    return (await rounds_as_at(reader, await reader.end())).get(ROUND)


def test_a_round_is_undone_until_a_school_has_asked_in_it() -> None:
    """Opened by mistake it is no round; its days are as before once a change is undone; asked in, it stays."""
    with council_of(a_school()) as council:
        receipt = do(council, opened())
        do(council, commands.UndoUpliftRoundChange(round=ROUND, command_id=receipt.command_id))
        assert council.ask(known_round) is None
        with pytest.raises(Refused, match="no uplift round"):
            do(council, asks())
        receipt = do(council, opened())
        changed = do(council, commands.ChangeUpliftRound(round=ROUND, **(DAYS | {"applies_from": date(2027, 1, 1)})))
        do(council, commands.UndoUpliftRoundChange(round=ROUND, command_id=changed.command_id))
        assert council.ask(known_round) == UpliftRound(ROUND, **DAYS)
    with council_of(a_school()) as council:
        receipt = do(council, opened())
        do(council, asks())
        with pytest.raises(Refused, match="has asked in this round"):
            do(council, commands.UndoUpliftRoundChange(round=ROUND, command_id=receipt.command_id))


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 6])
def test_what_is_undone_within_a_day_stands_as_before_it(steps: int) -> None:
    """Asked, asked anew, offered, offered anew, agreed, or refused: undone, request and prices are as before."""
    refusal = commands.RefuseUplift(
        round=ROUND, subject=EDUCATION, decided_on=date(2026, 8, 1), reason="No evidence (invented)"
    )
    deeds = [asks(), asks(percent=Decimal(9)), offers(), offers("2.5"), agrees() if steps == 5 else refusal]
    done = deeds[: min(steps, 5)]
    with council_of(a_school()) as council:
        do(council, opened(), *done[:-1])
        before, prices = charged(council), card(council, "B")
        known = request_of(council) if steps > 1 else None
        receipt = do(council, done[-1])
        undone = commands.UndoUpliftChange(key=key_of(ROUND, EDUCATION), command_id=receipt.command_id)
        position = do(council, undone).first_position
        found = request_of(council)
        assert (charged(council), card(council, "B")) == (before, prices)
        assert next(one for one in council.events() if one.position == position).corrects == receipt.first_position
        assert found.state == "withdrawn" if known is None else found == known
