"""Given these events, when this is asked, then these events: a placement's tests in the field's words.

Everything here is invented: PL001 is the place of pupil P1 under agreement AG1 from 1 September 2026.
"""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from commissioning.placements import commands, events
from commissioning.placements.decisions import decide
from commissioning.placements.facts import FundingSplit, PlacementVersion, Suspension
from commissioning.placements.placement import PLACEMENTS, Placement
from contracts.rates import RateLine

START = date(2026, 9, 1)
REF = "PL001"
PUPIL = "P1"


@dataclass(frozen=True)
class Given:
    """What happened before."""

    happened: tuple[Event, ...]

    @property
    def placement(self) -> Placement:
        """The placement as these events leave it."""
        state = PLACEMENTS.fold(self.happened)
        assert state is not None
        return state

    def when(self, command: commands.PlacementCommand) -> "Asked":
        """Asks for something."""
        return Asked(self, command)

    def after(self, *asked: commands.PlacementCommand) -> "Given":
        """What has happened once all of it was asked, one after another."""
        happened = self
        for command in asked:
            state = PLACEMENTS.fold(happened.happened)
            happened = Given((*happened.happened, *decide(command, state)))
        return happened


@dataclass(frozen=True)
class Asked:
    """A command put to a placement."""

    given: Given
    command: commands.PlacementCommand

    def then(self, *expected: Event) -> Given:
        """States what happens; without arguments, that nothing does."""
        happened = decide(self.command, PLACEMENTS.fold(self.given.happened))
        assert happened == list(expected)
        return Given((*self.given.happened, *happened))

    def then_refused(self, code: str) -> None:
        """States the reason why nothing happens."""
        with pytest.raises(Refused) as refusal:
            decide(self.command, PLACEMENTS.fold(self.given.happened))
        assert [fault.code for fault in refusal.value.faults] == [code]


def given(*happened: Event) -> Given:
    """What happened before."""
    return Given(happened)


def version(effective_from: date | None = None, **values: Any) -> PlacementVersion:
    """Where PL001 stands, but for the values given."""
    usual = {"agreement_ref": "AG1", "phase": "secondary", "setting": "day"}
    return PlacementVersion(effective_from=effective_from, **{**usual, **values})


def started(**values: Any) -> events.PlacementStarted:
    """The start of PL001, but for the values given."""
    start_on = values.get("start_on", START)
    usual = {
        "effective_on": start_on,
        "placement_ref": REF,
        "pupil": PUPIL,
        "need": "SEMH",
        "start_on": start_on,
        "end_on": None,
        "notice_given_on": None,
        "end_reason": None,
        "signed_on": None,
        "birth_month": None,
        "version": version(),
        "rates": (),
        "funding": (),
    }
    return events.PlacementStarted(**{**usual, **values})


def start(**values: Any) -> commands.StartPlacement:
    """The command that logs PL001, but for the values given."""
    usual = {
        "placement_ref": REF,
        "pupil": PUPIL,
        "need": "SEMH",
        "start_on": START,
        "agreement_ref": "AG1",
        "phase": "secondary",
        "setting": "day",
    }
    return commands.StartPlacement(**{**usual, **values})


def stand(effective_from: date | None = None, **values: Any) -> commands.ChangePlacementVersion:
    """The command that states where PL001 stands from a day."""
    usual = {"placement_ref": REF, "agreement_ref": "AG1", "phase": "secondary", "setting": "day"}
    return commands.ChangePlacementVersion(effective_from=effective_from, **{**usual, **values})


def line(amount: int = 6_000_000, effective_from: date | None = None, **values: Any) -> RateLine:
    """A yearly price for education of the placement's own, but for the values given."""
    usual = {
        "component": "education",
        "unit": "year",
        "quantity": Decimal(1),
        "void": False,
        "discount": False,
        "notice": True,
    }
    return RateLine(amount=amount, effective_from=effective_from, **{**usual, **values})


def suspension(first_day: date, last_day: date | None, pct: int = 50, reason: str | None = None) -> Suspension:
    """A suspension of these days."""
    return Suspension(first_day=first_day, last_day=last_day, payable_pct=Decimal(pct), reason=reason)


def suspend(
    first_day: date, last_day: date | None, pct: int = 50, reason: str | None = None
) -> commands.SuspendPlacement:
    """The command that suspends PL001 on these days."""
    return commands.SuspendPlacement(
        placement_ref=REF, first_day=first_day, last_day=last_day, payable_pct=Decimal(pct), reason=reason
    )


def split(health: int, effective_from: date | None = None, care: int = 0) -> FundingSplit:
    """A funding split in which education bears the rest."""
    return FundingSplit(
        effective_from=effective_from,
        education_pct=Decimal(100 - health - care),
        health_pct=Decimal(health),
        care_pct=Decimal(care),
    )


def fund(health: int, effective_from: date | None = None, care: int = 0) -> commands.AgreeFunding:
    """The command that agrees such a split for PL001."""
    return commands.AgreeFunding(placement_ref=REF, **asdict(split(health, effective_from, care)))
