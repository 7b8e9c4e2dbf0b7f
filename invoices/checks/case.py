"""What the checks look at: an invoice with its references looked up, and all that is known which it must agree with."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from commissioning.placements.placement import Placement
from contracts.agreement import Agreement
from invoices.credits.meeting import NOTHING_MET, Met
from invoices.expected.lines import ExpectedLine
from invoices.facts import BilledDocument, StatedAccount
from invoices.held import HeldDocument, HeldLine
from invoices.rules import InvoiceRules
from invoices.supplier import Supplier


class Earlier(NamedTuple):
    """Another invoice that stands: of the same school, its owner group, or a supplier with the same numbers."""

    invoice: str
    provider_urn: int
    number: str
    normalised: str
    part_of: str | None
    issued_on: date
    gross: int
    first_day: date | None
    last_day: date | None
    sha256: str | None


class BilledBefore(NamedTuple):
    """Days of a line's key that another invoice bills already."""

    invoice: str
    number: str
    first_day: date
    last_day: date


class Due(NamedTuple):
    """What a line should be, in pence, as known now, and the expected line that it is, where there is one.

    The charges that it is paid from are those of its key from `first_day` to `last_day`. `beside` is the first other
    line of the document that bills some of the same days, where that leaves less for this one than it bills.
    """

    expected: int
    line: ExpectedLine | None
    first_day: date
    last_day: date
    before: tuple[BilledBefore, ...] = ()
    beside: int | None = None


class Case(NamedTuple):
    """Everything that the checks of one document look at, as known at one position.

    `agreements` and `placements` are those of the school that its lines name, by reference; `others_refs` are another
    school's. `tolerated` is by how much earlier lines of a placement in a financial year were above their charges.
    `vat_number_settled` is whether the school has put right the VAT number that its document states; `met` what lines
    of a credit note meet of the bill that it names.
    """

    invoice: str
    provider_urn: int
    stated: BilledDocument
    document: HeldDocument
    sha256: str | None
    rules: InvoiceRules
    supplier: Supplier
    approved_account: StatedAccount | None
    group: frozenset[int]
    earlier: Sequence[Earlier]
    agreements: Mapping[str, Agreement]
    placements: Mapping[str, Placement]
    others_refs: frozenset[str]
    due: Mapping[int, Due]
    tolerated: Mapping[tuple[str, str], int] = {}
    vat_number_settled: bool = False
    met: Mapping[int, Met] = NOTHING_MET

    def due_of(self, line: HeldLine) -> Due | None:
        """What a line should be; None where it is not known what it bills."""
        return self.due.get(line.number)


def whole_days(line: HeldLine) -> tuple[date, date] | None:
    """The days that a line bills, where it says both ends."""
    if line.first_day is None or line.last_day is None:
        return None
    return line.first_day, line.last_day


def same_quantity(stated: Decimal, expected: Decimal) -> bool:
    """Whether two quantities are the same to two decimals, as invoices state them."""
    return abs(stated - expected) <= Decimal("0.005")
