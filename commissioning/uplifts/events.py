"""What happened in uplift rounds (`uplift_round:NAME`) and to requests (`uplift:…`, keyed by round and subject)."""

from datetime import date

from commissioning.ledger.events import Event
from commissioning.uplifts.facts import RaisedRate, Rise, Subject


class UpliftRoundOpened(Event):
    """A window was opened in which schools may ask for higher prices."""

    round: str
    opens_on: date
    closes_on: date
    applies_from: date


class UpliftRoundChanged(Event):
    """The days of a round are now these."""

    opens_on: date
    closes_on: date
    applies_from: date


class UpliftRoundWithdrawn(Event):
    """The round was opened by mistake, and no school had asked in it; opened again, it begins anew."""


class UpliftAsked(Event):
    """A school asked for higher prices; what it asked before in this round for the same prices is replaced."""

    round: str
    subject: Subject
    asked: Rise
    received_on: date
    evidence: str


class UpliftOffered(Event):
    """The council made an offer, in place of any earlier one."""

    offered: Rise
    reason: str | None


class UpliftOfferWithdrawn(Event):
    """The council's offer was taken away; there is none now."""


class UpliftAgreed(Event):
    """The council agreed a rise from the event's day; `rates` are recorded in the same transaction, right after it."""

    agreed: Rise
    decided_on: date
    reason: str | None
    rates: tuple[RaisedRate, ...]


class UpliftRefused(Event):
    """The council refused the request."""

    reason: str


class UpliftDecisionTakenBack(Event):
    """The decision was taken back and the request waits again; rates that came of it are withdrawn right after it."""

    reason: str


class UpliftWithdrawn(Event):
    """The school no longer asks."""

    reason: str | None


EVENTS: tuple[type[Event], ...] = (
    UpliftRoundOpened,
    UpliftRoundChanged,
    UpliftRoundWithdrawn,
    UpliftAsked,
    UpliftOffered,
    UpliftOfferWithdrawn,
    UpliftAgreed,
    UpliftRefused,
    UpliftDecisionTakenBack,
    UpliftWithdrawn,
)
