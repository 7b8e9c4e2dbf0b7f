"""Which charges an event can touch, so that nothing else is priced again.

An event of a placement touches that placement under its agreements, and through the roll perhaps others
there, which `repricing` finds by comparing stays. An event of an agreement touches all who are on it; one of a
calendar, everyone who follows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from commissioning.ledger.events import Recorded
from commissioning.ledger.tables import Tables
from commissioning.ledger.work import UnitOfWork
from commissioning.placements import events as placement_events
from commissioning.placements.placement import PLACEMENTS, Placement
from contracts import events as contract_events
from contracts.agreement import AGREEMENTS, Agreement
from contracts.projections import agreements_of_calendar, agreements_of_provider
from contracts.rates import RateLine
from providers import events as provider_events

_KEEP_THE_ROLL = (
    placement_events.OwnRateAgreed,
    placement_events.OwnRateCorrected,
    placement_events.OwnRateWithdrawn,
    placement_events.PlacementSuspended,
    placement_events.SuspensionCorrected,
    placement_events.SuspensionWithdrawn,
    placement_events.FundingAgreed,
    placement_events.PlacementCorrected,
)
"""What changes a placement's price but none of its days: a suspended place stays occupied (pricing.md §4)."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One agreement to look at again. `placement` None means everyone on it; `line` narrows to whom it can apply.

    `keeps_roll` says that nobody's days, and so nobody's place or discount, can be other than before.
    """

    agreement_ref: str
    placement: str | None = None
    line: RateLine | None = None
    new: bool = False
    keeps_roll: bool = False

    def reaches(self, agreement: Agreement, placement: Placement) -> bool:
        """Whether this placement may have to be priced again whatever its stay."""
        if self.placement is not None:
            return placement.ref == self.placement
        return self.line is None or _may_hold(self.line, agreement, placement)


def touches(recorded: Recorded, work: UnitOfWork) -> Iterator[Touch]:
    """The agreements an event touches, as known right after it."""
    event, key = recorded.event, recorded.stream.partition(":")[2]
    match event:
        case placement_events.PupilIdentified() | placement_events.PupilDetailsChanged():
            return
        case placement_events.PlacementStarted():
            yield Touch(event.version.agreement_ref, key, new=True)
        case contract_events.AcademicYearListed():
            yield from map(Touch, agreements_of_calendar(work.tables, key))
        case provider_events.ProviderRegistered() | provider_events.ProviderChanged():
            yield from map(Touch, agreements_of_provider(work.tables, int(key)))
        case contract_events.CardRateAgreed() | contract_events.CardRateCorrected():
            yield Touch(key, line=event.line)
        case contract_events.AgreementMade():
            yield Touch(key, new=True)
        case _ if recorded.stream.startswith(f"{AGREEMENTS.name}:"):
            yield Touch(key)
        case _ if recorded.stream.startswith(f"{PLACEMENTS.name}:"):
            for agreement_ref in _agreements_of(key, work):
                yield Touch(agreement_ref, key, keeps_roll=isinstance(event, _KEEP_THE_ROLL))
        case _:
            return


def _agreements_of(placement_ref: str, work: UnitOfWork) -> list[str]:
    """The agreements a placement stands on now, and those it is still charged under though it was moved away."""
    placement = work.state(PLACEMENTS, placement_ref)
    now = [version.agreement_ref for version in placement.versions] if placement else []
    return list(dict.fromkeys([*now, *_charged_under(work.tables, placement_ref)]))


def _charged_under(tables: Tables, placement_ref: str) -> list[str]:
    """Sorted here: an ORDER BY would have SQLite read every series of the book in the order of agreements."""
    rows = tables.query(
        "SELECT agreement_ref FROM charges_series WHERE book = ? AND placement_ref = ?",
        (tables.book, placement_ref),
    )
    return sorted({agreement_ref for (agreement_ref,) in rows})


def _may_hold(line: RateLine, agreement: Agreement, placement: Placement) -> bool:
    """Whether a card line can be held by a placement on any day from the line's date on, notice days included."""
    starts: date = line.effective_from or agreement.start_on
    ended = placement.end_on is not None and placement.end_on < starts
    if ended and not any(terms.notice_weeks or terms.leaver_rule != "last_day" for terms in agreement.terms):
        return False
    return any(
        (line.band is None or line.band == version.band) and (line.setting is None or line.setting == version.setting)
        for version in placement.versions
    )
