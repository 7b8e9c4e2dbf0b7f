"""Whose hands an invoice went through: who logged what it bills, who agreed its prices, who approved it."""

from collections.abc import Iterable

from commissioning.accounts.duties import Hands
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import PLACEMENTS
from contracts.agreement import AGREEMENTS
from invoices.held import HeldLine
from invoices.invoice import INVOICES, Invoice

_LOGGED = ("PlacementStarted", "PlacementDatesCorrected", "PackageChanged", "PlacementMoved", "PlacementReinstated")
_AGREED = ("AgreementMade", "TermsVaried", "TiersSet", "CardRateAgreed", "CardRateCorrected", "OwnRateAgreed",
           "OwnRateCorrected")  # fmt: skip


def hands_of_order(lines: Iterable[HeldLine], work: UnitOfWork) -> Hands:
    """Who placed the orders that some lines bill, and who agreed their prices."""
    billed = list(lines)
    placements = [PLACEMENTS.stream(line.placement_ref) for line in billed if line.placement_ref is not None]
    agreements = [AGREEMENTS.stream(line.agreement_ref) for line in billed if line.agreement_ref is not None]
    # A placement that is started brings its own prices with it.
    return Hands(
        logged_the_placement=_recorded_by(placements, _LOGGED, work),
        agreed_the_price=_recorded_by([*placements, *agreements], _AGREED, work),
    )


def hands_of_approval(invoices: Iterable[Invoice], work: UnitOfWork) -> Hands:
    """Who approved any of some invoices."""
    streams = [INVOICES.stream(invoice.key) for invoice in invoices]
    return Hands(approved_it=_recorded_by(streams, ("InvoiceApproved",), work))


def _recorded_by(streams: Iterable[str], types: tuple[str, ...], work: UnitOfWork) -> frozenset[str]:
    found: set[str] = set()
    for stream in sorted(set(streams)):
        rows = work.tables.query(
            f"SELECT DISTINCT account FROM ledger_event WHERE book = ? AND stream = ? "
            f"AND type IN ({', '.join('?' * len(types))})",
            (work.tables.book, stream, *types),
        )
        found.update(row[0] for row in rows)
    return frozenset(found)
