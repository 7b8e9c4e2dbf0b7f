"""A saved scenario: what may be saved by whom, and what a scenario is after its events. Pure.

A scenario is judged as strictly as the same agreements would be if they were made. It has an owner, who alone saves
its next version or drops it; whoever else would change it saves a scenario of their own.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from contracts import agreement as agreements
from contracts import calendar as calendars
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import CALENDARS, Calendar
from contracts.commands import ListAcademicYear, MakeAgreement
from contracts.school_year import AcademicYear
from exports.scenarios.commands import DropScenario, SaveScenario
from exports.scenarios.events import ScenarioDropped, ScenarioSaved
from exports.scenarios.facts import StatedAgreement, StatedYear

LONGEST_NAME: Final = 80
MOST_AGREEMENTS: Final = 50
VERSION_SIGN: Final = "@"
"""Stands between a name and the number of a version, and so in no name."""
_CONFLICT = 409


class Scenario(NamedTuple):
    """A scenario at one of its versions, from 1; `dropped` once it was taken from the list."""

    name: str
    owner: str
    version: int
    stated: tuple[StatedAgreement, ...]
    years: tuple[StatedYear, ...]
    dropped: bool = False

    def agreements(self) -> tuple[Agreement, ...]:
        """The agreements that it states, as pricing reads them."""
        return tuple(stated.agreement() for stated in self.stated)

    def calendars(self) -> tuple[Calendar, ...]:
        """The calendars that it states."""
        listed: dict[str, dict[str, AcademicYear]] = {}
        for year in self.years:
            listed.setdefault(year.calendar, {})[year.academic_year] = AcademicYear(
                terms=year.terms, closures=year.closures
            )
        return tuple(Calendar(name, years) for name, years in listed.items())


def name_of(text: str) -> str:
    """A name as it is kept: its words with single spaces between them."""
    return " ".join(text.split())


def version_name(name: str, version: int) -> str:
    """How a report asks for one version of a scenario, `Block of 25@2`."""
    return f"{name}{VERSION_SIGN}{version}"


def decide(command: SaveScenario | DropScenario, scenario: Scenario | None, account: str, day: date) -> list[Event]:
    """Give the events of what an account commands on a day; none where nothing would change. Raises `Refused`."""
    standing = scenario if scenario is not None and not scenario.dropped else None
    if standing is not None and standing.owner != account:
        raise Refused(_of_another(standing.name))
    if isinstance(command, DropScenario):
        return [] if standing is None else [ScenarioDropped(effective_on=day, name=standing.name)]
    name = name_of(command.name)
    if faults := list(_faults(command, name)):
        raise Refused(*faults)
    saved = ScenarioSaved(
        effective_on=day,
        name=name,
        owner=account,
        agreements=tuple(_stated(asked) for asked in command.agreements),
        years=_years(command.years),
    )
    if standing is not None and (standing.stated, standing.years) == (saved.agreements, saved.years):
        return []
    return [saved]


def tried(command: SaveScenario) -> Scenario:
    """Give what a command would save, without a name or a version: to be looked at and forgotten."""
    return Scenario("", "", 0, tuple(map(_stated, command.agreements)), _years(command.years))


def evolve(scenario: Scenario | None, event: Event) -> Scenario:
    """Give the scenario after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case ScenarioSaved():
            version = 1 if scenario is None else scenario.version + 1
            return Scenario(event.name, event.owner, version, event.agreements, event.years)
        case ScenarioDropped() if scenario is not None:
            return scenario._replace(dropped=True)
        case _:
            raise misplaced(event, scenario)


def _stated(asked: MakeAgreement) -> StatedAgreement:
    made = AGREEMENTS.fold(agreements.decide(asked, None))
    assert made is not None  # noqa: S101 - what is decided for the first time makes an agreement
    return StatedAgreement.of(made)


def _years(asked: tuple[ListAcademicYear, ...]) -> tuple[StatedYear, ...]:
    listed: dict[str, Calendar | None] = {}
    for year in asked:
        known = listed.get(year.calendar)
        listed[year.calendar] = CALENDARS.fold(calendars.decide(year, known), known)
    return tuple(
        StatedYear(calendar=calendar.name, academic_year=name, terms=year.terms, closures=year.closures)
        for calendar in listed.values()
        if calendar is not None
        for name, year in calendar.years.items()
    )


def _faults(command: SaveScenario, name: str) -> Iterator[Fault]:
    if not name or len(name) > LONGEST_NAME or VERSION_SIGN in name or name.lower().endswith(".xlsx"):
        yield Fault(
            "scenario-name",
            "The scenario has no name that can be kept.",
            "name",
            said(
                "1 to %(most)s letters without %(sign)s, and not the name of a file",
                most=LONGEST_NAME,
                sign=VERSION_SIGN,
            ),
            status=400,
        )
    if not 0 < len(command.agreements) <= MOST_AGREEMENTS:
        yield Fault(
            "scenario-agreements",
            said("The scenario states %(count)s agreements.", count=len(command.agreements)),
            "agreements",
            said("1 to %(most)s agreements", most=MOST_AGREEMENTS),
            status=400,
        )
    refs = [asked.agreement_ref for asked in command.agreements]
    if twice := sorted({ref for ref in refs if refs.count(ref) > 1}):
        yield Fault(
            "scenario-twice",
            said("The scenario states %(twice)s twice.", twice=", ".join(twice)),
            "agreements",
            "each once",
            status=400,
        )


def _of_another(name: str) -> Fault:
    return Fault(
        "scenario-owner",
        said("“%(name)s” is the scenario of somebody else.", name=name),
        "name",
        mend="Save yours under another name, or ask its owner to change it.",
        status=_CONFLICT,
    )


SCENARIOS = Aggregate("scenario", evolve)
