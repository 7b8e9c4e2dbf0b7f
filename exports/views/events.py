"""What happened to saved views of reports."""

from commissioning.ledger.events import Event


class ViewSaved(Event):
    """A report was saved under a name: its page, what it was asked, and the position it was asked as at."""

    name: str
    path: str
    query: tuple[tuple[str, str], ...]
    position: int


class ViewDropped(Event):
    """The name is free again; what was saved under it stays in the log."""

    name: str


EVENTS: tuple[type[Event], ...] = (ViewSaved, ViewDropped)
