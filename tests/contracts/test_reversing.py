"""What is undone of an agreement stands as before it: the same terms, discounts, prices and facts on every day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commissioning.ledger.events import Event
from contracts.agreement import AGREEMENTS, Agreement, Change, decide
from contracts.commands import (
    AgreeCardRate,
    ChangeAgreementDetails,
    CorrectAgreementDates,
    EndAgreement,
    ExtendAgreement,
    SetTiers,
    VaryTerms,
    WithdrawCardRate,
)
from contracts.reversing import NO_DISCOUNT, reversal
from contracts.series import series_of
from contracts.versions import resolved, version_on
from tests.contracts.examples import JANUARY, OCTOBER, START, asked, line, made, terms, tiers

JULY = date(2027, 7, 31)
REF: dict[str, Any] = {"agreement_ref": "AG01"}
GIVEN: list[Event] = [
    made(
        end_on=JULY,
        terms=(terms(), terms(effective_from=JANUARY, notice_weeks=6)),
        tier_sets=(tiers((1, 5), effective_from=OCTOBER),),
        rates=(line(), line(amount=6_100_000, effective_from=JANUARY)),
    )
]
COMMANDS: list[Change] = [
    VaryTerms(**REF, terms=asked(effective_from=OCTOBER, notice_weeks=2)),
    VaryTerms(**REF, terms=asked(effective_from=JANUARY, notice_weeks=2)),
    VaryTerms(**REF, terms=asked(notice_weeks=2)),
    SetTiers(**REF, tier_set=tiers((1, 9))),
    SetTiers(**REF, tier_set=tiers((1, 9), effective_from=OCTOBER)),
    SetTiers(**REF, tier_set=tiers((1, 9), effective_from=JANUARY)),
    AgreeCardRate(**REF, line=line(amount=1, effective_from=OCTOBER)),
    AgreeCardRate(**REF, line=line(amount=1, effective_from=JANUARY)),
    WithdrawCardRate(**REF, line=line(amount=6_100_000, effective_from=JANUARY)),
    WithdrawCardRate(**REF, line=line(amount=3, effective_from=JANUARY)),
    EndAgreement(**REF, end_on=JANUARY),
    ExtendAgreement(**REF, end_on=None),
    CorrectAgreementDates(**REF, start_on=OCTOBER, end_on=JANUARY),
    CorrectAgreementDates(**REF, start_on=date(2026, 8, 1), end_on=None),
    ChangeAgreementDetails(
        **REF,
        provider_urn=900002,
        model="spot",
        title=None,
        billing="monthly_arrears",
        instalments="equal",
        signed_on=JULY,
    ),
]


def as_it_holds(agreement: Agreement) -> list[object]:
    """Everything that an agreement says, on every day of two years; no tiers and none off are the same."""
    start = agreement.start_on
    found: list[object] = [agreement._replace(terms=(), tier_sets=(), card=(), withdrawn=(), end_recorded=True)]
    for number in range(730):
        day = START + timedelta(days=number)
        held = version_on(agreement.terms, day, start)
        tier_set = version_on(agreement.tier_sets, day, start)
        prices = {
            series: version_on([one for one in agreement.card if series_of(one) == series], day, start)
            for series in {series_of(one) for one in agreement.card}
        }
        stated = None if held is None else {name: getattr(held, name) for name in ("notice_weeks", "accrual")}
        discounts = NO_DISCOUNT if tier_set is None else tier_set.tiers
        amounts = {series: (price.amount, resolved(price, start)) for series, price in prices.items() if price}
        found.append((stated, discounts, amounts))
    return found


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_an_event_reversed_leaves_every_day_as_it_was(command: Change) -> None:
    """The newest event is reversed first, each by what it changed."""
    before = AGREEMENTS.fold(GIVEN)
    assert before is not None
    events = decide(command, before)
    assert events
    states = [before]
    for event in events:
        states.append(AGREEMENTS.evolve(states[-1], event))
    now = states[-1]
    if not isinstance(command, WithdrawCardRate) or command.line.amount != 3:
        assert as_it_holds(now) != as_it_holds(before)
    for event, earlier in reversed([*zip(events, states[:-1], strict=True)]):
        for each in reversal(event, earlier):
            for done in decide(each, now):
                now = AGREEMENTS.evolve(now, done)
    assert as_it_holds(now) == as_it_holds(before)


def test_an_agreement_that_was_made_is_not_unmade() -> None:
    """Placements may stand under it already: it is ended, or corrected."""
    assert reversal(made(), None) == []
    assert Decimal(0) == NO_DISCOUNT[0].discount_pct
