"""Prices on an agreement's card, told as given events, when command, then events."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event, EventTypes, Stored, encode
from contracts.agreement import AGREEMENTS, Change, decide
from contracts.commands import AgreeCardRate, CorrectAgreementDates, EndAgreement, SetTiers, VaryTerms, WithdrawCardRate
from contracts.events import EVENTS, CardRateAgreed, CardRateCorrected, CardRateWithdrawn
from contracts.rates import RateLine
from contracts.series import clash
from contracts.versions import resolved
from tests.contracts.examples import JANUARY, START, asked, line, made, make, tiers

UPLIFT = line(amount=6_300_000, effective_from=JANUARY)


def agree(rate: RateLine) -> AgreeCardRate:
    return AgreeCardRate(agreement_ref="AG01", line=rate)


def withdraw(rate: RateLine) -> WithdrawCardRate:
    return WithdrawCardRate(agreement_ref="AG01", line=rate)


def when(given: list[Event], command: Change) -> list[Event]:
    return decide(command, AGREEMENTS.fold(given))


def card(given: list[Event]) -> tuple[tuple[RateLine, ...], tuple[RateLine, ...]]:
    agreement = AGREEMENTS.fold(given)
    assert agreement is not None
    return agreement.card, agreement.withdrawn


def test_a_price_from_a_new_date_is_agreed() -> None:
    """An uplift is added to its series; the same price again, its date stated or blank, records nothing."""
    agreed = CardRateAgreed(effective_on=JANUARY, line=UPLIFT)
    assert when([made()], agree(UPLIFT)) == [agreed]
    assert card([made(), agreed]) == ((line(), UPLIFT), ())
    assert when([made(), agreed], agree(UPLIFT)) == []
    assert when([made()], agree(line(effective_from=START))) == []


def test_another_price_on_a_known_date_corrects() -> None:
    """A wrong price is corrected in its place, effective from its own date."""
    right = line(amount=5_900_000, effective_from=START)
    corrected = CardRateCorrected(effective_on=START, line=right)
    assert when([made()], agree(right)) == [corrected]
    assert card([made(), corrected]) == ((right,), ())


def test_a_withdrawn_price_leaves_the_card_and_its_history_stays() -> None:
    """A price that never held is no longer on the card; withdrawing it again records nothing."""
    withdrawn = CardRateWithdrawn(effective_on=START, line=line())
    assert when([made()], withdraw(line())) == [withdrawn]
    assert card([made(), withdrawn]) == ((), (line(),))
    assert when([made(), withdrawn], withdraw(line(effective_from=START))) == []


def test_a_price_withdrawn_with_another_amount_is_still_withdrawn() -> None:
    """A withdrawal that misquotes the price takes the series' price of that date off, and keeps both on record."""
    misquoted = line(amount=1)
    events = when([made()], withdraw(misquoted))
    assert events == [
        CardRateWithdrawn(effective_on=START, line=line()),
        CardRateWithdrawn(effective_on=START, line=misquoted),
    ]
    assert card([made(), *events]) == ((), (line(), misquoted))
    assert when([made(), *events], withdraw(misquoted)) == []


def test_a_price_that_never_stood_on_the_card_can_be_withdrawn() -> None:
    """A price first heard of as withdrawn is kept on record and changes no other price."""
    events = when([made()], withdraw(UPLIFT))
    assert events == [CardRateWithdrawn(effective_on=JANUARY, line=UPLIFT)]
    assert card([made(), *events]) == ((line(),), (UPLIFT,))


def test_a_withdrawn_price_can_be_agreed_again() -> None:
    """A price put back is on the card and no longer among the withdrawn ones."""
    withdrawn = CardRateWithdrawn(effective_on=START, line=line())
    agreed = when([made(), withdrawn], agree(line()))
    assert agreed == [CardRateAgreed(effective_on=START, line=line())]
    assert card([made(), withdrawn, *agreed]) == ((line(),), ())


def test_withdrawn_prices_of_a_new_agreement_stand_beside_its_card() -> None:
    """A withdrawn price clashes with nothing, is kept on record, and making the same again records nothing."""
    wrong = line(amount=1)
    command = make(withdrawn_rates=(wrong, line()))
    events = decide(command, None)
    assert events == [made(), CardRateWithdrawn(effective_on=START, line=wrong)]
    assert card(events) == ((line(),), (wrong,))
    assert decide(command, AGREEMENTS.fold(events)) == []


def test_a_negative_quantity_is_refused_with_the_line_named() -> None:
    """The refusal names the agreement and the line in words."""
    with pytest.raises(Refused, match="agreement AG01, education a day, from 1 September 2026: The quantity is -1"):
        when([made()], agree(line(unit="day", quantity=Decimal(-1))))


days = st.integers(0, 40).map(lambda offset: START + timedelta(offset))
lines = st.builds(
    line,
    component=st.sampled_from(["education", "therapy"]),
    unit=st.sampled_from(["year", "once"]),
    band=st.sampled_from([None, "A"]),
    amount=st.integers(-2, 2),
    effective_from=st.none() | days,
)
changes = st.one_of(
    lines.map(agree),
    lines.map(withdraw),
    st.builds(EndAgreement, agreement_ref=st.just("AG01"), end_on=days),
    st.builds(CorrectAgreementDates, agreement_ref=st.just("AG01"), start_on=days, end_on=st.none() | days),
    days.map(lambda day: VaryTerms(agreement_ref="AG01", terms=asked(effective_from=day))),
    days.map(lambda day: SetTiers(agreement_ref="AG01", tier_set=tiers((1, 5), effective_from=day))),
)


@for_all(st.lists(changes, max_size=15))
def test_whatever_is_asked_the_agreement_stays_sound(commands: list[Change]) -> None:
    """After any commands the card has no clash, versions are sorted, and the log's JSON gives the same state."""
    events: list[Event] = [made()]
    for command in commands:
        try:
            new = when(events, command)
        except Refused:
            continue
        events.extend(new)
        assert when(events, command) == []
    agreement = AGREEMENTS.fold(events)
    assert agreement is not None
    start = agreement.start_on
    assert clash(agreement.card, start) is None
    assert agreement.terms[0].effective_from is None
    for versions in (agreement.terms, agreement.tier_sets):
        begun = [resolved(version, start) for version in versions]
        assert begun == sorted(set(begun))
    types = EventTypes(EVENTS)
    rows = [
        Stored(1, "agreement:AG01", 1, type(event).__name__, 1, "", "", "", "", None, encode(event), "")
        for event in events
    ]
    assert AGREEMENTS.fold(types.decode(row).event for row in rows) == agreement
