"""What the states, checks and events of invoices are called when a person reads them."""

from collections.abc import Mapping

from invoices.facts import DocumentKind, VatCategory
from invoices.held import Code, Outcome, PaymentFact
from invoices.invoice import Status

STATUSES: Mapping[Status, tuple[str, str]] = {
    "received": ("Received", "grey"),
    "refused": ("Sent back", "red"),
    "matched": ("Matched", "teal"),
    "held": ("Held", "orange"),
    "queried": ("Queried", "orange"),
    "answered": ("Answered", "purple"),
    "rest_to_approve": ("Rest to approve", "teal"),
    "approved_in_part": ("Approved in part", "blue"),
    "approved": ("Approved", "blue"),
    "released_in_part": ("In a payment run in part", "blue"),
    "released": ("In a payment run", "blue"),
    "paid_in_part": ("Paid in part", "green"),
    "paid": ("Paid", "green"),
    "voided": ("Taken out", "grey"),
}
"""Each state with the colour of its tag."""
SCHOOL_STATUSES: Mapping[Status, str] = {
    "received": "Received",
    "refused": "Sent back",
    "matched": "Right, waiting for approval",
    "held": "Being looked into",
    "queried": "We have a question",
    "answered": "Your answer is being looked at",
    "rest_to_approve": "The rest waits for approval",
    "approved_in_part": "Partly approved",
    "approved": "Approved for payment",
    "released_in_part": "Partly being paid",
    "released": "Being paid",
    "paid_in_part": "Partly paid",
    "paid": "Paid",
    "voided": "Taken out",
}
"""The same as a school reads it."""
DOCUMENTS: Mapping[DocumentKind, str] = {"invoice": "Invoice", "credit_note": "Credit note"}
CODES: Mapping[Code, str] = {
    "DUP-1": "This number was billed before",
    "DUP-2": "This file was sent before",
    "DUP-3": "These days were billed before",
    "DUP-4": "The same amount was billed not long ago",
    "PLC-1": "Days on which the placement was not live",
    "PLC-2": "The signature",
    "RTE-1": "The price is not the one agreed",
    "PRD-1": "Days or weeks differ from the calendar, or cross 31 March",
    "PRD-2": "Days outside the period of the invoice",
    "HRS-1": "More hours than were agreed",
    "VAT-1": "VAT without a right registration",
    "VAT-2": "VAT before school fees carried any",
    "VAT-3": "VAT is not its rate times the net",
    "VAT-4": "VAT falls otherwise than recorded",
    "MTH-1": "The sums do not add up",
    "REF-1": "A reference is missing or unknown",
    "BNK-1": "Other bank details than approved",
    "BUD-1": "Over what was committed for the placement",
}
OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    "reject": ("Sent back", "red"),
    "block": ("Stopped", "red"),
    "hold": ("Line held", "orange"),
    "dispute": ("Difference not paid", "orange"),
    "step_up": ("Needs an approver", "purple"),
    "warn": ("To know", "grey"),
}
EVENT_TITLES: Mapping[str, str] = {
    "InvoiceReceived": "Invoice received",
    "InvoiceRefused": "Document sent back",
    "InvoiceChecked": "Checked against the charges",
    "LinesQueried": "Lines queried with the school",
    "QueryAnswered": "The school answered",
    "QuerySettled": "Query settled",
    "QueryWordsWritten": "Something was written about a query",
    "InvoiceApproved": "Approved for payment",
    "InvoiceReleased": "Put into a payment run",
    "ReleaseReversed": "Taken back from a payment run",
    "InvoicePaid": "Paid",
    "InvoiceVoided": "Taken out of the register",
}
RUN_TITLES: Mapping[str, str] = {
    "PaymentRunMade": "Payment run made",
    "PaymentRunReversed": "Payment run taken back",
}
OTHER_TITLES: Mapping[str, str] = {
    "SupplierRecorded": "VAT and company of a supplier recorded",
    "PayeeRecorded": "Who is paid recorded",
    "PaymentFileMapped": "Columns of the payment file set",
    "InvoiceRulesSet": "Tolerances and limits set",
}
VAT_CATEGORIES: Mapping[VatCategory, str] = {
    "E": "Exempt",
    "S": "Standard rate",
    "Z": "Zero rate",
    "O": "Outside the scope of VAT",
    "AE": "Reverse charge",
}
PAYMENT_FACTS: Mapping[PaymentFact, str] = {
    "urn": "The school's URN",
    "supplier": "The supplier's name",
    "supplier_number": "Supplier number",
    "supplier_site": "Supplier site",
    "number": "Invoice number",
    "kind": "Invoice or credit note",
    "invoice_date": "Invoice date",
    "received_on": "Day of receipt",
    "pay_on": "Day of payment",
    "placement": "Placement",
    "agreement": "Agreement",
    "component": "Component",
    "first_day": "First day",
    "last_day": "Last day",
    "code": "Ledger code",
    "net": "Net",
    "vat": "VAT",
    "gross": "Gross",
    "text": "Always the same text",
}
"""What a column of a payment file may hold."""
UNITS: Mapping[str, str] = {
    "once": "price",
    "term": "term",
    "week": "week",
    "day": "day",
    "hour": "hour",
    "year": "year",
}
