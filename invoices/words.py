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
        "waits_for_bill": (N_("Waits for its invoice"), "grey"),
        "queried": (N_("Queried"), "orange"),
        "answered": (N_("Answered"), "purple"),
        "rest_to_approve": (N_("Rest to approve"), "teal"),
        "approved_in_part": (N_("Approved in part"), "blue"),
        "approved": (N_("Approved"), "blue"),
        "released_in_part": (N_("In a payment run in part"), "blue"),
        "released": (N_("In a payment run"), "blue"),
        "paid_in_part": (N_("Paid in part"), "green"),
        "paid": (N_("Paid"), "green"),
        "settled": (N_("Settled, nothing to pay"), "grey"),
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
        "waits_for_bill": N_("Waits until the invoice that it credits is decided"),
        "queried": N_("We have a question"),
        "answered": N_("Your answer is being looked at"),
        "rest_to_approve": N_("The rest waits for approval"),
        "approved_in_part": N_("Partly approved"),
        "approved": N_("Approved for payment"),
        "released_in_part": N_("Partly being paid"),
        "released": N_("Being paid"),
        "paid_in_part": N_("Partly paid"),
        "paid": N_("Paid"),
        "settled": N_("Settled, nothing is owed"),
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
WHY_SENT_BACK: Mapping[Code, str] = Labels(
    {
        "MTH-1": N_(
            "The sums do not add up. It can be sent again once its totals are those of its lines, and each line its "
            "quantity times its price."
        ),
        "REF-1": N_("A line bears a reference of another school. It can be sent again with the school's own."),
    }
)
"""What a document is sent back for, with the cure: nothing but the code of it is kept."""
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
VAT_HELD: Mapping[str, tuple[str, str]] = Tags({"hold": (N_("VAT held"), "orange")})
"""What a finding on VAT does: it holds VAT, and nothing of the net."""
WAYS_ON: Mapping[Code, str] = Labels(
    {
        "DUP-1": N_(
            "Take this one out if it came twice. If the earlier one is wrong, take that out and check this again. If "
            "both are parts of one invoice, take this out and have the school send it saying of which it is a part."
        ),
        "DUP-2": N_("Take this one out: the same file is in the register already."),
        "DUP-3": N_(
            "Query the line; what it bills beyond the earlier invoice is paid. If the earlier one is wrong, take that "
            "out or have a credit note for it, and check this again."
        ),
        "DUP-4": N_("Look at both, and approve this one if it is another bill."),
        "PLC-1": N_(
            "If the pupil was there, have the placement put right and check again. If not, query the days: the rest "
            "is paid."
        ),
        "PLC-2": N_("Have the signature recorded and check again, or query the line."),
        "RTE-1": N_(
            "The line can be approved at the recorded price. If another was agreed, have it recorded and check again; "
            "if not, query the difference."
        ),
        "PRD-1": N_("Look at the days; what they cost can be approved."),
        "PRD-2": N_("Look at the days; what they cost can be approved."),
        "HRS-1": N_("Have hours that were agreed recorded and check again, or query those above: the rest is paid."),
        "VAT-1": N_(
            "The net can be approved; the VAT waits. If the school is registered, an approver records its VAT number "
            "under “Suppliers”, from the day of the invoice or earlier: then check again. If not, or if the number on "
            "the document is wrong, query the VAT. Settle it as owed once the school has put the number right, and at "
            "nothing where it withdraws the VAT."
        ),
        "VAT-2": N_("The net can be approved; the VAT waits. Query it, and settle it at nothing: none was due then."),
        "VAT-3": N_(
            "The net, and VAT at its rate, can be approved. Query the VAT above it, and settle that at nothing once "
            "the school has withdrawn it."
        ),
        "VAT-4": N_("Look at how the VAT of the school falls, under “Suppliers”."),
        "MTH-1": N_("Have the school send it with sums that add up."),
        "REF-1": N_(
            "Ask the school, by a query on the line, for which placement it is. Then settle that at nothing and have "
            "the line billed with its reference; or take the invoice out and have all of it sent again."
        ),
        "BNK-1": N_(
            "Ask the school by a telephone number that you know. Take the invoice out. If its account has changed, "
            "have that recorded by two people; then the invoice can be sent again."
        ),
        "BUD-1": N_("An approver decides it."),
    }
)
"""What finance can do about each finding, so that no invoice stays where it is."""
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
