"""Uplift rounds on a real ledger: what is agreed becomes dated rates, and what cannot be agreed is refused."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.ledger.errors import Conflict, Refused
from commissioning.ledger.reading import Reader
from commissioning.uplifts import commands
from commissioning.uplifts.facts import Rise, Subject
from exports.result import Result
from exports.spending.bridge import bridge
from tests.exports.schools import YEAR, council_of, price, world
from tests.uplifts.rounds import (
    EDUCATION,
    OCTOBER,
    ROUND,
    a_school,
    agrees,
    asks,
    card,
    do,
    modelled,
    opened,
    own,
    request_of,
)
from tests.worlds.council import NO_FILTERS


def test_an_agreed_uplift_dates_every_rate_it_touches_to_the_penny() -> None:
    """The card and the own price of whoever is on roll rise; who left before, and another component, do not."""
    with council_of(a_school()) as council:
        do(council, opened(), asks(), agrees())
        start = YEAR.first_day
        assert card(council, "B") == [(start, 36_500_00), (OCTOBER, 37_777_50)]
        assert own(council, "P3") == [(start, 40_000_00), (OCTOBER, 41_400_00)]
        assert own(council, "P4") == [(start, 41_234_56)]
        assert own(council, "P3", "therapy") == [(start, 1_000_00)]
        found = request_of(council)
    assert found.state == "agreed_in_part"
    assert [(one.agreement_ref, one.placement_ref, one.before, one.line.amount) for one in found.rates] == [
        ("B", None, 36_500_00, 37_777_50),
        ("S", "P3", 40_000_00, 41_400_00),
    ]


def test_an_uplift_agreed_for_a_day_that_is_past_moves_the_charges_and_the_bridge_says_so() -> None:
    """Every penny of it stands under changed rates."""
    with council_of(a_school()) as council:
        do(council, opened(), asks())
        position = council.events()[-1].position
        receipt = do(council, agrees(applies_from=date(2026, 5, 1)))
        before, after = position, receipt.last_position

        async def question(reader: Reader) -> Result:
            return await bridge(
                reader, await reader.as_at(str(before)), await reader.as_at(str(after)), YEAR, NO_FILTERS
            )

        found = council.ask(question)
        effect = modelled(council).effect("agreed", YEAR)
    causes = {row[0]: row[2] for row in found.rows}
    assert causes == {"rate_change": effect}


def test_one_agreement_of_a_school_is_refused_and_the_others_agreed() -> None:
    """A request for one agreement speaks for it alone, also while it waits, whatever a wider one comes to."""
    block = Subject(provider_urn=900001, component="education", agreement_ref="B")
    with council_of(a_school()) as council:
        do(council, opened(), asks(), asks(block, percent=Decimal(12)))
        do(council, agrees())
        assert card(council, "B") == [(YEAR.first_day, 36_500_00)]
        refusal = commands.RefuseUplift(
            round=ROUND, subject=block, decided_on=date(2026, 8, 1), reason="No evidence (invented)"
        )
        do(council, refusal)
        assert card(council, "B") == [(YEAR.first_day, 36_500_00)]
        assert own(council, "P3")[-1] == (OCTOBER, 41_400_00)
        assert request_of(council, block).state == "refused"


def test_a_new_amount_stands_for_one_price_only() -> None:
    """Two different prices cannot become one amount; the one of an agreement's card can."""
    block = Subject(provider_urn=900001, component="education", agreement_ref="B")
    with council_of(a_school()) as council:
        do(council, opened())
        with pytest.raises(Refused, match="they differ"):
            do(council, asks(amount=38_000_00))
        do(council, asks(block, amount=38_000_00), agrees(block, agreed=Rise(amount=38_000_00)))
        assert card(council, "B")[-1] == (OCTOBER, 38_000_00)
        assert request_of(council, block).state == "agreed"


def test_a_price_agreed_apart_for_that_day_or_later_stands() -> None:
    """An uplift raises what held on the eve, to the day on which something else was agreed."""
    later = date(2026, 11, 1)
    with council_of(a_school()) as council:
        rates = [
            price(38_000, agreement_ref="B", void="yes", effective_from=later),
            price(42_000, placement_ref="P3", effective_from=OCTOBER),
        ]
        council.take_in(world([], rates, []))
        do(council, opened(), asks(), agrees())
        assert card(council, "B") == [(YEAR.first_day, 36_500_00), (OCTOBER, 37_777_50), (later, 38_000_00)]
        assert own(council, "P3")[-1] == (OCTOBER, 42_000_00)


def test_what_is_decided_is_not_decided_again() -> None:
    """The same agreement again records nothing; another one, or a refusal, is refused until the first is taken back."""
    with council_of(a_school()) as council:
        do(council, opened(), asks(), agrees())
        position = council.events()[-1].position
        do(council, agrees())
        assert council.events()[-1].position == position
        with pytest.raises(Refused, match="Take that decision back"):
            do(council, agrees(percent="4"))
        with pytest.raises(Refused, match="Take that decision back"):
            do(council, asks(percent=Decimal(9)))


def test_the_second_of_two_editors_is_told() -> None:
    """A form drawn from an older version of the request changes nothing."""
    with council_of(a_school()) as council:
        do(council, opened(), asks())
        offer = commands.OfferUplift(
            round=ROUND, subject=EDUCATION, offered=Rise(percent=Decimal(2)), offered_on=date(2026, 8, 1)
        )
        do(council, offer)
        with pytest.raises(Conflict):
            do(council, agrees(expected_version=1))


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (Subject(provider_urn=900009, component="education"), "school"),
        (Subject(provider_urn=900001, component="education", agreement_ref="X"), "has no agreement"),
        (Subject(provider_urn=900001, component="education", placement_ref="X"), "No placement"),
    ],
)
def test_a_request_names_what_is_known(subject: Subject, words: str) -> None:
    """A school, agreement or placement that nobody recorded is refused by name."""
    with council_of(a_school()) as council:
        do(council, opened())
        with pytest.raises(Refused, match=words):
            do(council, asks(subject))
