"""One example of every event of consultations, for the golden files."""

from datetime import date
from decimal import Decimal

from commissioning.consultations import events
from commissioning.consultations.facts import Wanted
from commissioning.ledger.events import Event
from contracts.rates import RateLine

ASKED, ANSWERED, NAMED, START = date(2026, 5, 11), date(2026, 5, 26), date(2026, 6, 8), date(2026, 9, 1)
PUPIL = "0123456789abcdef0123456789abcdef"
STREAM, CLOSED_STREAM = "consultation:CN-0001", "consultation:CN-0002"
WANTED = Wanted(
    need="SEMH",
    phase="secondary",
    setting="residential_weekly",
    band="B2",
    home_area="Northmoor",
    route="tribunal",
    birth_month="2013-05",
    wanted_from=START,
)


def price(pence: int) -> RateLine:
    """A yearly price for education."""
    return RateLine(
        component="education", unit="year", amount=pence, quantity=Decimal(1), void=False, discount=False, notice=True
    )


CONSULTATION_EXAMPLES: tuple[tuple[str, Event], ...] = (
    (STREAM, events.PlaceSought(effective_on=ASKED, consultation_ref="CN-0001", pupil=PUPIL, wanted=WANTED)),
    (STREAM, events.SchoolConsulted(effective_on=ASKED, provider_urn=900001, respond_by=ANSWERED)),
    (STREAM, events.SchoolConsulted(effective_on=ASKED, provider_urn=900002, respond_by=None)),
    (
        STREAM,
        events.PlaceOffered(
            effective_on=ANSWERED, provider_urn=900001, agreement_ref="AG-INV-1", rates=(price(6_812_000),)
        ),
    ),
    (
        STREAM,
        events.PlaceDeclined(
            effective_on=ANSWERED, provider_urn=900002, reason="cannot_meet_need", words="c2VhbGVkIHdvcmRz"
        ),
    ),
    (STREAM, events.PanelApproved(effective_on=NAMED, provider_urn=900001)),
    (STREAM, events.SchoolNamed(effective_on=NAMED, provider_urn=900001, by="council")),
    (
        STREAM,
        events.PlacementAgreementIssued(
            effective_on=NAMED, agreement_ref="AG-INV-1", start_on=START, rates=(price(6_650_000),)
        ),
    ),
    (STREAM, events.PlacementAgreementSigned(effective_on=NAMED)),
    (STREAM, events.PlaceFound(effective_on=START, placement_ref="PL001")),
    (STREAM, events.StepTakenBack(effective_on=START, step="started", provider_urn=None)),
    (STREAM, events.StepTakenBack(effective_on=ANSWERED, step="answered", provider_urn=900002)),
    (CLOSED_STREAM, events.PlaceSought(effective_on=ASKED, consultation_ref="CN-0002", pupil=PUPIL, wanted=WANTED)),
    (
        CLOSED_STREAM,
        events.ConsultationClosed(effective_on=NAMED, reason="tribunal_ordered_elsewhere", words="b3JkZXJlZA=="),
    ),
)
