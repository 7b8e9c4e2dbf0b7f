"""Everything that was ever known of what one agreement charges, so that any position of it can be priced again."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from commissioning.charges.accounts import standing
from commissioning.charges.bases import Bases
from commissioning.charges.spans_priced import PricedPlace, payable_places
from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.events import HISTORY, Event, EventTypes
from commissioning.ledger.store import Row
from commissioning.placements.events import EVENTS as PLACEMENT_EVENTS
from commissioning.placements.placement import PLACEMENTS
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import CALENDARS, DEFAULT_CALENDAR, Calendar
from contracts.events import EVENTS as CONTRACT_EVENTS
from contracts.events import AgreementDetailsChanged, AgreementMade
from contracts.pricing.roll import roll_matters
from invoices.questions import Question
from providers.events import EVENTS as PROVIDER_EVENTS
from providers.events import ProviderChanged, ProviderRegistered
from providers.provider import PROVIDERS

_TYPES = EventTypes((*CONTRACT_EVENTS, *PLACEMENT_EVENTS, *PROVIDER_EVENTS))
_STREAMS_IN_A_QUERY = 500
_EVER_ON = "SELECT DISTINCT placement_ref FROM charges_series WHERE book = ? AND agreement_ref = ?"


class Known(NamedTuple):
    """An event and the position at which it became known."""

    position: int
    event: Event


class AgreementHistory:
    """The streams behind an agreement's charges: its own, its schools', their calendars' and its placements'."""

    def __init__(self, agreement_ref: str, streams: dict[str, list[Known]]) -> None:
        self.agreement_ref = agreement_ref
        self._streams = streams
        self._bases = Bases()
        self._priced = lru_cache(maxsize=64)(self._price)
        self._folded = lru_cache(maxsize=4096)(self._fold)

    def agreement(self, position: int) -> Agreement | None:
        """The agreement as it was known at a position."""
        found: Agreement | None = self._state(AGREEMENTS, self.agreement_ref, position)
        return found

    def calendar(self, position: int) -> Calendar:
        """The term calendar that its school follows, as it was known at a position."""
        agreement = self.agreement(position)
        provider = self._state(PROVIDERS, str(agreement.provider_urn), position) if agreement else None
        name = (provider.facts.calendar if provider else None) or DEFAULT_CALENDAR
        return self._state(CALENDARS, name, position) or Calendar(name, {})

    def places(self, position: int, first: date, last: date) -> Sequence[PricedPlace]:
        """The places that are payable on some day of a span, as they were known at a position."""
        return self._priced(position, first, last)

    def positions(self, after: int, upto: int, placement_ref: str | None) -> list[int]:
        """The positions after one and up to another at which what a place costs can have become known otherwise.

        Other placements count only where discounts or empty places make placements depend on one another.
        """
        agreement = self.agreement(upto)
        together = placement_ref is None or agreement is None or roll_matters(agreement)
        others = "" if together else f"{PLACEMENTS.name}:"
        own = "" if placement_ref is None else PLACEMENTS.stream(placement_ref)
        found = {
            known.position
            for name, stream in self._streams.items()
            if together or name == own or not name.startswith(others)
            for known in stream
        }
        return sorted(position for position in found if after < position <= upto)

    def _price(self, position: int, first: date, last: date) -> Sequence[PricedPlace]:
        def state(aggregate: Aggregate[Any], key: str) -> Any:
            return self._state(aggregate, key, position)

        basis = self._bases.of(self.agreement_ref, state)
        if basis is None:
            return ()
        refs = sorted(name.partition(":")[2] for name in self._streams if name.startswith(f"{PLACEMENTS.name}:"))
        members = [standing(state(PLACEMENTS, ref), self.agreement_ref) for ref in refs]
        return tuple(payable_places(basis, [one for one in members if one is not None], (first, last)))

    def _state(self, aggregate: Aggregate[Any], key: str, position: int) -> Any:
        known = self._streams.get(aggregate.stream(key), [])
        return self._folded(aggregate, aggregate.stream(key), bisect_right(known, position, key=_known_at))

    def _fold(self, aggregate: Aggregate[Any], stream: str, events: int) -> Any:
        return aggregate.fold(known.event for known in self._streams.get(stream, [])[:events])


def history_of(agreement_ref: str, upto: int) -> Question[AgreementHistory]:
    """Asks for an agreement's history up to a position."""
    own = yield from _streams([AGREEMENTS.stream(agreement_ref)], upto)
    schools = {
        str(known.event.provider_urn)
        for stream in own.values()
        for known in stream
        if isinstance(known.event, AgreementMade | AgreementDetailsChanged)
    }
    providers = yield from _streams([PROVIDERS.stream(urn) for urn in sorted(schools)], upto)
    calendars = {
        known.event.facts.calendar or DEFAULT_CALENDAR
        for stream in providers.values()
        for known in stream
        if isinstance(known.event, ProviderRegistered | ProviderChanged)
    }
    rows = yield _EVER_ON, (agreement_ref,)
    placements = sorted(row[0] for row in rows if row[0] is not None)
    names = [CALENDARS.stream(name) for name in sorted(calendars | {DEFAULT_CALENDAR})]
    others = yield from _streams([*names, *map(PLACEMENTS.stream, placements)], upto)
    return AgreementHistory(agreement_ref, own | providers | others)


def _streams(names: Sequence[str], upto: int) -> Question[dict[str, list[Known]]]:
    found: dict[str, list[Known]] = {}
    for some in _portions(names):
        marks = ", ".join("?" * len(some))
        named = f"SELECT {HISTORY} FROM ledger_event WHERE book = ? AND stream IN ({marks})"
        rows = yield f"{named} AND position <= ? ORDER BY position", (*some, upto)
        for row, (stream, event) in zip(rows, _TYPES.decode_history(rows), strict=True):
            found.setdefault(stream, []).append(Known(_position(row), event))
    return found


def _position(row: Row) -> int:
    position: int = row[0]
    return position


def _known_at(known: Known) -> int:
    return known.position


def _portions(names: Collection[str]) -> Iterator[Sequence[str]]:
    """Streams in portions that a database takes as parameters of one query."""
    listed = list(names)
    for start in range(0, len(listed), _STREAMS_IN_A_QUERY):
        yield listed[start : start + _STREAMS_IN_A_QUERY]
