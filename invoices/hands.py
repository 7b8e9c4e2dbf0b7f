"""Whose hands an invoice went through: who logged what it bills, who agreed its prices, who approved it."""

from collections.abc import Iterable
from typing import TypeVar

from commissioning.accounts.acting import person_of
from commissioning.accounts.duties import Hands
from commissioning.accounts.events import WorkbookTakenIn
from commissioning.consultations.consultation import CONSULTATIONS
from commissioning.consultations.tables import ListedConsultation
from commissioning.ledger.events import HISTORY, Event, EventTypes
from commissioning.ledger.tables import table_name
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import PLACEMENTS
from commissioning.proposals.events import ProposalAgreed
from contracts.agreement import AGREEMENTS
from invoices.held import HeldLine
from invoices.invoice import INVOICES, Invoice

_LOGGED = ("PlacementStarted", "PlacementDatesCorrected", "PackageChanged", "PlacementMoved", "PlacementReinstated")
_AGREED = (
    *("AgreementMade", "TermsVaried", "TiersSet", "CardRateAgreed", "CardRateCorrected", "CardRateWithdrawn"),
    *("OwnRateAgreed", "OwnRateCorrected", "OwnRateWithdrawn"),
)
"""A rate that is withdrawn leaves the one before it to be paid, and a deduction that is withdrawn is no longer made."""
_CONTRACTED = ("PlacementAgreementIssued",)
"""A consultation ends with the prices that its agreement states, whoever logs the placement from it."""
Told = TypeVar("Told", bound=Event)


def hands_of_order(lines: Iterable[HeldLine], work: UnitOfWork) -> Hands:
    """Who placed the orders that some lines bill, who agreed their prices, and who brought either in by a workbook."""
    billed = list(lines)
    refs = {line.placement_ref for line in billed if line.placement_ref is not None}
    placements, searches = {PLACEMENTS.stream(ref) for ref in refs}, _searches_for(refs, work)
    agreements = {AGREEMENTS.stream(line.agreement_ref) for line in billed if line.agreement_ref is not None}
    # A placement that is started brings its own prices with it. What took two people was recorded by the second.
    return Hands(
        logged_the_placement=_recorded_by(placements, _LOGGED, work) | _asked_by(placements, work),
        agreed_the_price=_recorded_by(placements | agreements, _AGREED, work)
        | _recorded_by(searches, _CONTRACTED, work)
        | _asked_by(agreements, work),
        uploaded_it=_uploaded_by(placements | agreements, work),
    )


def hands_of_keying(invoice: Invoice, work: UnitOfWork) -> Hands:
    """Who keyed an invoice beside the expected one; nobody did where it came in as a file that a program read."""
    if invoice.source != "keyed":
        return Hands()
    return Hands(keyed_it=_recorded_by((INVOICES.stream(invoice.key),), ("InvoiceReceived",), work))


def hands_of_approval(invoices: Iterable[Invoice], work: UnitOfWork) -> Hands:
    """Who approved any of some invoices."""
    streams = {INVOICES.stream(invoice.key) for invoice in invoices}
    return Hands(approved_it=_recorded_by(streams, ("InvoiceApproved",), work))


def _recorded_by(streams: Iterable[str], types: tuple[str, ...], work: UnitOfWork) -> frozenset[str]:
    """The persons who recorded events of some kinds."""
    found: set[str] = set()
    for stream in sorted(streams):
        rows = work.tables.query(
            "SELECT DISTINCT account FROM ledger_event WHERE book = ? AND stream = ? "
            f"AND type IN ({', '.join('?' * len(types))})",
            (work.tables.book, stream, *types),
        )
        found.update(person_of(work, row[0]) for row in rows)
    return frozenset(found)


def _searches_for(refs: Iterable[str], work: UnitOfWork) -> set[str]:
    """The streams of the consultations that placements came of."""
    found: set[str] = set()
    for ref in sorted(refs):
        rows = work.tables.query(
            f"SELECT DISTINCT ref FROM {table_name(ListedConsultation)} WHERE book = ? AND placement_ref = ?",
            (work.tables.book, ref),
        )
        found.update(CONSULTATIONS.stream(row[0]) for row in rows)
    return found


def _uploaded_by(streams: Iterable[str], work: UnitOfWork) -> frozenset[str]:
    """The persons who uploaded a workbook that brought any of this in; whoever confirmed it recorded it."""
    told = _told_by_commands(streams, "last_position", WorkbookTakenIn, work)
    return frozenset(person_of(work, event.uploaded_by) for event in told)


def _asked_by(streams: Iterable[str], work: UnitOfWork) -> frozenset[str]:
    """The persons who asked for any of this where it took a second person, who then recorded it."""
    told = _told_by_commands(streams, "first_position", ProposalAgreed, work)
    return frozenset(person_of(work, event.asked_by) for event in told)


def _told_by_commands(streams: Iterable[str], place: str, kind: type[Told], work: UnitOfWork) -> list[Told]:
    """The events of a kind that stand first, or last, in the commands that recorded anything of some streams."""
    columns, types = ", ".join(f"w.{name}" for name in HISTORY.split(", ")), EventTypes((kind,))
    found: list[Told] = []
    for stream in sorted(streams):
        rows = work.tables.query(
            f"SELECT DISTINCT {columns} FROM ledger_event e "
            "JOIN ledger_command c ON c.book = e.book AND c.command_id = e.command_id "
            f"JOIN ledger_event w ON w.book = c.book AND w.position = c.{place} AND w.type = ? "
            "WHERE e.book = ? AND e.stream = ?",
            (kind.__name__, work.tables.book, stream),
        )
        found += [event for _, event in types.decode_history(rows) if isinstance(event, kind)]
    return found
