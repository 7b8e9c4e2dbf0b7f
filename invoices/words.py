"""What the states, checks and events of invoices are called when a person reads them."""

from collections.abc import Mapping

from commissioning.web.language import N_, Labels, Tags
from contracts.rates import Unit
from invoices.facts import DocumentKind, VatCategory
from invoices.held import Code, Outcome, PaymentFact
from invoices.invoice import Status

STATUSES: Tags[Status] = Tags(
    {
        "received": (N_("Received"), "grey"),
        "refused": (N_("Sent back"), "red"),
        "matched": (N_("Matched"), "teal"),
        "held": (N_("Held"), "orange"),
        "queried": (N_("Queried"), "orange"),
        "answered": (N_("Answered"), "purple"),
        "rest_to_approve": (N_("Rest to approve"), "teal"),
        "approved_in_part": (N_("Approved in part"), "blue"),
        "approved": (N_("Approved"), "blue"),
        "released_in_part": (N_("In a payment run in part"), "blue"),
        "released": (N_("In a payment run"), "blue"),
        "paid_in_part": (N_("Paid in part"), "green"),
        "paid": (N_("Paid"), "green"),
        "voided": (N_("Taken out"), "grey"),
    }
)
"""Each state with the colour of its tag."""
SCHOOL_STATUSES: Mapping[Status, str] = Labels(
    {
        "received": N_("Received"),
        "refused": N_("Sent back"),
        "matched": N_("Right, waiting for approval"),
        "held": N_("Being looked into"),
        "queried": N_("We have a question"),
        "answered": N_("Your answer is being looked at"),
        "rest_to_approve": N_("The rest waits for approval"),
        "approved_in_part": N_("Partly approved"),
        "approved": N_("Approved for payment"),
        "released_in_part": N_("Partly being paid"),
        "released": N_("Being paid"),
        "paid_in_part": N_("Partly paid"),
        "paid": N_("Paid"),
        "voided": N_("Taken out"),
    }
)
"""The same as a school reads it."""
DOCUMENTS: Mapping[DocumentKind, str] = Labels({"invoice": N_("Invoice"), "credit_note": N_("Credit note")})
CODES: Mapping[Code, str] = Labels(
    {
        "DUP-1": N_("This number was billed before"),
        "DUP-2": N_("This file was sent before"),
        "DUP-3": N_("These days were billed before"),
        "DUP-4": N_("The same amount was billed not long ago"),
        "PLC-1": N_("Days on which the placement was not live"),
        "PLC-2": N_("The signature"),
        "RTE-1": N_("The price is not the one agreed"),
        "PRD-1": N_("Days or weeks differ from the calendar, or cross 31 March"),
        "PRD-2": N_("Days outside the period of the invoice"),
        "HRS-1": N_("More hours than were agreed"),
        "VAT-1": N_("VAT without a right registration"),
        "VAT-2": N_("VAT before school fees carried any"),
        "VAT-3": N_("VAT is not its rate times the net"),
        "VAT-4": N_("VAT falls otherwise than recorded"),
        "MTH-1": N_("The sums do not add up"),
        "REF-1": N_("A reference is missing or unknown"),
        "BNK-1": N_("Other bank details than approved"),
        "BUD-1": N_("Over what was committed for the placement"),
    }
)
OUTCOMES: Mapping[Outcome, tuple[str, str]] = Tags(
    {
        "reject": (N_("Sent back"), "red"),
        "block": (N_("Stopped"), "red"),
        "hold": (N_("Line held"), "orange"),
        "dispute": (N_("Difference not paid"), "orange"),
        "step_up": (N_("Needs an approver"), "purple"),
        "warn": (N_("To know"), "grey"),
    }
)
EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "InvoiceReceived": N_("Invoice received"),
        "InvoiceRefused": N_("Document sent back"),
        "InvoiceChecked": N_("Checked against the charges"),
        "LinesQueried": N_("Lines queried with the school"),
        "QueryAnswered": N_("The school answered"),
        "QuerySettled": N_("Query settled"),
        "QueryWordsWritten": N_("Something was written about a query"),
        "InvoiceApproved": N_("Approved for payment"),
        "InvoiceReleased": N_("Put into a payment run"),
        "ReleaseReversed": N_("Taken back from a payment run"),
        "InvoicePaid": N_("Paid"),
        "InvoiceVoided": N_("Taken out of the register"),
    }
)
RUN_TITLES: Mapping[str, str] = Labels(
    {
        "PaymentRunMade": N_("Payment run made"),
        "PaymentRunReversed": N_("Payment run taken back"),
    }
)
OTHER_TITLES: Mapping[str, str] = Labels(
    {
        "SupplierRecorded": N_("VAT and company of a supplier recorded"),
        "PayeeRecorded": N_("Who is paid recorded"),
        "PaymentFileMapped": N_("Columns of the payment file set"),
        "InvoiceRulesSet": N_("Tolerances and limits set"),
    }
)
VAT_CATEGORIES: Mapping[VatCategory, str] = Labels(
    {
        "E": N_("Exempt"),
        "S": N_("Standard rate"),
        "Z": N_("Zero rate"),
        "O": N_("Outside the scope of VAT"),
        "AE": N_("Reverse charge"),
    }
)
PAYMENT_FACTS: Mapping[PaymentFact, str] = Labels(
    {
        "urn": N_("The school's URN"),
        "supplier": N_("The supplier's name"),
        "supplier_number": N_("Supplier number"),
        "supplier_site": N_("Supplier site"),
        "number": N_("Invoice number"),
        "kind": N_("Invoice or credit note"),
        "invoice_date": N_("Invoice date"),
        "received_on": N_("Day of receipt"),
        "pay_on": N_("Day of payment"),
        "placement": N_("Placement"),
        "agreement": N_("Agreement"),
        "component": N_("Component"),
        "first_day": N_("First day"),
        "last_day": N_("Last day"),
        "code": N_("Ledger code"),
        "net": N_("Net"),
        "vat": N_("VAT"),
        "gross": N_("Gross"),
        "text": N_("Always the same text"),
    }
)
"""What a column of a payment file may hold."""
A_UNIT: Mapping[Unit, str] = {
    "once": N_("%(price)s a price"),
    "term": N_("%(price)s a term"),
    "week": N_("%(price)s a week"),
    "day": N_("%(price)s a day"),
    "hour": N_("%(price)s a hour"),
    "year": N_("%(price)s a year"),
}

UNITS: Mapping[str, str] = Labels(
    {
        "once": N_("once"),
        "term": N_("term"),
        "week": N_("week"),
        "day": N_("day"),
        "hour": N_("hour"),
        "year": N_("year"),
    }
)
"""What a price is for."""
