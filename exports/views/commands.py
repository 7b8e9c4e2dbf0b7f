"""What may be asked about saved views."""

from commissioning.ledger.work import Command


class SaveView(Command):
    """Save a report under a name, pinned to a position."""

    name: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    position: int


class DropView(Command):
    """Free a name."""

    name: str
