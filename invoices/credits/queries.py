"""What pages and reports ask about credit requests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from commissioning.ledger.events import Recorded
from commissioning.ledger.log import COLUMNS
from commissioning.ledger.reading import Reader
from commissioning.ledger.store import Row
from invoices.credits.request import CREDIT_REQUESTS, CreditRequest


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """A credit request of the list; money in pence."""

    key: str
    provider_urn: int
    provider_name: str
    agreement_ref: str
    placement_ref: str | None
    drafted_on: date
    status: str
    pence: int
    outstanding: int


async def credit_requests(reader: Reader, urns: Collection[int] | None = None) -> list[ListedRequest]:
    """Every credit request, what is outstanding first and the newest of it; those of some schools alone, or all."""
    rows = await reader.query(
        "SELECT c.request, c.provider_urn, p.name, c.agreement_ref, c.placement_ref, c.drafted_on, c.status, c.pence, "
        "c.outstanding FROM invoices_credit c JOIN providers_provider p ON p.book = c.book AND p.urn = c.provider_urn "
        "WHERE c.book = ? ORDER BY CASE WHEN c.outstanding > 0 THEN 0 ELSE 1 END, c.id DESC",
        (await reader.number(),),
    )
    return [_listed(row) for row in rows if urns is None or row[1] in urns]


async def requests_on_invoice(reader: Reader, invoice: str, position: int) -> list[CreditRequest]:
    """The credit requests about days that an invoice bills, or that it gives back, as known at a position."""
    rows = await reader.query(
        "SELECT c.request FROM invoices_credit c WHERE c.book = ? AND EXISTS (SELECT 1 FROM invoices_line l "
        "WHERE l.book = c.book AND l.invoice = ? AND l.agreement_ref = c.agreement_ref) ORDER BY c.id",
        (await reader.number(), invoice),
    )
    found = []
    for row in rows:
        one = await reader.state(CREDIT_REQUESTS, row[0], position)
        if one is not None and (invoice in one.credited or any(invoice in line.invoices for line in one.lines)):
            found.append(one)
    return found


async def request_with_history(reader: Reader, key: str, position: int) -> tuple[CreditRequest | None, list[Recorded]]:
    """A credit request as known at a position, and what was recorded of it."""
    history = await reader.history(CREDIT_REQUESTS.stream(key), position)
    return CREDIT_REQUESTS.fold(one.event for one in history), history


async def event_at(reader: Reader, position: int) -> Recorded:
    """The event at a position of the ledger, such as the one that made a credit due."""
    rows = await reader.query(
        f"SELECT {COLUMNS} FROM ledger_event WHERE book = ? AND position = ?", (await reader.number(), position)
    )
    return reader.decode(rows)[0]


def _listed(row: Row) -> ListedRequest:
    return ListedRequest(
        key=row[0],
        provider_urn=row[1],
        provider_name=row[2],
        agreement_ref=row[3],
        placement_ref=row[4],
        drafted_on=date.fromisoformat(row[5]),
        status=row[6],
        pence=row[7],
        outstanding=row[8],
    )
