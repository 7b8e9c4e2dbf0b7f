"""What can be asked of invoices, payment runs and suppliers."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from commissioning.ledger.work import Command
from invoices.facts import BilledDocument, VatCategory
from invoices.held import Code, LineAmount, PaymentColumn, Source

Key = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""A random key, made when the form was drawn or the file was taken."""
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]
Pence = Annotated[int, Field(ge=0, le=10**12)]


class ReceiveInvoice(Command):
    """Take in a document that was read from a file or keyed, and check it."""

    invoice: Key
    provider_urn: int
    source: Source
    document: BilledDocument
    sha256: str | None = None


class AgreeExpectedInvoice(Command):
    """Agree the expected invoice of an agreement's billing period, under the school's own number.

    `net` is the sum that the page showed: where it has moved since, nothing is agreed.
    """

    invoice: Key
    agreement_ref: str
    day: date
    number: Number
    issued_on: date
    net: int


class InvoiceCommand(Command):
    """Something asked of one invoice; `expected_version` is the version of its stream that a form was drawn from."""

    invoice: Key
    expected_version: int | None = None


class CheckInvoiceAgain(InvoiceCommand):
    """Make every check again with what is known now."""


class QueryLines(InvoiceCommand):
    """Tell the school that some amounts of lines, without VAT, or VAT of lines is disputed, and why."""

    code: Code
    amounts: tuple[LineAmount, ...] = ()
    vat: tuple[LineAmount, ...] = ()


class AnswerQuery(InvoiceCommand):
    """Answer a query for the school: give a credit, or stand by what was billed."""

    query: int
    gives_credit: bool


class SettleQuery(InvoiceCommand):
    """End a query: these amounts of its lines, and of their VAT, are owed; the rest is not."""

    query: int
    owed: tuple[LineAmount, ...] = ()
    owed_vat: tuple[LineAmount, ...] = ()


class WriteQueryWords(InvoiceCommand):
    """Write to the school, or for it to the council, about a query; the words may name a child and are sealed."""

    query: int
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class ApproveInvoice(InvoiceCommand):
    """Approve whatever of an invoice may be paid and is not disputed."""


class VoidInvoice(InvoiceCommand):
    """Take an invoice of which nothing was released out of the register."""


class SendCreditRequest(Command):
    """Ask the school for a credit that was drafted."""

    request: Key
    expected_version: int | None = None


class AnswerCreditRequest(Command):
    """Answer a credit request for the school: give the credit, or do not agree."""

    request: Key
    expected_version: int | None = None
    agrees: bool


class MakePaymentRun(Command):
    """Release approved invoices for payment on a day."""

    run: Key
    pay_on: date
    invoices: tuple[Key, ...]


class ReversePaymentRun(Command):
    """Take a payment run back of which nothing was paid."""

    run: Key


class RecordPayment(Command):
    """Record that the finance system paid an invoice of a run."""

    invoice: Key
    run: Key
    paid_on: date
    reference: Annotated[str, StringConstraints(max_length=50)] = ""


class RecordSupplier(Command):
    """State what finance knows of a school as a supplier, from a day on."""

    provider_urn: int
    effective_on: date
    company_number: Annotated[str, StringConstraints(max_length=12)] | None = None
    vat_number: Annotated[str, StringConstraints(max_length=14)] | None = None
    vat_category: VatCategory | None = None
    vat_rate: Annotated[Decimal, Field(ge=0, le=100)] | None = None


class RecordPayee(Command):
    """State as which supplier of the finance system a school is paid, from a day on."""

    provider_urn: int
    effective_on: date
    supplier_number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
    site: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=15)] | None = None
    paid_to: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=240)] | None = None


class MapPaymentFile(Command):
    """Say which columns the finance system wants in a file of payments, from a day on."""

    effective_on: date
    columns: Annotated[tuple[PaymentColumn, ...], Field(min_length=1, max_length=60)]


class SetInvoiceRules(Command):
    """Set the council's tolerances and limits for invoices."""

    rounding: Pence = 1
    line_pct: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(0)
    line_pence: Pence = 0
    yearly_pence: Pence = 0
    finance_up_to: Pence = 1_000_000


IN_WORDS: tuple[type[Command], ...] = (WriteQueryWords,)
"""What may name a child and is sealed on entry."""
