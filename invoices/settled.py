"""What of an invoice was settled as not owed, and what it stands for without that; pure.

It is no debt, whether or not the school's credit note for it has come: that cancels it, and takes nothing more off.
"""

from datetime import date

from invoices.held import HeldLine, LineMatch
from invoices.invoice import Invoice
from invoices.line_vat import share_of_vat


def not_owed_of(invoice: Invoice, line: HeldLine) -> tuple[int, int]:
    """The net of a line that was settled as not owed, and the VAT: that of this net and what was settled by itself.

    Nothing that was approved is among it.
    """
    disputes, vat = invoice.disputes, line.vat or 0
    net = disputes.not_owed.get(line.number, 0)
    gone = vat - share_of_vat(vat, line.net, line.net - net) if net else 0
    gone += disputes.vat_not_owed.get(line.number, 0)
    return net, max(min(gone, vat - invoice.approved_of(line)[1]), 0)


def settled_of(invoice: Invoice) -> int:
    """The pence, with VAT, that were settled as not owed, and of a credit note those that it cancels too.

    Below nought of a credit note.
    """
    return invoice.sign * (_not_owed(invoice) + sum(invoice.cancelled.values()))


def not_owed_by_day(invoice: Invoice) -> dict[date, int]:
    """By how many pence, with VAT, more was settled as not owed on which day; together all that was."""
    ended = sorted((query.settled_on, query.number) for query in invoice.queries if query.settled_on is not None)
    by_day, before, by_then = dict[date, int](), 0, set[int]()
    for day, number in ended:
        by_then.add(number)
        after = _not_owed(invoice._replace(queries=tuple(one for one in invoice.queries if one.number in by_then)))
        by_day[day] = by_day.get(day, 0) + after - before
        before = after
    return by_day


def stands_for(invoice: Invoice, match: LineMatch) -> int:
    """What of a line is paid in the end, as matched: nothing settled as not owed, never less than was approved."""
    net, approved = invoice.line(match.number).net, invoice.approved.get(match.number, 0)
    if net < 0:
        return min(match.payable, approved)
    return max(min(match.payable, net - invoice.disputes.not_owed.get(match.number, 0)), approved)


def _not_owed(invoice: Invoice) -> int:
    return sum(sum(not_owed_of(invoice, line)) for line in (invoice.document.lines if invoice.document else ()))
