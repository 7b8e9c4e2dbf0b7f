"""What pages and commands ask about saved scenarios, and their agreements as terms to price a cohort under."""

from dataclasses import dataclass

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from commissioning.ledger.said import said
from exports.counterfactual.targets import with_calendar
from exports.counterfactual.terms import SavedAs, Target
from exports.scenarios.events import ScenarioSaved
from exports.scenarios.scenario import SCENARIOS, VERSION_SIGN, Scenario, name_of


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """A version of a scenario, with who saved it when; `position` is that of its event."""

    scenario: Scenario
    account: str
    recorded_at: str
    position: int


async def saved_scenarios(reader: Reader, position: int) -> list[SavedVersion]:
    """The scenarios that stand at a position, each at its latest version, by name."""
    rows = await reader.query(
        "SELECT DISTINCT stream FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? AND position <= ?",
        (await reader.number(), f"{SCENARIOS.name}:", f"{SCENARIOS.name};", position),
    )
    latest = [(await versions_of(reader, stream.partition(":")[2], position))[-1] for (stream,) in rows]
    standing = (one for one in latest if not one.scenario.dropped)
    return sorted(standing, key=lambda one: one.scenario.name.casefold())


async def versions_of(reader: Reader, name: str, position: int) -> list[SavedVersion]:
    """Every version of a scenario up to a position, oldest first; the last says whether it was dropped since."""
    found: list[SavedVersion] = []
    scenario: Scenario | None = None
    for recorded in await reader.history(SCENARIOS.stream(name), position):
        scenario = SCENARIOS.evolve(scenario, recorded.event)
        if isinstance(recorded.event, ScenarioSaved):
            found.append(SavedVersion(scenario, recorded.account, recorded.recorded_at, recorded.position))
        else:
            last = found[-1]
            found[-1] = SavedVersion(scenario, last.account, last.recorded_at, last.position)
    return found


async def saved_scenario(reader: Reader, asked: str, position: int) -> Scenario:
    """The scenario of a name as known at a position, `NAME@2` being its second version; `Refused` where none is.

    A version that was asked for by its number is found also after its scenario was dropped.
    """
    name, sign, number = asked.partition(VERSION_SIGN)
    versions = await versions_of(reader, name_of(name), position)
    if sign:
        found = [one.scenario for one in versions if str(one.scenario.version) == number.strip()]
    else:
        found = [one.scenario for one in versions[-1:] if not one.scenario.dropped]
    if not found:
        raise Refused(
            Fault(
                "scenario-unknown",
                said("No scenario is saved as “%(asked)s” in the ledger as it was known then.", asked=asked[:100]),
                "scenario",
                mend="Choose one of those that are saved, or return to now if you are looking back.",
                status=404,
            )
        )
    return found[0]


async def saved_targets(reader: Reader, asked: str, position: int) -> list[Target]:
    """Every agreement of a saved scenario as terms to price a cohort under, which is as known at a position.

    A scenario saved since may be named too: it tells nothing of the world, so that what was known then can be priced.
    """
    return await targets_of(reader, await saved_scenario(reader, asked, await reader.end()), position)


async def targets_of(reader: Reader, scenario: Scenario, position: int) -> list[Target]:
    """Every agreement of a scenario, saved or only tried, as terms to price a cohort under."""
    saved = SavedAs(scenario.name, scenario.version) if scenario.version else None
    calendars = scenario.calendars()
    return [
        await with_calendar(reader, agreement, position, calendars, scenario=True, saved=saved)
        for agreement in scenario.agreements()
    ]
