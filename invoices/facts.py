"""An invoice or credit note as the ledger reads it, whatever file it came in: one shape for every intake and check.

Readers of files fill it with what the document says and nothing else: what a document leaves out is None, nothing is
guessed. Money is integer pence; a credit note's amounts are positive, as the document states them.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from contracts.rates import Component, Unit

DocumentKind = Literal["invoice", "credit_note"]
ChargeKind = Literal["attendance", "notice", "void"]
"""What a line bills: a pupil's days, the notice after leaving, or an empty place paid for (pricing.md §6)."""
VatCategory = Literal["S", "Z", "E", "O", "AE"]
"""How VAT falls on a line, by its EN 16931 code: standard rate, zero, exempt, outside its scope, reverse charge."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class BilledLine:
    """One line of a document, by its number from 1 in the order of the file.

    `placement_ref` and `pupil_ref` are what the school wrote (BT-128, BT-18), `agreement_ref` BT-132 or BT-12; readers
    do not look them up. `first_day` to `last_day` are the days billed (BT-134, BT-135). `quantity` times `rate` (pence
    a unit, which may have parts of a penny) should make `net` pence. `vat_rate` is in per cent. `adjustment` is the
    position of the event that the line cites, for a difference in a period that was billed before.
    """

    number: int
    text: str
    placement_ref: str | None = None
    pupil_ref: str | None = None
    agreement_ref: str | None = None
    component: Component | None = None
    kind: ChargeKind | None = None
    first_day: date | None = None
    last_day: date | None = None
    quantity: Decimal | None = None
    unit: Unit | None = None
    rate: Decimal | None = None
    net: int
    vat_category: VatCategory | None = None
    vat_rate: Decimal | None = None
    vat: int | None = None
    adjustment: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class StatedSupplier:
    """Who the document says sends it; None is not said. Nothing here proves who it was: the upload's account does."""

    name: str | None = None
    urn: int | None = None
    company_number: str | None = None
    vat_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class StatedAccount:
    """Where the document asks to be paid: sort code and account number, or IBAN; compared, never taken over."""

    sort_code: str | None = None
    account_number: str | None = None
    iban: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class BilledDocument:
    """A whole invoice or credit note as its file states it.

    `number` is the supplier's own, as written. `first_day` to `last_day` is the period of the whole (BT-73, BT-74).
    `net`, `vat` and `gross` are the totals stated, which checks compare with the lines. `corrects` is the number of the
    invoice that a credit note takes back (BT-25). `part_of` is the number under which a supplier split one invoice into
    several documents, where it says so.
    """

    kind: DocumentKind
    number: str
    issued_on: date
    due_on: date | None = None
    currency: str = "GBP"
    supplier: StatedSupplier
    account: StatedAccount | None = None
    agreement_ref: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    corrects: str | None = None
    part_of: str | None = None
    lines: tuple[BilledLine, ...]
    net: int
    vat: int
    gross: int
