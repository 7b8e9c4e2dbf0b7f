"""Drafts credit requests with the very deed that makes them due: a leaver logged late, a suspension, a lower price.

Whatever a deed records of placements, prices, calendars or invoices, it is asked in the same transaction whether more
is approved now than charged; so a request is never forgotten and never outlives its cause.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import PLACEMENTS, Placement
from contracts.agreement import AGREEMENTS
from contracts.calendar import CALENDARS
from contracts.projections import agreements_of_calendar, agreements_of_provider
from invoices.checks.due import charge_of
from invoices.credits.reckoning import Above, Asked, above_charge, asked_by, change_of
from invoices.credits.request import CREDIT_REQUESTS, CreditRequest
from invoices.events import CreditRequestDrafted, CreditRequestReduced
from invoices.expected.history import history_of
from invoices.held import CreditLine, LineAmount
from invoices.invoice import INVOICES, Invoice
from invoices.questions import answered_in
from invoices.standing import approvals_standing
from providers.provider import PROVIDERS


def draft_credit_requests(work: UnitOfWork) -> None:
    """Brings the credit requests of every agreement that a deed has touched after what is charged and approved now."""
    kinds = {stream.partition(":")[0] for stream in work.changed}
    if kinds.isdisjoint({one.name for one in (PLACEMENTS, AGREEMENTS, CALENDARS, PROVIDERS, INVOICES)}):
        return
    paid = [ref for ref in sorted(set(_touched(work))) if _is_paid(ref, work)]
    if not paid:
        return
    credit = _credit_of(work)
    for ref in paid:
        _bring_after(ref, credit, work)


def _is_paid(ref: str, work: UnitOfWork) -> bool:
    """Whether anything of an agreement stands approved or is still to be given back; the first row found tells."""
    found = work.tables.query(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM invoices_approval "
        "WHERE book = ? AND agreement_ref = ? AND to_position = ?) OR EXISTS (SELECT 1 FROM invoices_credit "
        "WHERE book = ? AND agreement_ref = ? AND outstanding > 0)",
        (work.tables.book, ref, OPEN_POSITION, work.tables.book, ref),
    )
    return bool(found)


def _bring_after(ref: str, credit: str | None, work: UnitOfWork) -> None:
    position = work.log.head.position
    history = answered_in(work, history_of(ref, position))
    standing = answered_in(work, approvals_standing(ref, position))
    above = above_charge(standing, partial(charge_of, {ref: history}, position))
    requests = _open_requests(ref, work)
    change = change_of(above, asked_by(requests), oldest_first=credit is not None)
    for key, lines in _by_request(change.less).items():
        amounts = tuple(LineAmount(line=line.line, pence=line.pence) for line in lines)
        reduced = CreditRequestReduced(effective_on=work.today, amounts=amounts, invoice=credit)
        work.record(CREDIT_REQUESTS, key, [reduced])
    by_placement: defaultdict[str | None, list[Above]] = defaultdict(list)
    for one in change.more:
        by_placement[one.key.placement_ref].append(one)
    for placement_ref, above_it in by_placement.items():
        _draft(ref, placement_ref, above_it, _cause(placement_ref, ref, work), work)


def _draft(ref: str, placement_ref: str | None, lines: Sequence[Above], cause: int, work: UnitOfWork) -> None:
    agreement = work.state(AGREEMENTS, ref)
    assert agreement is not None  # noqa: S101 - something of it was approved
    key = hashlib.sha256(f"{work.command_id} {ref} {placement_ref}".encode()).hexdigest()[:32]
    drafted = CreditRequestDrafted(
        effective_on=work.today,
        request=key,
        provider_urn=agreement.provider_urn,
        agreement_ref=ref,
        placement_ref=placement_ref,
        caused_by=cause,
        lines=tuple(
            CreditLine(
                number=number,
                component=one.key.component,
                kind=one.key.kind,
                first_day=one.first_day,
                last_day=one.last_day,
                pence=one.pence,
                invoices=_billed_by(one, work),
            )
            for number, one in enumerate(lines, 1)
        ),
    )
    work.record(CREDIT_REQUESTS, key, [drafted], expected_version=0)


def _touched(work: UnitOfWork) -> Iterator[str]:
    """The agreements whose charges or approvals a deed may have moved."""
    for stream, before in list(work.changed.items()):
        kind, _, key = stream.partition(":")
        now = work.states.get(stream)
        if kind == AGREEMENTS.name:
            yield key
        elif kind == CALENDARS.name:
            yield from agreements_of_calendar(work.tables, key)
        elif kind == PROVIDERS.name:
            yield from agreements_of_provider(work.tables, int(key))
        elif kind == PLACEMENTS.name:
            yield from (ref for state in (before, now) for ref in _agreements_of_placement(state))
        elif kind == INVOICES.name and _approvals_moved(before, now):
            yield from _agreements_of_invoice(now)


def _agreements_of_placement(placement: Placement | None) -> list[str]:
    return [version.agreement_ref for version in placement.versions] if placement else []


def _agreements_of_invoice(invoice: Invoice | None) -> list[str]:
    lines = invoice.document.lines if invoice and invoice.document else ()
    return [line.agreement_ref for line in lines if line.agreement_ref is not None]


def _credit_of(work: UnitOfWork) -> str | None:
    """The invoice or credit note that the deed has approved anything of: what falls by it was given back."""
    for stream, before in work.changed.items():
        now = work.states.get(stream)
        if isinstance(now, Invoice) and not now.voided and _approvals_moved(before, now):
            return now.key
    return None


def _approvals_moved(before: Invoice | None, now: Invoice | None) -> bool:
    """Whether more of an invoice is approved than before, or what was approved stands no more."""
    return now is not None and (now.voided or now.approved != (before.approved if before else {}))


def _open_requests(ref: str, work: UnitOfWork) -> list[CreditRequest]:
    rows = work.tables.query(
        "SELECT request FROM invoices_credit WHERE book = ? AND agreement_ref = ? AND outstanding > 0 ORDER BY id",
        (work.tables.book, ref),
    )
    return [request for (key,) in rows if (request := work.state(CREDIT_REQUESTS, key)) is not None]


def _billed_by(one: Above, work: UnitOfWork) -> tuple[str, ...]:
    """The invoices by which days of a key were approved, in the order in which they were."""
    rows = work.tables.query(
        "SELECT invoice, placement_ref, component, kind FROM invoices_approval WHERE book = ? AND agreement_ref = ? "
        "AND to_position = ? AND first_day <= ? AND last_day >= ? AND pence > 0 ORDER BY id",
        (work.tables.book, one.key.agreement_ref, OPEN_POSITION, one.last_day.isoformat(), one.first_day.isoformat()),
    )
    return tuple(dict.fromkeys(row[0] for row in rows if tuple(row[1:]) == one.key[1:]))


def _cause(placement_ref: str | None, agreement_ref: str, work: UnitOfWork) -> int:
    """The deed's last event of the placement itself, else of its agreement, else the first of all."""
    streams = [PLACEMENTS.stream(placement_ref)] if placement_ref else []
    for stream in (*streams, AGREEMENTS.stream(agreement_ref)):
        rows = work.tables.query(
            "SELECT MAX(position) FROM ledger_event WHERE book = ? AND stream = ? AND position >= ?",
            (work.tables.book, stream, work.first_position),
        )
        if rows[0][0] is not None:
            return int(rows[0][0])
    return work.first_position


def _by_request(lines: Iterable[Asked]) -> dict[str, list[Asked]]:
    found: dict[str, list[Asked]] = {}
    for line in lines:
        found.setdefault(line.request, []).append(line)
    return found
