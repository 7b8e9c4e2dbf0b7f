"""Sessions, tokens and the notes of an audit as streams: each is what was last recorded of it."""

from typing import NamedTuple

from commissioning.accounts import events
from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.events import Event

_NOTES = (events.SignInsRefused, events.SettingsChanged)


class Opened(NamedTuple):
    """A session or token: whose it is and whether somebody ended it before its time."""

    account: str
    is_open: bool = True


def evolve_session(state: Opened | None, event: Event) -> Opened:
    """The session after an event; raises `LedgerDamaged` where the event cannot follow."""
    match event:
        case events.SessionBegun() if state is None:
            return Opened(event.account)
        case events.SessionEnded() if state is not None:
            return state._replace(is_open=False)
        case _:
            raise misplaced(event, state)


def evolve_token(state: Opened | None, event: Event) -> Opened:
    """The token after an event; raises `LedgerDamaged` where the event cannot follow."""
    match event:
        case events.TokenMade() if state is None:
            return Opened(event.account)
        case events.TokenRevoked() if state is not None:
            return state._replace(is_open=False)
        case _:
            raise misplaced(event, state)


def evolve_notes(state: Event | None, event: Event) -> Event:
    """The newest note of a stream of notes."""
    if not isinstance(event, _NOTES):
        raise misplaced(event, state)
    return event


def evolve_workbook(state: events.WorkbookTakenIn | None, event: Event) -> events.WorkbookTakenIn:
    """The newest taking in of a workbook; the same one may be taken in again once something else has changed."""
    if not isinstance(event, events.WorkbookTakenIn):
        raise misplaced(event, state)
    return event


SESSIONS = Aggregate("session", evolve_session)
TOKENS = Aggregate("token", evolve_token)
NOTES = Aggregate("note", evolve_notes)
"""Streams of what only has to be known: refusals of a day, settings."""
WORKBOOKS = Aggregate("workbook", evolve_workbook)
"""Workbooks by their SHA-256, with who brought them; not aside, so that the end of an import is a witnessed head."""
