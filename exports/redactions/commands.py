"""What may be asked about redactions of published payments."""

from commissioning.ledger.work import Command
from invoices.commands import Key


class DecideRedaction(Command):
    """Say whether a published payment for a single pupil keeps the school's name back; the last word counts."""

    invoice: Key
    name_withheld: bool


COMMANDS: tuple[type[Command], ...] = (DecideRedaction,)
"""Hold no personal words, so that programs may send them too."""
