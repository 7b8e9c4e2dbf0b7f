"""What happened to invoices, credit requests, payment runs and suppliers, each in a stream: `invoice:KEY` and so on."""

from datetime import date
from decimal import Decimal
from typing import Any

from commissioning.ledger.events import Event, Upcaster
from invoices.facts import VatCategory
from invoices.held import (
    ChargedDays,
    Code,
    CreditLine,
    Finding,
    HeldDocument,
    LineAmount,
    LineMatch,
    PaymentColumn,
    Source,
)


class InvoiceReceived(Event):
    """A school's invoice or credit note came in, and was compared with what was known at `expected_at`.

    `sha256` is that of the file it came in, where there was one.
    """

    invoice: str
    provider_urn: int
    source: Source
    document: HeldDocument
    sha256: str | None
    expected_at: int


class InvoiceRefused(Event):
    """A document was sent back, by the codes of what was wrong with it; nothing else of it is kept."""

    invoice: str
    provider_urn: int
    codes: tuple[Code, ...]
    sha256: str | None


class InvoiceChecked(Event):
    """Every check was made with what was known at `expected_at`; `matches` say what of each line may be paid.

    Older checks took every credit note as it was given, whatever of its bill had been paid.
    """

    schema_version = 2

    expected_at: int
    findings: tuple[Finding, ...]
    matches: tuple[LineMatch, ...]


class LinesQueried(Event):
    """The school was told that some lines, or VAT of lines, are disputed, by how much and why.

    From this day the 30 days stand still for these amounts alone, which are without VAT, and for `vat`. Older queries
    were of no VAT.
    """

    schema_version = 2

    query: int
    code: Code
    amounts: tuple[LineAmount, ...]
    vat: tuple[LineAmount, ...]


class QueryAnswered(Event):
    """The school answered a query: it gives a credit, or stands by what it billed."""

    query: int
    gives_credit: bool


class QuerySettled(Event):
    """A query came to its end: these amounts of its lines, and of their VAT, are owed; what else it disputed is not."""

    schema_version = 2

    query: int
    owed: tuple[LineAmount, ...]
    owed_vat: tuple[LineAmount, ...]


class QueryWordsWritten(Event):
    """The council, or the school, wrote something to the other about a query.

    `words` is ciphertext under the key of `holder`: the pupil whose placement the query is about, so that the words go
    when the pupil's do; else a key of the invoice's own.
    """

    query: int
    by_school: bool
    holder: str
    words: str


class InvoiceApproved(Event):
    """Amounts of lines were approved for payment, each within the charge as known at `known_at`.

    `held_against` are the days that must bear them, with what they cost; an older approval does not say. `vat` is that
    of `vat_amounts` together; without these, of an older approval, it went with the amounts in proportion.
    """

    schema_version = 3

    known_at: int
    amounts: tuple[LineAmount, ...]
    vat: int
    vat_amounts: tuple[LineAmount, ...] | None
    held_against: tuple[ChargedDays, ...]


class InvoiceReleased(Event):
    """What was approved and in no other payment run went into one.

    The finance system knows it by the invoice's number and its part (releasing.py); older releases were of the whole.
    """

    schema_version = 2

    run: str
    part: int
    net: int
    vat: int


class ReleaseReversed(Event):
    """The run was taken back before it was paid: what it held is approved and waits again."""

    run: str


class InvoicePaid(Event):
    """The finance system paid what was released, on the event's day."""

    run: str
    reference: str


class InvoiceVoided(Event):
    """The invoice stands no more: nothing of it was released, and its days may be billed again.

    `held_against` are the days that must bear what it gave back, where that was approved.
    """

    schema_version = 2

    held_against: tuple[ChargedDays, ...]


class PaymentRunMade(Event):
    """A payment run with its control totals: how many invoices, and their net, VAT and gross in pence."""

    run: str
    pay_on: date
    invoices: tuple[str, ...]
    net: int
    vat: int
    gross: int


class PaymentRunReversed(Event):
    """A payment run was taken back whole."""


class SupplierRecorded(Event):
    """What the council's finance knows of a school as a supplier: its numbers, and how its VAT falls from a day.

    `vat_rate` is per cent; a school without VAT number is not registered.
    """

    provider_urn: int
    company_number: str | None
    vat_number: str | None
    vat_category: VatCategory | None
    vat_rate: Decimal | None


class PayeeRecorded(Event):
    """Under which supplier number and site of the finance system a school is paid from a day on, and in whose name.

    Several schools of one owner may be paid as one supplier.
    """

    provider_urn: int
    supplier_number: str
    site: str | None
    paid_to: str | None


class PaymentFileMapped(Event):
    """Which columns, in which order, the finance system wants in a file of payments, for runs paid from a day on."""

    columns: tuple[PaymentColumn, ...]


class CreditRequestDrafted(Event):
    """More was approved than is charged since the event at `caused_by`, so a credit is to be asked of the school.

    It is drafted with that very event, whoever records it, and is about one placement or, without one, about an
    agreement's empty places.
    """

    request: str
    provider_urn: int
    agreement_ref: str
    placement_ref: str | None
    caused_by: int
    lines: tuple[CreditLine, ...]


class CreditRequestSent(Event):
    """The school was asked for the credit."""


class CreditRequestAnswered(Event):
    """The school answered: it gives the credit, or does not agree."""

    agrees: bool


class CreditRequestReduced(Event):
    """Less is to be credited: an invoice or credit note gave so much back, or without one, so much is charged again."""

    amounts: tuple[LineAmount, ...]
    invoice: str | None


class InvoiceRulesSet(Event):
    """The council's tolerances and limits in pence and per cent (rules.py)."""

    rounding: int
    line_pct: Decimal
    line_pence: int
    yearly_pence: int
    finance_up_to: int


EVENTS: tuple[type[Event], ...] = (
    InvoiceReceived,
    InvoiceRefused,
    InvoiceChecked,
    LinesQueried,
    QueryAnswered,
    QuerySettled,
    QueryWordsWritten,
    InvoiceApproved,
    InvoiceReleased,
    ReleaseReversed,
    InvoicePaid,
    InvoiceVoided,
    PaymentRunMade,
    PaymentRunReversed,
    SupplierRecorded,
    PayeeRecorded,
    PaymentFileMapped,
    CreditRequestDrafted,
    CreditRequestSent,
    CreditRequestAnswered,
    CreditRequestReduced,
    InvoiceRulesSet,
)


def _held_against_nothing(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"held_against": []}


def _first_part(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"part": 1}


def _vat_in_proportion(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"vat_amounts": None}


def _no_vat_queried(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"vat": []}


def _no_vat_settled(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"owed_vat": []}


def _cancels_nothing(event: dict[str, Any]) -> dict[str, Any]:
    taken = {"cancels": 0, "cancels_vat": 0, "takes_vat": None}
    return event | {"matches": [match | taken for match in event["matches"]]}


UPCASTERS: dict[tuple[str, int], Upcaster] = {
    ("InvoiceApproved", 1): _held_against_nothing,
    ("InvoiceApproved", 2): _vat_in_proportion,
    ("InvoiceChecked", 1): _cancels_nothing,
    ("LinesQueried", 1): _no_vat_queried,
    ("QuerySettled", 1): _no_vat_settled,
    ("InvoiceVoided", 1): _held_against_nothing,
    ("InvoiceReleased", 1): _first_part,
}
