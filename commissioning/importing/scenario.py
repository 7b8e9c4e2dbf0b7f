"""A scenario workbook: agreements that nobody has made, to price a cohort under (interface.md, counterfactual).

It has the sheets Agreements, Tiers, Rates, Calendar and Closures of the import workbook and is judged as strictly.
Each agreement is stated whole, also where its reference is known; a calendar that it names stands for the ledger's.
"""

from pathlib import Path

from commissioning.charges.known import calendars_as_at, providers_as_at
from commissioning.importing.faults import Fault as SheetFault
from commissioning.importing.intake.agreements import agreements_asked
from commissioning.importing.intake.schools import years_asked
from commissioning.importing.known import KnownKeys
from commissioning.importing.workbook import Workbook, check_known, read_workbook
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import listed, said
from exports.counterfactual.terms import Target
from exports.scenarios.commands import SaveScenario
from exports.scenarios.queries import targets_of
from exports.scenarios.scenario import tried

SHEETS = ("Agreements", "Tiers", "Rates", "Calendar", "Closures")


def read_scenario(
    path: Path, providers: frozenset[int], known_calendars: frozenset[str], name: str = ""
) -> SaveScenario:
    """Read a scenario as what would save it under a name; `Refused` with every fault where it cannot be meant.

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
    return SaveScenario(name=name, agreements=tuple(asked), years=tuple(years_asked(workbook.rows)))


async def scenario_asked(reader: Reader, at: AsAt, path: Path, name: str = "") -> SaveScenario:
    """A scenario workbook as what would save it, its schools and calendars being those known at an as-at."""
    schools = frozenset(await providers_as_at(reader, at.position))
    calendars = frozenset(await calendars_as_at(reader, at.position))
    return read_scenario(path, schools, calendars, name)


async def scenario_targets(reader: Reader, at: AsAt, path: Path) -> list[Target]:
    """Every agreement of a scenario workbook; `Refused` with its faults where it cannot be meant."""
    return await targets_of(reader, tried(await scenario_asked(reader, at, path)), at.position)


def _beside(workbook: Workbook) -> list[SheetFault]:
    """Rows that a scenario has no use for: it prices the pupils of the ledger, and states no others."""
    found = []
    for name, keys in workbook.named.items():
        if keys and name not in SHEETS:
            message = said(
                "A scenario has no rows on the sheet %(name)s: its pupils and schools are those of the ledger.",
                name=name,
            )
            found.append(
                SheetFault(
                    name, None, None, None, said("one of the sheets %(names)s", names=", ".join(SHEETS)), message
                )
            )
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
    found = said("%(fault)s Found “%(value)s”.", fault=said(fault.message), value=fault.value)
    places = (fault.sheet, said("row %(row)s", row=fault.row) if fault.row else None, fault.column)
    return Fault(
        "scenario",
        found if fault.value else fault.message,
        listed(place for place in places if place) if any(places) else said("the workbook"),
        fault.expected,
        status=400,
    )
