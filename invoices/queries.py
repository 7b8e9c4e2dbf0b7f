"""What pages, reports and upper floors ask about invoices: expected ones, the register, runs, credits to ask for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from commissioning.charges.known import providers_as_at
from commissioning.ledger.events import HISTORY, EventTypes, Recorded
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.store import Row
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.proposals.queries import persons
from contracts.billing_periods import BillingPeriod, billing_period
from invoices.events import EVENTS, UPCASTERS
from invoices.expected.history import AgreementHistory, history_of
from invoices.expected.invoice import Billed, ExpectedInvoice, adjustments_due, expected_invoice
from invoices.expected.lines import ExpectedLine
from invoices.invoice import INVOICES, STOPPED, Invoice
from invoices.questions import answered_by
from invoices.releasing import amount_waiting
from invoices.rules import NO_RULES_SET, RULES, RULES_KEY, InvoiceRules
from invoices.settled import not_owed_by_day, settled_of
from invoices.standing import billed_lines

_TYPES = EventTypes(EVENTS, UPCASTERS)
_COLUMNS = (
    "i.invoice, i.provider_urn, p.name, i.number, i.kind, i.issued_on, i.received_on, i.first_day, i.last_day, i.net, "
    "i.vat, i.gross, i.status, i.approved, i.approved_vat, i.disputed, i.queried_on, i.paid_on, "
    "i.due_on, i.waiting, i.waiting_vat, i.paid, i.settled"
)
_PART = "r.run, r.part, r.number, r.net, r.vat, r.stood_still, r.paid_on"
_REGISTER = (
    f"SELECT {_COLUMNS} FROM invoices_invoice i "
    "JOIN providers_provider p ON p.book = i.book AND p.urn = i.provider_urn WHERE i.book = ?"
)

_WIDTH = len(_COLUMNS.split(","))
_RELEASES = (
    f"SELECT {_COLUMNS}, {_PART} FROM invoices_release r "
    "JOIN invoices_invoice i ON i.book = r.book AND i.invoice = r.invoice "
    "JOIN providers_provider p ON p.book = i.book AND p.urn = i.provider_urn WHERE r.book = ?"
)
_RUN = "SELECT run, made_on, pay_on, invoices, net, vat, gross, reversed_on FROM invoices_run WHERE book = ?"


@dataclass(frozen=True, slots=True)
class Listed:
    """An invoice of the register; money in pence, a credit note's below nought.

    `settled` is what was settled as not owed, with VAT; of a credit note what it only cancels of that.
    """

    key: str
    provider_urn: int
    provider_name: str
    number: str
    kind: str
    issued_on: date | None
    received_on: date
    first_day: date | None
    last_day: date | None
    net: int
    vat: int
    gross: int
    status: str
    approved: int
    approved_vat: int
    disputed: int
    queried_on: date | None
    paid_on: date | None
    due_on: date | None
    waiting: int
    waiting_vat: int
    paid: int
    settled: int

    @property
    def outstanding(self) -> int:
        """What of it is neither paid nor settled as not owed, with VAT: what the school has still to be paid.

        Whatever says what is owed on an invoice says this. Of a credit note it is what is still to be taken back.
        """
        return 0 if self.status in STOPPED else self.gross - self.settled - self.paid


@dataclass(frozen=True, slots=True)
class Released:
    """A part of an invoice in a payment run, under its number there; money in pence, a credit note's below nought.

    The 30 days are counted from `clock_from`: later than the day of receipt where the clock stood still for the part.
    """

    invoice: Listed
    run: str
    part: int
    number: str
    net: int
    vat: int
    clock_from: date
    paid_on: date | None

    @property
    def gross(self) -> int:
        """With VAT."""
        return self.net + self.vat


class Settlement(NamedTuple):
    """By how many pence more of an invoice is settled as not owed since a day; below nought of a credit note.

    `cancels` is whether that is what a credit note cancels of what was settled on its bill.
    """

    invoice: Listed
    on: date
    gross: int
    cancels: bool


class Run(NamedTuple):
    """A payment run with its control totals in pence."""

    key: str
    made_on: date
    pay_on: date
    invoices: int
    net: int
    vat: int
    gross: int
    reversed_on: date | None


class Expectation(NamedTuple):
    """An expected invoice with the credits that are to be asked for on days billed before."""

    invoice: ExpectedInvoice
    history: AgreementHistory
    billed: Sequence[Billed]


async def expectation(reader: Reader, agreement_ref: str, day: date, position: int) -> Expectation | None:
    """The expected invoice of an agreement's billing period as known at a position; None without such an agreement."""
    history = await answered_by(reader, history_of(agreement_ref, position))
    billed = [line for line, _ in await answered_by(reader, billed_lines(agreement_ref, position))]
    found = expected_invoice(history, day, billed, position)
    return None if found is None else Expectation(found, history, billed)


async def credits_due(reader: Reader, agreement_refs: Collection[str], position: int) -> list[ExpectedLine]:
    """What was billed and is no longer owed, by the event that changed it: the credits to ask schools for."""
    found: list[ExpectedLine] = []
    for ref in sorted(agreement_refs):
        billed = [line for line, _ in await answered_by(reader, billed_lines(ref, position))]
        if billed:
            history = await answered_by(reader, history_of(ref, position))
            found += [line for line in adjustments_due(history, billed, position) if line.net < 0]
    return found


async def period_of(reader: Reader, agreement_ref: str, day: date, position: int) -> BillingPeriod | None:
    """The billing period of an agreement in which a day lies."""
    history = await answered_by(reader, history_of(agreement_ref, position))
    agreement = history.agreement(position)
    return None if agreement is None else billing_period(agreement.billing, day, history.calendar(position))


async def agreements_of(reader: Reader, urns: Collection[int], day: date) -> list[str]:
    """The agreements of some schools that hold on a day, by reference."""
    listed = sorted(urns)
    if not listed:
        return []
    rows = await reader.query(
        f"SELECT ref FROM contracts_agreement WHERE book = ? AND provider_urn IN ({', '.join('?' * len(listed))}) "
        "AND start_on <= ? AND (end_on IS NULL OR end_on >= ?) ORDER BY ref",
        (await reader.number(), *listed, day.isoformat(), day.isoformat()),
    )
    return [row[0] for row in rows]


async def billed_agreements(reader: Reader, urns: Collection[int] | None = None) -> list[str]:
    """The agreements of which anything was ever billed; those of some schools alone, or all."""
    rows = await reader.query(
        "SELECT DISTINCT l.agreement_ref, i.provider_urn FROM invoices_line l "
        "JOIN invoices_invoice i ON i.book = l.book AND i.invoice = l.invoice "
        "WHERE l.book = ? AND l.agreement_ref IS NOT NULL ORDER BY l.agreement_ref",
        (await reader.number(),),
    )
    return [ref for ref, urn in rows if urns is None or urn in urns]


async def register_as_at(reader: Reader, as_at: AsAt) -> list[Listed]:
    """The register as it was known; of an earlier position it is folded from the log."""
    if as_at.latest:
        return await register(reader)
    rows = await reader.query(
        f"SELECT {HISTORY} FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? AND position <= ? "
        "ORDER BY stream, version",
        (await reader.number(), f"{INVOICES.name}:", f"{INVOICES.name};", as_at.position),
    )
    states: dict[str, Invoice] = {}
    for stream, event in _TYPES.decode_history(rows):
        states[stream] = INVOICES.evolve(states.get(stream), event)
    schools = await providers_as_at(reader, as_at.position)
    found = [listed_of(one, schools[one.provider_urn].facts.name) for one in states.values() if one.document]
    return sorted(found, key=lambda one: (one.received_on, one.key), reverse=True)


async def register(reader: Reader, urns: Collection[int] | None = None) -> list[Listed]:
    """Every invoice that was not refused, the newest first; those of some schools alone, or all."""
    rows = await reader.query(
        f"{_REGISTER} AND i.status <> 'refused' ORDER BY i.received_on DESC, i.id DESC", (await reader.number(),)
    )
    return [_listed(row) for row in rows if urns is None or row[1] in urns]


async def invoices_naming(reader: Reader, placement_ref: str, position: int) -> list[Invoice]:
    """Every invoice that ever billed a placement, as known at a position."""
    rows = await reader.query(
        "SELECT DISTINCT invoice FROM invoices_line WHERE book = ? AND placement_ref = ? AND from_position <= ? "
        "ORDER BY invoice",
        (await reader.number(), placement_ref, position),
    )
    return [one for row in rows if (one := await reader.state(INVOICES, row[0], position)) is not None]


async def invoices_of_placements(reader: Reader, refs: Collection[str]) -> set[str]:
    """The keys of the invoices with a line that names one of some placements now."""
    if not refs:
        return set()
    rows = await reader.query(
        f"SELECT DISTINCT invoice FROM invoices_line WHERE book = ? AND to_position = ? "
        f"AND placement_ref IN ({', '.join('?' * len(refs))})",
        (await reader.number(), OPEN_POSITION, *refs),
    )
    return {row[0] for row in rows}


async def waiting_for_a_run(reader: Reader) -> list[Listed]:
    """What has an approved amount that is in no run, by school and number."""
    rows = await reader.query(
        f"{_REGISTER} AND (i.waiting <> 0 OR i.waiting_vat <> 0) ORDER BY p.name, i.number",
        (await reader.number(),),
    )
    return [_listed(row) for row in rows]


async def released_in(reader: Reader, run: str) -> list[Released]:
    """The parts of invoices that are in a run, by school and number."""
    rows = await reader.query(
        f"{_RELEASES} AND r.run = ? AND r.to_position = ? ORDER BY p.name, r.number",
        (await reader.number(), run, OPEN_POSITION),
    )
    return [_released(row[_WIDTH:], _listed(row)) for row in rows]


async def released(reader: Reader, as_at: AsAt, invoices: Iterable[Listed]) -> list[Released]:
    """The parts of some invoices that are in payment runs as known at a position, in the order of their release."""
    by_key = {one.key: one for one in invoices}
    position = OPEN_POSITION - 1 if as_at.latest else as_at.position
    rows = await reader.query(
        f"SELECT r.invoice, {_PART} FROM invoices_release r "
        "WHERE r.book = ? AND r.from_position <= ? AND r.to_position > ? ORDER BY r.id",
        (await reader.number(), position, position),
    )
    return [_released(row[1:], by_key[row[0]]) for row in rows if row[0] in by_key]


async def settlements(reader: Reader, as_at: AsAt, invoices: Iterable[Listed]) -> list[Settlement]:
    """What was settled of some invoices, or is cancelled of that by credit notes, day by day."""
    by_key = {one.key: one for one in invoices if one.settled}
    states = await reader.states(INVOICES, list(by_key), as_at.position)
    return [
        Settlement(by_key[key], day, state.sign * pence, cancels)
        for key, state in states.items()
        for cancels, by_day in ((False, not_owed_by_day(state)), (True, state.cancelled))
        for day, pence in by_day.items()
        if pence
    ]


async def approved_by(reader: Reader, account: str) -> set[str]:
    """The invoices of which the person of an account approved anything, by whichever of the person's accounts."""
    people = await persons(reader)
    person = people.get(account, account)
    own = [account, *(one for one, whose in people.items() if whose == person and one != account)]
    rows = await reader.query(
        "SELECT DISTINCT stream FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? "
        f"AND type = 'InvoiceApproved' AND account IN ({', '.join('?' * len(own))})",
        (await reader.number(), f"{INVOICES.name}:", f"{INVOICES.name};", *own),
    )
    return {row[0].partition(":")[2] for row in rows}


async def runs(reader: Reader) -> list[Run]:
    """Every payment run, the newest first."""
    rows = await reader.query(f"{_RUN} ORDER BY id DESC", (await reader.number(),))
    return [_run(row) for row in rows]


async def run_of(reader: Reader, key: str) -> Run | None:
    """The payment run of a key; None where nobody made it."""
    rows = await reader.query(f"{_RUN} AND run = ?", (await reader.number(), key))
    return _run(rows[0]) if rows else None


async def invoice_with_history(reader: Reader, key: str, position: int) -> tuple[Invoice | None, list[Recorded]]:
    """An invoice as it was known at a position, and what was recorded of it."""
    history = await reader.history(INVOICES.stream(key), position)
    return INVOICES.fold(one.event for one in history), history


async def rules_known(reader: Reader, position: int) -> InvoiceRules:
    """The council's rules for invoices as known at a position."""
    return await reader.state(RULES, RULES_KEY, position) or NO_RULES_SET


def expected_by_number(invoice: Invoice) -> Mapping[int, int]:
    """What each line of an invoice should be, in pence, as known at its last check."""
    return {match.number: match.expected for match in invoice.matches}


def listed_of(invoice: Invoice, provider_name: str) -> Listed:
    """An invoice as the register lists it; it was not refused."""
    document, sign = invoice.document, invoice.sign
    assert document is not None  # noqa: S101 - those without one were left out
    open_ = [query.asked_on for query in invoice.queries if query.settled_on is None]
    waiting, waiting_vat = amount_waiting(invoice)
    return Listed(
        key=invoice.key,
        provider_urn=invoice.provider_urn,
        provider_name=provider_name,
        number=document.number,
        kind=document.kind,
        issued_on=document.issued_on,
        received_on=invoice.received_on,
        first_day=document.first_day,
        last_day=document.last_day,
        net=sign * document.net,
        vat=sign * document.vat,
        gross=sign * document.gross,
        status=invoice.status,
        approved=sign * sum(invoice.approved.values()),
        approved_vat=sign * invoice.approved_vat,
        disputed=invoice.in_dispute,
        queried_on=min(open_, default=None),
        paid_on=invoice.paid_on,
        due_on=invoice.due_on,
        waiting=waiting,
        waiting_vat=waiting_vat,
        paid=invoice.paid_gross,
        settled=settled_of(invoice),
    )


def _listed(row: Row) -> Listed:
    days = {name: _day_or_none(row[place]) for name, place in (("issued", 5), ("first", 7), ("last", 8))}
    return Listed(
        key=row[0],
        provider_urn=row[1],
        provider_name=row[2],
        number=row[3] or "",
        kind=row[4] or "",
        issued_on=days["issued"],
        received_on=_day(row[6]),
        first_day=days["first"],
        last_day=days["last"],
        net=row[9],
        vat=row[10],
        gross=row[11],
        status=row[12],
        approved=row[13],
        approved_vat=row[14],
        disputed=row[15],
        queried_on=_day_or_none(row[16]),
        paid_on=_day_or_none(row[17]),
        due_on=_day_or_none(row[18]),
        waiting=row[19],
        waiting_vat=row[20],
        paid=row[21],
        settled=row[22],
    )


def _released(part: Row, invoice: Listed) -> Released:
    run, which, number, net, vat, stood_still, paid_on = part
    clock_from = invoice.received_on + timedelta(stood_still)
    return Released(invoice, run, which, number, net, vat, clock_from, _day_or_none(paid_on))


def _run(row: Row) -> Run:
    return Run(row[0], _day(row[1]), _day(row[2]), row[3], row[4], row[5], row[6], _day_or_none(row[7]))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)
