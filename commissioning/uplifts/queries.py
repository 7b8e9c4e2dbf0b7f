"""What pages and reports ask about uplift rounds and requests as known at a position; few, so their states are read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from commissioning.charges.known import states_as_at
from commissioning.charges.periods import Period
from commissioning.ledger.events import EventTypes
from commissioning.ledger.reading import Reader
from commissioning.uplifts.events import EVENTS
from commissioning.uplifts.request import UPLIFTS, UpliftRequest
from commissioning.uplifts.round import UPLIFT_ROUNDS, UpliftRound
from contracts.series import Series, series_of

_EVENTS = EventTypes(EVENTS)


async def rounds_as_at(reader: Reader, position: int) -> dict[str, UpliftRound]:
    """Every round by name, the one that applies last first; one that was opened by mistake is none."""
    found = await states_as_at(reader, UPLIFT_ROUNDS, _EVENTS, position)
    open_ever = [one for one in found.values() if not one.withdrawn]
    return {one.name: one for one in sorted(open_ever, key=lambda one: (one.applies_from, one.name), reverse=True)}


async def requests_as_at(reader: Reader, position: int) -> dict[str, UpliftRequest]:
    """Every request of every round by its key, in the order of their keys."""
    return dict(sorted((await states_as_at(reader, UPLIFTS, _EVENTS, position)).items()))


class DatedRequest(NamedTuple):
    """A request and the day from which its prices would hold: the day agreed, or else the round's."""

    request: UpliftRequest
    applies_from: date


async def requests_within(reader: Reader, period: Period, position: int) -> list[DatedRequest]:
    """The requests whose rise falls in a period; withdrawn ones are none."""
    rounds = await rounds_as_at(reader, position)
    dated = [
        DatedRequest(one, one.applies_from or rounds[one.round].applies_from)
        for one in (await requests_as_at(reader, position)).values()
        if one.state != "withdrawn"
    ]
    return [one for one in dated if period.first_day <= one.applies_from <= period.last_day]


@dataclass(frozen=True, slots=True)
class WaitingUplift:
    """A request that nobody has decided. It is overdue once the day from which it would apply has come."""

    request: UpliftRequest
    round: UpliftRound

    def is_overdue(self, day: date) -> bool:
        """Whether the prices in question hold already while nobody knows which they are."""
        return self.round.applies_from <= day


async def uplifts_waiting(reader: Reader, position: int) -> list[WaitingUplift]:
    """The requests that wait for a decision: the round that applies first first, then the one received first."""
    rounds = await rounds_as_at(reader, position)
    found = [
        WaitingUplift(one, rounds[one.round]) for one in (await requests_as_at(reader, position)).values() if one.waits
    ]
    return sorted(found, key=lambda one: (one.round.applies_from, one.request.received_on, one.request.key))


RateKey = tuple[str | None, Series, date]
"""A rate: the placement's reference or None for a card, its series, and the day from which it holds."""


def requests_of_rates(requests: Iterable[UpliftRequest], agreement_ref: str) -> Mapping[RateKey, UpliftRequest]:
    """Which request each raised rate of an agreement's card, and of the placements under it, came of."""
    return {
        (rate.placement_ref, series_of(rate.line), rate.effective_from): one
        for one in requests
        for rate in one.rates
        if rate.agreement_ref == agreement_ref
    }
