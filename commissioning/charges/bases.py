"""What the placements of an agreement are priced by, at one moment: its terms and card, and its school's calendar."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from commissioning.ledger.aggregates import Aggregate
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import CALENDARS, DEFAULT_CALENDAR, Calendar, listing_differs, school_calendar
from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.days import ALWAYS, Span
from providers.provider import PROVIDERS

Lookup = Callable[[Aggregate[Any], str], Any]
"""Gives the state of a stream, by its kind and key, at the moment in question."""

_READY = 2
"""States of one calendar kept ready: that before an event and that after it."""


class Basis(NamedTuple):
    """An agreement with the calendar that its school follows: as listed, and made ready for pricing."""

    agreement: Agreement
    listed: Calendar
    calendar: SchoolCalendar

    def calls_the_roll_like(self, other: "Basis") -> bool:
        """Whether the same placements have the same roll under both."""
        ours, theirs = self.agreement, other.agreement
        return self.calendar is other.calendar and (ours.start_on, ours.end_on, ours.terms, ours.tier_sets) == (
            theirs.start_on,
            theirs.end_on,
            theirs.terms,
            theirs.tier_sets,
        )

    def counts_in_the_cohorts_of(self, other: "Basis") -> bool:
        """Whether charges under both belong to the same series; a model or a school is part of what one is for."""
        return (self.agreement.model, self.agreement.provider_urn) == (
            other.agreement.model,
            other.agreement.provider_urn,
        )

    def days_listed_otherwise(self, other: "Basis") -> Span | None:
        """The days of academic years that differ between the two calendars; all where it is another calendar."""
        if self.listed is other.listed:
            return None
        if self.listed.name != other.listed.name:
            return ALWAYS
        days: tuple[date, date] | None = listing_differs(self.listed, other.listed)
        return None if days is None else (days[0].toordinal(), days[1].toordinal())


class Bases:
    """Finds bases, with each calendar made ready once for as long as it stays the same."""

    def __init__(self) -> None:
        self._ready: dict[str, list[tuple[Calendar | None, Calendar, SchoolCalendar]]] = {}

    def forget(self) -> None:
        """Drops the calendars."""
        self._ready.clear()

    def of(self, agreement_ref: str, state: Lookup) -> Basis | None:
        """The basis of an agreement; None where no such agreement is known."""
        agreement: Agreement | None = state(AGREEMENTS, agreement_ref)
        if agreement is None:
            return None
        provider = state(PROVIDERS, str(agreement.provider_urn))
        name = (provider.facts.calendar if provider else None) or DEFAULT_CALENDAR
        known: Calendar | None = state(CALENDARS, name)
        ready = self._ready.setdefault(name, [])
        for held, listed, calendar in ready:
            if held is known:
                return Basis(agreement, listed, calendar)
        listed = known or Calendar(name, {})
        ready.append((known, listed, school_calendar(listed)))
        del ready[:-_READY]
        return Basis(agreement, *ready[-1][1:])
