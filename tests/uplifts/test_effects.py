"""What a round costs: asked, offered and agreed cost what was modelled, and the report sets them side by side."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from commissioning.ledger.reading import Reader
from commissioning.uplifts import commands
from commissioning.uplifts.effects import FIGURES, Figure
from commissioning.uplifts.facts import Rise, Subject
from commissioning.uplifts.queries import uplifts_waiting
from exports.prices.uplifts import uplifts
from exports.result import Result
from tests.exports.schools import YEAR, council_of
from tests.uplifts.rounds import (
    EDUCATION,
    OCTOBER,
    ROUND,
    a_school,
    agrees,
    asks,
    charged,
    do,
    modelled,
    offers,
    opened,
    takes_back,
)
from tests.worlds.council import NO_FILTERS


def test_requests_wait_until_they_are_decided() -> None:
    """Asked and offered wait; agreed, refused and withdrawn do not; it is overdue once the prices would hold."""
    therapy = Subject(provider_urn=900001, component="therapy")
    with council_of(a_school()) as council:
        do(council, opened(), asks(), asks(therapy))

        def waiting() -> list[tuple[str, bool, bool]]:
            async def question(reader: Reader) -> list[tuple[str, bool, bool]]:
                return [
                    (one.request.subject.component, one.is_overdue(date(2026, 9, 30)), one.is_overdue(OCTOBER))
                    for one in await uplifts_waiting(reader, await reader.end())
                ]

            return council.ask(question)

        assert waiting() == [("education", False, True), ("therapy", False, True)]
        do(council, commands.WithdrawUplift(round=ROUND, subject=therapy, withdrawn_on=date(2026, 7, 1)), agrees())
        assert waiting() == []


@pytest.mark.parametrize("figure", FIGURES)
def test_the_report_sets_asked_offered_and_agreed_side_by_side(figure: Figure) -> None:
    """Each is what a whole year at those prices costs more than at the old ones, and blank where nobody said any."""
    offer = commands.OfferUplift(
        round=ROUND, subject=EDUCATION, offered=Rise(percent=Decimal(2)), offered_on=date(2026, 8, 1)
    )
    with council_of(a_school()) as council:

        async def question(reader: Reader) -> Result:
            return await uplifts(reader, await reader.as_at(), YEAR, NO_FILTERS, "component")

        def told() -> Any:
            (row,) = council.ask(question).by_name()
            assert row["component"] == "education"
            return row[f"{figure}_pct"]

        do(council, opened(), asks())
        if figure != "asked":
            assert not told()
        do(council, offer)
        do(council, agrees())
        part = told()
    # Who left before October never paid the agreed price; what is asked or offered is told as if it held all year.
    expected, within = {"asked": (0.08, 1e-6), "offered": (0.02, 1e-6), "agreed": (0.0311, 1e-4)}[figure]
    assert float(part) == pytest.approx(expected, abs=within)


@pytest.mark.parametrize("applies_from", [OCTOBER, date(2026, 6, 1)])
def test_what_is_asked_and_offered_costs_what_agreeing_it_costs(applies_from: date) -> None:
    """In the period to the penny, from the day agreed; each in pounds of its own, and by component all of it."""
    with council_of(a_school()) as council:

        async def question(reader: Reader) -> Result:
            return await uplifts(reader, await reader.as_at(), YEAR, NO_FILTERS, "provider")

        do(council, opened(), asks(), offers("2"), agrees(percent="8", applies_from=applies_from))
        asked = council.ask(question).total
        do(council, takes_back(), agrees(percent="2", applies_from=applies_from))
        offered = council.ask(question).total
    assert asked["asked_this_year"] == asked["effect_this_year"] == offered["asked_this_year"]
    assert offered["offered_this_year"] == offered["effect_this_year"] == asked["offered_this_year"]
    assert 0 < int(str(offered["effect_this_year"])) < int(str(asked["effect_this_year"]))
    assert int(str(asked["asked_full_year"])) > int(str(asked["asked_this_year"]))


@pytest.mark.parametrize("applies_from", [OCTOBER, date(2026, 4, 15)])
@pytest.mark.parametrize("percent", ["3.5", "-2", "0.333"])
def test_what_is_agreed_costs_what_was_modelled(applies_from: date, percent: str) -> None:
    """Discounts, notice, empty places and leavers included, the year moves by the effect that was modelled."""
    with council_of(a_school()) as council:
        do(council, opened(applies_from=applies_from), asks(percent=Decimal(percent)))
        before, asked = charged(council), modelled(council)
        do(council, agrees(percent=percent, applies_from=applies_from))
        after, agreed = charged(council), modelled(council)
    moved = sum(after.values()) - sum(before.values())
    assert moved != 0
    assert asked.effect("asked", YEAR) == moved
    assert agreed.effect("agreed", YEAR) == moved
    assert agreed.effect("asked", YEAR) == moved
    assert asked.rates["asked"] == agreed.rates["agreed"]
