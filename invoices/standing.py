"""What stands in the register when something is decided or shown: billed lines, other invoices, approvals."""

from datetime import date
from typing import Any

from commissioning.ledger.events import HISTORY, EventTypes
from commissioning.ledger.store import Row
from invoices.approvals import Approval
from invoices.checks.case import BilledBefore, Earlier
from invoices.events import EVENTS, UPCASTERS, PayeeRecorded, SupplierRecorded
from invoices.expected.invoice import Billed
from invoices.expected.lines import LineKey
from invoices.numbers import normalised_number
from invoices.questions import Question
from invoices.supplier import SUPPLIERS, Supplier

_TYPES = EventTypes(EVENTS, UPCASTERS)
_APPROVAL = "SELECT agreement_ref, placement_ref, component, kind, first_day, last_day, pence FROM invoices_approval"
_EARLIER = (
    "SELECT invoice, provider_urn, number, normalised, part_of, issued_on, gross, first_day, last_day, sha256 "
    "FROM invoices_invoice WHERE book = ? AND status NOT IN ('refused', 'voided') AND invoice <> ? "
)


def billed_lines(agreement_ref: str, position: int, without: str = "") -> Question[list[tuple[Billed, BilledBefore]]]:
    """Asks for the lines of an agreement that stand at a position, each with its invoice; one invoice left out."""
    rows = yield (
        (
            "SELECT l.agreement_ref, l.placement_ref, l.component, l.kind, l.first_day, l.last_day, l.net, "
            "l.adjustment, l.expected_at, l.stands_for, l.invoice, i.number FROM invoices_line l "
            "JOIN invoices_invoice i ON i.book = l.book AND i.invoice = l.invoice "
            "WHERE l.book = ? AND l.agreement_ref = ? AND l.from_position <= ? AND l.to_position > ? "
            "AND l.invoice <> ? AND l.component IS NOT NULL AND l.kind IS NOT NULL "
            "AND l.first_day IS NOT NULL AND l.last_day IS NOT NULL "
            "ORDER BY l.id"
        ),
        (agreement_ref, position, position, without),
    )
    return [_billed(row) for row in rows]


def earlier_invoices(
    invoice: str, urns: frozenset[int], normalised: str, gross: int, sha256: str | None
) -> Question[list[Earlier]]:
    """Asks for the standing invoices of some schools that have a number, an amount or a file in common with one."""
    listed = sorted(urns)
    marks = ", ".join("?" * len(listed))
    rows = yield (
        (
            f"{_EARLIER} AND ((provider_urn IN ({marks}) AND (normalised = ? OR part_of IS NOT NULL OR gross = ?)) "
            "OR sha256 = ?) ORDER BY id"
        ),
        (invoice, *listed, normalised, gross, sha256 or ""),
    )
    return [_earlier(row) for row in rows]


def bills_numbered(provider_urn: int, normalised: str) -> Question[list[str]]:
    """Asks for the bills of a school that stand under a number, several parts of one perhaps; else those taken out."""
    rows = yield (
        (
            "SELECT invoice, status FROM invoices_invoice WHERE book = ? AND provider_urn = ? AND normalised = ? "
            "AND kind = 'invoice' AND status <> 'refused' ORDER BY id"
        ),
        (provider_urn, normalised),
    )
    return [key for key, status in rows if status != "voided"] or [key for key, _ in rows]


def credit_notes(provider_urn: int) -> Question[list[tuple[str, str]]]:
    """Asks for the credit notes of a school that stand, each with the number, normalised, of the bill that it names."""
    rows = yield (
        (
            "SELECT invoice, corrects FROM invoices_invoice WHERE book = ? AND provider_urn = ? "
            "AND kind = 'credit_note' AND corrects IS NOT NULL AND status NOT IN ('refused', 'voided') ORDER BY id"
        ),
        (provider_urn,),
    )
    return [(key, normalised_number(corrects)) for key, corrects in rows]


def approvals_standing(agreement_ref: str, position: int) -> Question[list[Approval]]:
    """Asks for everything approved of an agreement's charges that stands at a position."""
    which = "WHERE book = ? AND agreement_ref = ? AND from_position <= ? AND to_position > ? ORDER BY id"
    rows = yield f"{_APPROVAL} {which}", (agreement_ref, position, position)
    return [_approval(row) for row in rows]


def approvals_of_invoice(invoice: str, position: int) -> Question[list[Approval]]:
    """Asks for everything approved of an invoice that stands at a position."""
    which = "WHERE book = ? AND invoice = ? AND from_position <= ? AND to_position > ? ORDER BY id"
    rows = yield f"{_APPROVAL} {which}", (invoice, position, position)
    return [_approval(row) for row in rows]


def sha256_of_invoice(invoice: str) -> Question[str | None]:
    """Asks for the hash of the file that an invoice came in; None where it came in none."""
    rows = yield "SELECT sha256 FROM invoices_invoice WHERE book = ? AND invoice = ?", (invoice,)
    return rows[0][0] if rows else None


def suppliers() -> Question[dict[int, Supplier]]:
    """Asks for what is recorded of every school as a supplier, by URN."""
    rows = yield (
        f"SELECT {HISTORY} FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? ORDER BY stream, version",
        (f"{SUPPLIERS.name}:", f"{SUPPLIERS.name};"),
    )
    found: dict[int, Supplier] = {}
    for _, event in _TYPES.decode_history(rows):
        if isinstance(event, SupplierRecorded | PayeeRecorded):
            found[event.provider_urn] = SUPPLIERS.evolve(found.get(event.provider_urn), event)
    return found


def owner_group_of(urn: int) -> Question[frozenset[int]]:
    """Asks for the schools of the same owner group, the school itself among them."""
    rows = yield (
        (
            "SELECT p.urn FROM providers_provider p WHERE p.book = ? AND (p.urn = ? OR p.owner_group = "
            "(SELECT g.owner_group FROM providers_provider g WHERE g.book = p.book AND g.urn = ?))"
        ),
        (urn, urn),
    )
    return frozenset(row[0] for row in rows) | {urn}


def _approval(row: Row) -> Approval:
    return Approval(LineKey(*row[:4]), date.fromisoformat(row[4]), date.fromisoformat(row[5]), row[6])


def _earlier(row: Row) -> Earlier:
    return Earlier(
        invoice=row[0],
        provider_urn=row[1],
        number=row[2],
        normalised=row[3],
        part_of=row[4],
        issued_on=date.fromisoformat(row[5]),
        gross=row[6],
        first_day=_day(row[7]),
        last_day=_day(row[8]),
        sha256=row[9],
    )


def _billed(row: Row) -> tuple[Billed, BilledBefore]:
    first, last = date.fromisoformat(row[4]), date.fromisoformat(row[5])
    return Billed(LineKey(*row[:4]), first, last, *row[6:10]), BilledBefore(row[10], row[11], first, last)


def _day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)
