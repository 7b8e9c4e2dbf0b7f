"""Carries commands about saved views out: loads the stream, decides, appends."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.work import Command, Handler, UnitOfWork
from exports.views.commands import DropView, SaveView
from exports.views.policy import may_save_views
from exports.views.view import VIEWS, decide


def change_view(command: SaveView | DropView, work: UnitOfWork) -> None:
    """Record what a command about a view comes to."""
    if not may_save_views(work.actor):
        raise forbidden("save views")
    key = " ".join(command.name.split())
    events = decide(command, work.state(VIEWS, key), work.today, work.log.head.position)
    work.record(VIEWS, key, events)


HANDLERS: dict[type[Command], Handler] = {SaveView: change_view, DropView: change_view}
