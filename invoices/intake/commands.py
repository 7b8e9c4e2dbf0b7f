"""What can be asked of the files that schools send."""

from typing import Annotated

from pydantic import Field, StringConstraints

from commissioning.ledger.work import Command
from invoices.commands import Key
from invoices.formats.mapped import ColumnMapping
from invoices.formats.reading import FileKind
from invoices.intake.events import Awaits, Leaving

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
MOST_CODES = 50
"""Codes that the event of a refusal tells."""


class KeepInvoiceFile(Command):
    """Note that a file came in which is no invoice yet."""

    provider_urn: int
    sha256: Sha256
    kind: FileKind | None
    awaits: Awaits


class TakeInvoiceFile(Command):
    """Note which invoice a file became."""

    provider_urn: int
    sha256: Sha256
    invoice: Key


class RefuseInvoiceFile(Command):
    """Send a file back, for these reasons."""

    provider_urn: int
    sha256: Sha256
    codes: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_CODES)]


class MapInvoiceColumns(Command):
    """Say which heading of a school's own table stands for which of our columns; None has it be asked for anew."""

    provider_urn: int
    mapping: ColumnMapping | None


class RecordInvoiceFileLeaving(Command):
    """Note that a file of a school's invoices is handed out."""

    provider_urn: int
    what: Leaving
    of: Annotated[str, StringConstraints(max_length=100)]
    sha256: Sha256


FileCommand = KeepInvoiceFile | TakeInvoiceFile | RefuseInvoiceFile | MapInvoiceColumns | RecordInvoiceFileLeaving
