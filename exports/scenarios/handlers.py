"""Carries commands about saved scenarios out: loads the stream, decides, appends."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Refused
from commissioning.ledger.work import Command, Handler, UnitOfWork
from exports.scenarios.commands import DropScenario, SaveScenario
from exports.scenarios.policy import may_save_scenarios
from exports.scenarios.scenario import SCENARIOS, decide, name_of
from providers.provider import PROVIDERS, unknown_provider


def change_scenario(command: SaveScenario | DropScenario, work: UnitOfWork) -> None:
    """Record what a command about a scenario comes to; the schools it names must be known."""
    if not may_save_scenarios(work.actor):
        raise forbidden("save scenarios")
    if isinstance(command, SaveScenario):
        urns = dict.fromkeys(asked.provider_urn for asked in command.agreements)
        if unknown := [urn for urn in urns if work.state(PROVIDERS, str(urn)) is None]:
            raise Refused(*map(unknown_provider, unknown))
    key = name_of(command.name)
    events = decide(command, work.state(SCENARIOS, key), work.actor.account, work.today)
    work.record(SCENARIOS, key, events)


HANDLERS: dict[type[Command], Handler] = {SaveScenario: change_scenario, DropScenario: change_scenario}
