"""Carries commands about saved views out: loads the stream, decides, appends."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.work import Command, Handler, UnitOfWork
from exports.scenarios.scenario import SCENARIOS, name_of, version_name
from exports.views.commands import DropView, SaveView
from exports.views.policy import may_save_views
from exports.views.view import VIEWS, decide


def change_view(command: SaveView | DropView, work: UnitOfWork) -> None:
    """Record what a command about a view comes to."""
    if not may_save_views(work.actor):
        raise forbidden("save views")
    key = " ".join(command.name.split())
    if isinstance(command, SaveView):
        query = tuple(_pinned(name, value, work) for name, value in command.query)
        command = command.model_copy(update={"query": query})
    events = decide(command, work.state(VIEWS, key), work.today, work.log.head.position)
    work.record(VIEWS, key, events)


def _pinned(name: str, value: str, work: UnitOfWork) -> tuple[str, str]:
    """A saved scenario by its version of now, so that the view asks the same for ever."""
    scenario = work.state(SCENARIOS, name_of(value)) if name == "scenario" else None
    if scenario is None or scenario.dropped:
        return name, value
    return name, version_name(scenario.name, scenario.version)


HANDLERS: dict[type[Command], Handler] = {SaveView: change_view, DropView: change_view}
