"""Every event of agreements and calendars comes back from its JSON as it was written."""

from datetime import date
from decimal import Decimal

from commissioning.ledger.events import Event, EventTypes, Stored, encode
from contracts.events import (
    EVENTS,
    AcademicYearListed,
    AgreementDatesCorrected,
    AgreementDetailsChanged,
    AgreementEnded,
    AgreementExtended,
    CardRateAgreed,
    CardRateCorrected,
    CardRateWithdrawn,
    TermsVaried,
    TiersSet,
)
from contracts.school_year import Closure, TermDates
from tests.contracts.examples import JANUARY, START, line, made, terms, tiers

LINE = line(quantity=Decimal("2.50"), band="B", setting="residential_52", amount=-1, effective_from=JANUARY)
JULY = date(2027, 7, 31)
SAMPLES: tuple[Event, ...] = (
    AcademicYearListed(
        effective_on=START,
        calendar="default",
        academic_year="2026-27",
        terms={"autumn": TermDates(first_day=START, last_day=date(2026, 12, 18))},
        closures=(Closure(first_day=START, last_day=START, reason="INSET"),),
    ),
    made(
        end_on=JULY,
        signed_on=START,
        terms=(terms(void_pct=Decimal("12.5"), commitment_places=4, void_band="B", void_setting="day"),),
        tier_sets=(tiers((1, 11), (26, -2), effective_from=JANUARY),),
        rates=(LINE, line()),
    ),
    TermsVaried(effective_on=JANUARY, terms=terms(effective_from=JANUARY, leaver_rule="term_notice")),
    TiersSet(effective_on=JANUARY, tier_set=tiers((1, 11), effective_from=JANUARY)),
    CardRateAgreed(effective_on=JANUARY, line=LINE),
    CardRateCorrected(effective_on=JANUARY, line=LINE),
    CardRateWithdrawn(effective_on=JANUARY, line=LINE),
    AgreementEnded(effective_on=JULY, end_on=JULY),
    AgreementExtended(effective_on=date(2027, 8, 1), end_on=None),
    AgreementDatesCorrected(effective_on=START, start_on=START, end_on=None),
    AgreementDetailsChanged(
        effective_on=START,
        provider_urn=900001,
        model="spot",
        title=None,
        billing="monthly_advance",
        instalments="equal",
        signed_on=None,
    ),
)


def test_every_event_comes_back_from_its_json() -> None:
    """No class is missing here, and each is read back equal, with the same bytes when written again."""
    assert {type(event) for event in SAMPLES} == set(EVENTS)
    types = EventTypes(EVENTS)
    for event in SAMPLES:
        row = Stored(1, "", 1, type(event).__name__, 1, "", "", "", "", None, encode(event), "")
        again = types.decode(row).event
        assert again == event
        assert encode(again) == encode(event)
