"""Which agreements an event touches, so that nothing else is looked at again.

An event of a placement touches that placement under its agreements, and through the roll perhaps others there. An
event of an agreement touches all who are on it; one of a calendar, everyone who follows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from commissioning.ledger.events import Recorded
from commissioning.ledger.work import UnitOfWork
from commissioning.placements import events as placement_events
from commissioning.placements.placement import PLACEMENTS, Placement
from contracts import events as contract_events
from contracts.agreement import AGREEMENTS
from contracts.projections import agreements_of_calendar, agreements_of_provider
from providers import events as provider_events


@dataclass(frozen=True, slots=True)
class Touch:
    """One agreement to look at again: one placement on it, or with None everyone."""

    agreement_ref: str
    placement: str | None = None


def touches(recorded: Recorded, work: UnitOfWork) -> Iterator[Touch]:
    """The agreements an event touches, as known right after it."""
    event, key = recorded.event, recorded.stream.partition(":")[2]
    match event:
        case placement_events.PupilIdentified() | placement_events.PupilDetailsChanged():
            return
        case contract_events.AcademicYearListed():
            yield from map(Touch, agreements_of_calendar(work.tables, key))
        case provider_events.ProviderRegistered() | provider_events.ProviderChanged():
            yield from map(Touch, agreements_of_provider(work.tables, int(key)))
        case _ if recorded.stream.startswith(f"{AGREEMENTS.name}:"):
            yield Touch(key)
        case _ if recorded.stream.startswith(f"{PLACEMENTS.name}:"):
            for agreement_ref in _agreements_of(work.state(PLACEMENTS, key), work.before):
                yield Touch(agreement_ref, key)
        case _:
            return


def _agreements_of(now: Placement | None, before: Placement | None) -> list[str]:
    """The agreements a placement stands on now, then those it was moved away from altogether."""
    on = [version.agreement_ref for version in now.versions] if now else []
    left = {version.agreement_ref for version in before.versions} if before else set()
    return list(dict.fromkeys([*on, *sorted(left)]))
