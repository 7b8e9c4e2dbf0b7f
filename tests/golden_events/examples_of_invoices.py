"""One example of every event of invoices, payment runs and suppliers; everything in them is invented."""

from datetime import date
from decimal import Decimal

from commissioning.ledger.events import Event
from invoices import events
from invoices.held import (
    ChargedDays,
    CreditLine,
    Finding,
    HeldDocument,
    HeldLine,
    LineAmount,
    LineMatch,
    PaymentColumn,
)

RECEIVED, LATER, PAID = date(2026, 9, 2), date(2026, 9, 14), date(2026, 9, 30)
KEY, OTHER, RUN = "0f" * 16, "1e" * 16, "2d" * 16
STREAM, RUN_STREAM = f"invoice:{KEY}", f"payment_run:{RUN}"
CREDIT, CREDIT_STREAM = "3c" * 16, f"credit_request:{'3c' * 16}"
LINE = HeldLine(
    number=1,
    placement_ref="PL-INV-1",
    pupil="0123456789abcdef0123456789abcdef",
    sealed_text="c2VhbGVk",
    agreement_ref="AG-INV-1",
    component="therapy",
    kind="attendance",
    first_day=date(2026, 9, 1),
    last_day=date(2026, 12, 31),
    quantity=Decimal("12.5"),
    unit="hour",
    rate=Decimal("6550.5"),
    net=81_881,
    vat_category="S",
    vat_rate=Decimal(20),
    vat=16_376,
    adjustment=812,
)
DOCUMENT = HeldDocument(
    kind="invoice",
    number="INV-0881",
    issued_on=RECEIVED,
    due_on=PAID,
    company_number="01234567",
    vat_number="GB123456782",
    first_day=date(2026, 9, 1),
    last_day=date(2026, 12, 31),
    corrects="INV-0870",
    part_of="INV-0881",
    lines=(LINE,),
    net=81_881,
    vat=16_376,
    gross=98_257,
)
FINDING = Finding(
    code="HRS-1",
    line=1,
    outcome="hold",
    expected="12 hours",
    billed="12.5 hours",
    money=3_275,
    rests_on="placement PL-INV-1",
)
MATCH = LineMatch(number=1, expected=78_606, payable=78_606, first_day=date(2026, 9, 1), last_day=date(2026, 12, 31))
AMOUNT = LineAmount(line=1, pence=3_275)
VAT_AMOUNT = LineAmount(line=1, pence=655)
CHARGED = ChargedDays(
    agreement_ref="AG-INV-1",
    placement_ref="PL-INV-1",
    component="therapy",
    kind="attendance",
    first_day=date(2026, 9, 1),
    last_day=date(2026, 12, 31),
    charged=78_606,
)

INVOICE_EXAMPLES: tuple[tuple[str, Event], ...] = (
    (
        STREAM,
        events.InvoiceReceived(
            effective_on=RECEIVED,
            invoice=KEY,
            provider_urn=900001,
            source="file",
            document=DOCUMENT,
            sha256="ab" * 32,
            expected_at=830,
        ),
    ),
    (
        f"invoice:{OTHER}",
        events.InvoiceRefused(
            effective_on=RECEIVED, invoice=OTHER, provider_urn=900001, codes=("MTH-1", "REF-1"), sha256="cd" * 32
        ),
    ),
    (STREAM, events.InvoiceChecked(effective_on=RECEIVED, expected_at=830, findings=(FINDING,), matches=(MATCH,))),
    (STREAM, events.LinesQueried(effective_on=RECEIVED, query=1, code="HRS-1", amounts=(AMOUNT,), vat=(VAT_AMOUNT,))),
    (STREAM, events.QueryAnswered(effective_on=LATER, query=1, gives_credit=False)),
    (STREAM, events.QuerySettled(effective_on=LATER, query=1, owed=(LineAmount(line=1, pence=1_000),), owed_vat=())),
    (STREAM, events.QueryWordsWritten(effective_on=LATER, query=1, by_school=True, holder=KEY, words="c2VhbGVk")),
    (
        STREAM,
        events.InvoiceApproved(
            effective_on=LATER,
            known_at=840,
            amounts=(AMOUNT,),
            vat=655,
            vat_amounts=(VAT_AMOUNT,),
            held_against=(CHARGED,),
        ),
    ),
    (STREAM, events.InvoiceReleased(effective_on=LATER, run=RUN, part=1, net=3_275, vat=655)),
    (STREAM, events.InvoicePaid(effective_on=PAID, run=RUN, reference="BACS 4711")),
    (STREAM, events.ReleaseReversed(effective_on=LATER, run=RUN)),
    (STREAM, events.InvoiceVoided(effective_on=PAID, held_against=())),
    (
        RUN_STREAM,
        events.PaymentRunMade(
            effective_on=LATER, run=RUN, pay_on=PAID, invoices=(KEY,), net=3_275, vat=655, gross=3_930
        ),
    ),
    (RUN_STREAM, events.PaymentRunReversed(effective_on=LATER)),
    (
        CREDIT_STREAM,
        events.CreditRequestDrafted(
            effective_on=LATER,
            request=CREDIT,
            provider_urn=900001,
            agreement_ref="AG-INV-1",
            placement_ref="PL-INV-1",
            caused_by=845,
            lines=(
                CreditLine(
                    number=1,
                    component="therapy",
                    kind="attendance",
                    first_day=date(2026, 9, 1),
                    last_day=date(2026, 12, 31),
                    pence=3_275,
                    invoices=(KEY,),
                ),
            ),
        ),
    ),
    (CREDIT_STREAM, events.CreditRequestSent(effective_on=LATER)),
    (CREDIT_STREAM, events.CreditRequestAnswered(effective_on=PAID, agrees=True)),
    (CREDIT_STREAM, events.CreditRequestReduced(effective_on=PAID, amounts=(AMOUNT,), invoice=OTHER)),
    (
        "supplier:900001",
        events.SupplierRecorded(
            effective_on=date(2025, 1, 1),
            provider_urn=900001,
            company_number="01234567",
            vat_number="GB123456782",
            vat_category="S",
            vat_rate=Decimal(20),
        ),
    ),
    (
        "supplier:900001",
        events.PayeeRecorded(
            effective_on=date(2025, 1, 1),
            provider_urn=900001,
            supplier_number="SUP-40718",
            site="MAIN",
            paid_to="Larkfield Trust Ltd",
        ),
    ),
    (
        "payment_file:payments",
        events.PaymentFileMapped(
            effective_on=date(2026, 4, 1),
            columns=(
                PaymentColumn(heading="Vendor", holds="supplier_number"),
                PaymentColumn(heading="Company", holds="text", text="CC01"),
            ),
        ),
    ),
    (
        "invoice_rules:rules",
        events.InvoiceRulesSet(
            effective_on=RECEIVED,
            rounding=1,
            line_pct=Decimal("0.5"),
            line_pence=500,
            yearly_pence=2_000,
            finance_up_to=1_000_000,
        ),
    ),
)
