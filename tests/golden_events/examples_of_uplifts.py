"""One example of every event of uplift rounds and price bands, for the golden files."""

from datetime import date
from decimal import Decimal

from commissioning.ledger.events import Event
from commissioning.price_bands.events import PriceBandsListed
from commissioning.price_bands.facts import PriceBand
from commissioning.uplifts import events
from commissioning.uplifts.facts import RaisedRate, Rise, Subject
from contracts.rates import RateLine

OPENS, CLOSES, APPLIES = date(2026, 10, 1), date(2026, 12, 18), date(2027, 4, 1)
DECIDED = date(2027, 2, 8)
ROUND = "Fees 2027/28"
SUBJECT = Subject(
    provider_urn=900001,
    component="therapy",
    agreement_ref="AG-INV-1",
    placement_ref="PL-INV-1",
    band="B2",
    setting="day",
)
ROUND_STREAM = f"uplift_round:{ROUND}"
REQUEST_STREAM = f"uplift:{ROUND}|900001|therapy|agreement=AG-INV-1|placement=PL-INV-1|band=B2|setting=day"
RAISED = RaisedRate(
    agreement_ref="AG-INV-1",
    placement_ref="PL-INV-1",
    before=6_550,
    line=RateLine(
        component="therapy",
        unit="hour",
        amount=6_747,
        quantity=Decimal("1.5"),
        effective_from=APPLIES,
        void=False,
        discount=False,
        notice=True,
    ),
)

UPLIFT_EXAMPLES: tuple[tuple[str, Event], ...] = (
    (
        ROUND_STREAM,
        events.UpliftRoundOpened(
            effective_on=OPENS, round=ROUND, opens_on=OPENS, closes_on=CLOSES, applies_from=APPLIES
        ),
    ),
    (
        ROUND_STREAM,
        events.UpliftRoundChanged(effective_on=OPENS, opens_on=OPENS, closes_on=CLOSES, applies_from=APPLIES),
    ),
    (
        "uplift_round:Opened by mistake",
        events.UpliftRoundOpened(
            effective_on=OPENS, round="Opened by mistake", opens_on=OPENS, closes_on=CLOSES, applies_from=APPLIES
        ),
    ),
    ("uplift_round:Opened by mistake", events.UpliftRoundWithdrawn(effective_on=OPENS)),
    (
        REQUEST_STREAM,
        events.UpliftAsked(
            effective_on=date(2026, 11, 2),
            round=ROUND,
            subject=SUBJECT,
            asked=Rise(percent=Decimal("7.25")),
            received_on=date(2026, 11, 2),
            evidence="Letter of 30 October 2026, audited accounts 2025 (invented)",
        ),
    ),
    (
        REQUEST_STREAM,
        events.UpliftOffered(
            effective_on=date(2027, 1, 11), offered=Rise(amount=6_700), reason="Pay award alone (invented)"
        ),
    ),
    (REQUEST_STREAM, events.UpliftOfferWithdrawn(effective_on=DECIDED)),
    (
        REQUEST_STREAM,
        events.UpliftAgreed(
            effective_on=APPLIES,
            agreed=Rise(percent=Decimal(3)),
            decided_on=DECIDED,
            reason="Within the guideline (invented)",
            rates=(RAISED,),
        ),
    ),
    (
        REQUEST_STREAM,
        events.UpliftDecisionTakenBack(effective_on=DECIDED, reason="Entered for the wrong school (invented)"),
    ),
    (REQUEST_STREAM, events.UpliftRefused(effective_on=DECIDED, reason="No evidence (invented)")),
    (REQUEST_STREAM, events.UpliftDecisionTakenBack(effective_on=DECIDED, reason="Evidence came (invented)")),
    (REQUEST_STREAM, events.UpliftWithdrawn(effective_on=DECIDED, reason=None)),
    (
        "price_bands:national",
        PriceBandsListed(
            effective_on=APPLIES,
            source="A table that nobody has published (invented)",
            bands=(PriceBand(band="2", need="SEMH", setting="day", region="Norrowshire", amount=6_125_000),),
        ),
    ),
)
