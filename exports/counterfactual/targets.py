"""Where the terms of a counterfactual come from: an agreement in the ledger, or one that a scenario states."""

from collections.abc import Sequence

from commissioning.charges.known import agreements_as_at, calendars_as_at, providers_as_at
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from commissioning.ledger.said import said
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import DEFAULT_CALENDAR, Calendar, school_calendar
from contracts.pricing.calendar import SchoolCalendar
from exports.counterfactual.terms import SavedAs, Target


async def target_of(reader: Reader, ref: str, position: int) -> Target:
    """The terms of an agreement in the ledger, as they were known at a position; `Refused` where there is none."""
    state = await reader.state(AGREEMENTS, ref, position)
    if state is None:
        raise Refused(
            Fault(
                "agreement-unknown",
                said("There is no agreement “%(ref)s” in the ledger as it was known then.", ref=ref[:60]),
                "agreement",
                "the reference of an agreement, or a scenario workbook",
                status=400,
            )
        )
    return await with_calendar(reader, state, position)


async def with_calendar(
    reader: Reader,
    agreement: Agreement,
    position: int,
    stated: Sequence[Calendar] = (),
    *,
    scenario: bool = False,
    saved: SavedAs | None = None,
) -> Target:
    """An agreement with the term calendar of its school; a calendar `stated` in a scenario stands for the ledger's."""
    school = (await providers_as_at(reader, position)).get(agreement.provider_urn)
    name = (school.facts.calendar if school else None) or DEFAULT_CALENDAR
    named = {calendar.name: calendar for calendar in stated}
    if named and name not in named:
        raise Refused(
            Fault(
                "scenario-calendar",
                said(
                    "The school of %(ref)s follows the calendar “%(name)s”, which the scenario does not list.",
                    ref=agreement.ref,
                    name=name,
                ),
                "Calendar",
                said(
                    "a calendar called %(name)s, or no sheet Calendar, so that the one in the ledger is taken",
                    name=name,
                ),
                status=400,
            )
        )
    calendars = await calendars_as_at(reader, position) | named
    listed = calendars.get(name) or Calendar(name, {})
    return Target(agreement, school_calendar(listed), scenario, saved)


async def targets_as_at(reader: Reader, position: int) -> dict[str, Target]:
    """Every agreement known at a position with its calendar, by reference; schools of one calendar share it."""
    schools = await providers_as_at(reader, position)
    listed = await calendars_as_at(reader, position)
    ready: dict[str, SchoolCalendar] = {}
    found = {}
    for ref, agreement in sorted((await agreements_as_at(reader, position)).items()):
        school = schools.get(agreement.provider_urn)
        name = (school.facts.calendar if school else None) or DEFAULT_CALENDAR
        if name not in ready:
            ready[name] = school_calendar(listed.get(name) or Calendar(name, {}))
        found[ref] = Target(agreement, ready[name])
    return found
