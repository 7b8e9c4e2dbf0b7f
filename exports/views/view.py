"""A saved view of a report or list: what may be saved, and what a view is after its events. Pure.

A view is a question and not an answer: asked again as at its position it gives the same bytes, because a report's
answer hangs on position, period, filters and rules alone (architecture.md, Data on its way).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from exports.views.commands import DropView, SaveView
from exports.views.events import ViewDropped, ViewSaved

REPORTS: Final[Mapping[str, str]] = {
    "/spend": "spend",
    "/compare": "compare",
    "/compare/what-if": "counterfactual",
    "/compare/scenarios": "scenarios",
    "/compare/local-first": "local_first",
    "/voids": "voids",
    "/forecast": "forecast",
    "/uplifts": "uplifts",
    "/year-groups": "year_groups",
    "/bridge": "bridge",
}
"""The pages of reports that can be saved, and the report of each."""
LISTS: Final[Mapping[str, str]] = {
    "/placements": "placements",
    "/agreements": "agreements",
    "/schools": "schools",
    "/reviews": "reviews",
    "/exceptions": "exceptions",
    "/consultations": "consultations",
    "/invoices": "invoices",
}
"""The lists that can be saved."""
LONGEST_NAME: Final = 80
MOST_WORDS: Final = 60
NOT_KEPT: Final = frozenset({"as_at", "format", "variant", "page", "history"})
"""What a question is not made of: the position is kept by itself."""


class View(NamedTuple):
    """A view; `dropped` once its name was freed."""

    name: str
    path: str
    query: tuple[tuple[str, str], ...]
    position: int
    dropped: bool = False


def decide(command: SaveView | DropView, view: View | None, day: date, last: int) -> list[Event]:
    """Give the events of a command on a day, `last` being the book's position; none where nothing would change."""
    standing = view if view is not None and not view.dropped else None
    if isinstance(command, DropView):
        return [] if standing is None else [ViewDropped(effective_on=day, name=command.name)]
    name = " ".join(command.name.split())
    if faults := list(_faults(command, name, last)):
        raise Refused(*faults)
    query = tuple((key, value) for key, value in command.query if key not in NOT_KEPT and value)
    saved = ViewSaved(effective_on=day, name=name, path=command.path, query=query, position=command.position)
    if standing is None:
        return [saved]
    if standing == _saved(saved):
        return []
    raise Refused(
        Fault(
            "view-known",
            said("Another view is saved as “%(name)s”.", name=name),
            "name",
            mend="Give this one another name, or drop the other first.",
            status=409,
        )
    )


def evolve(view: View | None, event: Event) -> View:
    """Give the view after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case ViewSaved():
            return _saved(event)
        case ViewDropped() if view is not None:
            return view._replace(dropped=True)
        case _:
            raise misplaced(event, view)


def _saved(event: ViewSaved) -> View:
    return View(event.name, event.path, event.query, event.position)


def _faults(command: SaveView, name: str, last: int) -> Iterator[Fault]:
    if not name or len(name) > LONGEST_NAME:
        yield Fault(
            "view-name",
            "The view has no name that can be kept.",
            "name",
            said("1 to %(most)s letters", most=LONGEST_NAME),
            status=400,
        )
    if command.path not in REPORTS and command.path not in LISTS:
        expected = said("one of %(names)s", names=", ".join((*REPORTS, *LISTS)))
        message = said("“%(path)s” is no report or list that can be saved.", path=command.path[:60])
        yield Fault("view-path", message, "path", expected, status=400)
    if len(command.query) > MOST_WORDS:
        yield Fault(
            "view-query",
            "The question is too long to be kept.",
            "query",
            said("at most %(most)s words of it", most=MOST_WORDS),
        )
    if not 0 <= command.position <= last:
        yield Fault(
            "view-position",
            said("The ledger has no position %(position)s.", position=command.position),
            "position",
            said("a position from 0 to %(last)s", last=last),
            status=400,
        )


VIEWS = Aggregate("view", evolve)
