"""A scenario workbook: agreements that nobody has made, to price a cohort under (interface.md, counterfactual).

It has the sheets Agreements, Tiers, Rates, Calendar and Closures of the import workbook and is judged as strictly.
Each agreement is stated whole, also where its reference is known; a calendar that it names stands for the ledger's.
"""

from dataclasses import dataclass
from pathlib import Path

from commissioning.charges.known import calendars_as_at, providers_as_at
from commissioning.importing.faults import Fault as SheetFault
from commissioning.importing.intake.agreements import agreements_asked
from commissioning.importing.intake.schools import years_asked
from commissioning.importing.known import KnownKeys
from commissioning.importing.workbook import Workbook, check_known, read_workbook
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from contracts import agreement as agreements
from contracts import calendar as calendars
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import CALENDARS, Calendar
from exports.counterfactual.targets import with_calendar
from exports.counterfactual.terms import Target

SHEETS = ("Agreements", "Tiers", "Rates", "Calendar", "Closures")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a scenario workbook states: its agreements in the order of the sheet, and its calendars."""

    agreements: tuple[Agreement, ...]
    calendars: tuple[Calendar, ...]


def read_scenario(path: Path, providers: frozenset[int], known_calendars: frozenset[str]) -> Scenario:
    """Read a scenario; `Refused` with every fault where it cannot be meant.

    `providers` and `known_calendars` are those of the ledger: a scenario may name them.
    """
    workbook = read_workbook(path)
    faults = [*check_known(workbook, KnownKeys(providers=providers, calendars=known_calendars)), *_beside(workbook)]
    if faults:
        raise Refused(*map(_told, faults))
    asked = agreements_asked(workbook.rows)
    if not asked:
        raise Refused(
            Fault(
                "scenario-empty",
                "The scenario has no agreement.",
                path.name,
                "at least one row on the sheet Agreements, with its prices on Rates",
                status=400,
            )
        )
    stated = []
    for command in asked:
        made = AGREEMENTS.fold(agreements.decide(command, None))
        assert made is not None  # noqa: S101 - what is decided for the first time makes an agreement
        stated.append(made)
    listed: dict[str, Calendar | None] = {}
    for year in years_asked(workbook.rows):
        known = listed.get(year.calendar)
        listed[year.calendar] = CALENDARS.fold(calendars.decide(year, known), known)
    return Scenario(tuple(stated), tuple(calendar for calendar in listed.values() if calendar))


async def scenario_targets(reader: Reader, at: AsAt, path: Path) -> list[Target]:
    """Every agreement of a scenario workbook; `Refused` with its faults where it cannot be meant."""
    schools = frozenset(await providers_as_at(reader, at.position))
    calendars = frozenset(await calendars_as_at(reader, at.position))
    scenario = read_scenario(path, schools, calendars)
    return [
        await with_calendar(reader, agreement, at.position, scenario.calendars, scenario=True)
        for agreement in scenario.agreements
    ]


def _beside(workbook: Workbook) -> list[SheetFault]:
    """Rows that a scenario has no use for: it prices the pupils of the ledger, and states no others."""
    found = []
    for name, keys in workbook.named.items():
        if keys and name not in SHEETS:
            message = f"A scenario has no rows on the sheet {name}: its pupils and schools are those of the ledger."
            found.append(SheetFault(name, None, None, None, "one of the sheets " + ", ".join(SHEETS), message))
    found += [
        SheetFault(
            "Rates",
            row.row,
            "placement_ref",
            row.placement_ref,
            "a blank cell",
            "A scenario states the prices of a card. A pupil's own prices are those of the ledger.",
        )
        for row in workbook.rows.rates
        if isinstance(row.placement_ref, str)
    ]
    return found


def _told(fault: SheetFault) -> Fault:
    """A fault of a sheet as a fault of the question."""
    found = f" Found “{fault.value}”." if fault.value else ""
    places = (fault.sheet, f"row {fault.row}" if fault.row else None, fault.column)
    return Fault(
        "scenario",
        fault.message + found,
        ", ".join(place for place in places if place) or "the workbook",
        fault.expected,
        status=400,
    )
