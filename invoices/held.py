"""An invoice as the ledger keeps it: what its document states without words that could name a child, and its findings.

The words of a line are sealed under the key of the pupil whose placement it bills, and left out where it bills none:
the file itself is kept as evidence.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from contracts.rates import Component, Unit
from invoices.facts import ChargeKind, DocumentKind, VatCategory

Source = Literal["agreed", "file", "keyed"]
"""How an invoice came in: the expected one agreed by the school, a file read, or keyed beside the expected one."""
Code = Literal[
    "DUP-1", "DUP-2", "DUP-3", "DUP-4", "PLC-1", "PLC-2", "RTE-1", "PRD-1", "PRD-2", "HRS-1", "VAT-1", "VAT-2", "VAT-3",
    "VAT-4", "MTH-1", "REF-1", "BNK-1", "BUD-1",
]  # fmt: skip
PaymentFact = Literal[
    "urn", "supplier", "supplier_number", "supplier_site", "number", "kind", "invoice_date", "received_on", "pay_on",
    "placement", "agreement", "component", "first_day", "last_day", "code", "net", "vat", "gross", "text",
]  # fmt: skip
"""What a column of a payment file may hold; `text` is always the same."""
Outcome = Literal["reject", "block", "hold", "dispute", "step_up", "warn"]
"""What a finding does: send the document back, stop it, stop the line, stop the difference, ask an approver, tell."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class HeldLine:
    """A line of a document with its references looked up: None is neither said nor found out.

    `sealed_text` is ciphertext under the key of `pupil`. Money is pence; `rate` may have parts of a penny.
    """

    number: int
    placement_ref: str | None
    pupil: str | None
    sealed_text: str | None
    agreement_ref: str | None
    component: Component | None
    kind: ChargeKind | None
    first_day: date | None
    last_day: date | None
    quantity: Decimal | None
    unit: Unit | None
    rate: Decimal | None
    net: int
    vat_category: VatCategory | None
    vat_rate: Decimal | None
    vat: int | None
    adjustment: int | None


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class HeldDocument:
    """An invoice or credit note as it was received; amounts are positive, as the document states them."""

    kind: DocumentKind
    number: str
    issued_on: date
    due_on: date | None
    company_number: str | None
    vat_number: str | None
    first_day: date | None
    last_day: date | None
    corrects: str | None
    part_of: str | None
    lines: tuple[HeldLine, ...]
    net: int
    vat: int
    gross: int


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Finding:
    """What a check found: on a line or, with None, on the whole; expected and billed in words, the pence between.

    `rests_on` names the charge or the clause: `placement PL-1`, `agreement AG-1`, an earlier invoice.
    """

    code: Code
    line: int | None = None
    outcome: Outcome
    expected: str
    billed: str
    money: int
    rests_on: str


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class LineMatch:
    """What a line should be, and how much of it may be paid, in pence as known at the check.

    The charges that it is paid from are those of its key from `first_day` to `last_day`. Where a credit note's line
    meets a bill, `cancels` and `cancels_vat` were settled there as not owed and take nothing back, and `takes_vat` is
    the most VAT that it takes back (credits/meeting.py); None is all of it.
    """

    number: int
    expected: int
    payable: int
    first_day: date
    last_day: date
    cancels: int = 0
    cancels_vat: int = 0
    takes_vat: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class PaymentColumn:
    """A column of the finance system's payment file: its heading, what it holds, and its `text` if ever the same."""

    heading: str
    holds: PaymentFact
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class CreditLine:
    """Days of which more was approved than they cost, and by how many pence; `invoices` are those that billed them."""

    number: int
    component: Component
    kind: ChargeKind
    first_day: date
    last_day: date
    pence: int
    invoices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class LineAmount:
    """Some pence of a line."""

    line: int
    pence: int


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class ChargedDays:
    """What days cost as known when something was approved within them, in pence; empty places have no placement."""

    agreement_ref: str
    placement_ref: str | None
    component: Component
    kind: ChargeKind
    first_day: date
    last_day: date
    charged: int
