"""An invoice: what it is after its events, and what of it may be paid; pure."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from invoices import events as happened
from invoices.amounts import by_line, total_of
from invoices.clock import due_by
from invoices.held import Code, Finding, HeldDocument, HeldLine, LineMatch, Source
from invoices.line_vat import is_about_vat, right_vat, share_of_vat
from invoices.query import Disputes, Query, Written, disputes_of, stood_still_for

Status = Literal[
    "received", "refused", "matched", "held", "waits_for_bill", "queried", "answered", "rest_to_approve",
    "approved_in_part", "approved", "released_in_part", "released", "paid_in_part", "paid", "settled", "voided",
]  # fmt: skip
STOPPED: frozenset[str] = frozenset({"refused", "voided"})
"""States in which an invoice stands for nothing."""
STOPS_ALL = frozenset({"block", "reject"})
"""Outcomes with which nothing of a document may be approved."""


class Release(NamedTuple):
    """A part of an invoice that is in a payment run: pence and VAT by line, and the day on which they were paid.

    The finance system knows the part by its number (releasing.py). `stood_still` is for how many days the clock did.
    """

    run: str
    part: int
    amounts: Mapping[int, int]
    vat: Mapping[int, int]
    stood_still: int
    paid_on: date | None = None


class Invoice(NamedTuple):
    """An invoice with everything that was found, asked, approved and paid of it; amounts in pence by line.

    It may be in several payment runs, in each with what was approved and in no other by then. `cancelled` is by how
    many pence, with VAT, a credit note came to cancel more or less of what was settled on its bill, by day.
    """

    key: str
    provider_urn: int
    source: Source | None
    document: HeldDocument | None
    received_on: date
    expected_at: int
    findings: tuple[Finding, ...] = ()
    matches: tuple[LineMatch, ...] = ()
    queries: tuple[Query, ...] = ()
    approved: Mapping[int, int] = {}
    vat_approved: Mapping[int, int] = {}
    releases: tuple[Release, ...] = ()
    voided: bool = False
    refused_for: tuple[Code, ...] = ()
    cancelled: Mapping[date, int] = {}

    @property
    def sign(self) -> int:
        """A credit note takes away what an invoice adds."""
        return -1 if self.document is not None and self.document.kind == "credit_note" else 1

    @property
    def number(self) -> str:
        """The school's own number; none of a document that was sent back."""
        return self.document.number if self.document else ""

    def line(self, number: int) -> HeldLine:
        """The line of a number; `Refused` where the document has none."""
        lines = self.document.lines if self.document else ()
        if 0 < number <= len(lines) and lines[number - 1].number == number:
            return lines[number - 1]
        found = next((line for line in lines if line.number == number), None)
        if found is None:
            raise Refused(
                Fault(
                    "line-unknown",
                    said("The invoice has no line %(number)s.", number=number),
                    said("line %(number)s", number=number),
                    status=404,
                )
            )
        return found

    @property
    def disputes(self) -> Disputes:
        """What its queries dispute of each line and of its VAT, and what they took off for good."""
        return disputes_of(self.queries)

    @property
    def in_dispute(self) -> int:
        """The pence that queries dispute still; nothing of what was taken out."""
        return 0 if self.voided else self.disputes.pence

    @property
    def vat_number_settled(self) -> bool:
        """Whether a query about its VAT number ended with VAT owed."""
        return any(query.code == "VAT-1" and any(query.owed_vat.values()) for query in self.queries)

    @property
    def approved_vat(self) -> int:
        """The VAT that was approved, in pence."""
        return sum(self.vat_approved.values())

    @property
    def waiting(self) -> dict[int, int]:
        """What of each line is approved and in no payment run; nothing of what was taken out."""
        if self.voided:
            return {}
        released = total_of(one.amounts for one in self.releases)
        left = {line: pence - released.get(line, 0) for line, pence in self.approved.items()}
        return {line: pence for line, pence in left.items() if pence}

    @property
    def waiting_vat(self) -> dict[int, int]:
        """The VAT that is approved and in no payment run, by line; none of what was taken out."""
        if self.voided:
            return {}
        released = total_of(one.vat for one in self.releases)
        left = {line: pence - released.get(line, 0) for line, pence in self.vat_approved.items()}
        return {line: pence for line, pence in left.items() if pence}

    @property
    def waits_for_a_run(self) -> bool:
        """Whether something of it, be it VAT alone, is approved and in no payment run."""
        return bool(self.waiting or self.waiting_vat)

    @property
    def paid_on(self) -> date | None:
        """The day of the last payment; None where nothing was paid."""
        return max((one.paid_on for one in self.releases if one.paid_on is not None), default=None)

    @property
    def paid_gross(self) -> int:
        """What was paid of it with VAT; below nought of a credit."""
        paid = (one for one in self.releases if one.paid_on is not None)
        return self.sign * sum(sum(one.amounts.values()) + sum(one.vat.values()) for one in paid)

    def release_in(self, run: str) -> Release | None:
        """The part of it that is in a payment run."""
        return next((one for one in self.releases if one.run == run), None)

    @property
    def payable(self) -> dict[int, int]:
        """What of each line may be approved now: as matched, less what is disputed or not owed or approved already."""
        if self.document is None or self.voided or self._is_stopped:
            return {}
        found: dict[int, int] = {}
        disputed, not_owed, *_ = self.disputes
        for match in self.matches:
            line = self.line(match.number)
            if self._is_held(line):
                continue
            most = line.net - disputed.get(line.number, 0) - not_owed.get(line.number, 0) - match.cancels
            left = min(match.payable, most) if line.net >= 0 else match.payable
            left -= self.approved.get(line.number, 0)
            if left * line.net > 0:  # what was approved is never taken back here: the next invoice has the difference
                found[line.number] = left
        return found

    @property
    def payable_vat(self) -> dict[int, int]:
        """What of each line's VAT may be approved now: with what is payable of the line, and with what was approved.

        Never more than stands by the checks, nor what is disputed or was settled as not owed. A credit note takes back
        what its bill lets it, whatever the checks say of VAT that was paid.
        """
        if self.document is None or self.voided or self._is_stopped:
            return {}
        found: dict[int, int] = {}
        payable, disputes = self.payable, self.disputes
        about_vat = [one for one in self.findings if is_about_vat(one)]
        takes_vat = self._takes_vat
        for line in self.document.lines:
            if line.vat:
                approved, vat_approved = self.approved_of(line)
                if line.number in takes_vat:
                    unmet = self.to_be_met_of(line)[1] - self.cancels_of(line)[1]
                    left = min(takes_vat[line.number] - vat_approved, unmet)
                else:
                    net = approved + payable.get(line.number, 0)
                    right = share_of_vat(right_vat(line, about_vat), line.net, net)
                    left = (right if line.vat < 0 else min(right, disputes.vat_left_of(line, net))) - vat_approved
                if left * line.vat > 0:
                    found[line.number] = left
        return found

    @property
    def is_payable(self) -> bool:
        """Whether something of it, be it VAT alone, may be approved now."""
        return bool(self.payable or self.payable_vat)

    def approved_of(self, line: HeldLine) -> tuple[int, int]:
        """The net and the VAT of a line that were approved."""
        return self.approved.get(line.number, 0), self.vat_approved.get(line.number, 0)

    def cancels_of(self, line: HeldLine) -> tuple[int, int]:
        """The net and the VAT of a credit note's line that only cancel what was settled on its bill."""
        found = next((one for one in self.matches if one.number == line.number), None) if self.sign < 0 else None
        return (found.cancels, found.cancels_vat) if found else (0, 0)

    def to_be_met_of(self, line: HeldLine) -> tuple[int, int]:
        """The net and the VAT of a line that are neither approved nor disputed, and were not settled as not owed."""
        disputes, (approved, vat_approved) = self.disputes, self.approved_of(line)
        net = line.net - disputes.disputed.get(line.number, 0) - disputes.not_owed.get(line.number, 0)
        if not line.net:
            asked = disputes.disputed_vat.get(line.number, 0) + disputes.vat_not_owed.get(line.number, 0)
            return 0, (line.vat or 0) - asked - vat_approved
        return net - approved, disputes.vat_left_of(line, net) - vat_approved

    def undecided_of(self, line: HeldLine) -> int:
        """What of a line is neither approved nor disputed, and neither was settled as not owed nor cancels that."""
        return self.to_be_met_of(line)[0] - self.cancels_of(line)[0]

    def undecided_vat_of(self, line: HeldLine) -> int:
        """What of a line's VAT is neither approved nor disputed, itself or with its net, nor settled, nor cancels."""
        if not line.vat or line.vat < 0:
            return 0
        return max(self.to_be_met_of(line)[1] - self.cancels_of(line)[1], 0)

    @property
    def held_vat(self) -> dict[int, int]:
        """What of each line's VAT a finding holds that nobody has put to the school."""
        if self.document is None or self.voided:
            return {}
        about_vat, disputes = [one for one in self.findings if is_about_vat(one)], self.disputes
        found: dict[int, int] = {}
        for line in self.document.lines if about_vat else ():
            if line.number in self._takes_vat:
                continue
            asked = disputes.disputed_vat.get(line.number, 0) + disputes.vat_not_owed.get(line.number, 0)
            wrong = (line.vat or 0) - right_vat(line, about_vat) - asked
            if (held := min(wrong, self.undecided_vat_of(line))) > 0:
                found[line.number] = held
        return found

    @property
    def is_open(self) -> bool:
        """Whether it stands and something of it is neither approved nor settled as not owed."""
        if self.document is None or self.voided:
            return False
        disputes, lines = self.disputes, self.document.lines
        if disputes.disputed or disputes.disputed_vat:
            return True
        return any(self.undecided_of(line) * line.net > 0 or self.undecided_vat_of(line) for line in lines)

    @property
    def due_on(self) -> date | None:
        """The last of the 30 days for what is in no payment run; None of a credit, and where none of it can be paid."""
        if self.sign < 0 or self.status in ("refused", "voided", "settled"):
            return None
        if not self.releases:
            return due_by(self.received_on)
        rest, vat = total_of((self.waiting, self.payable)), total_of((self.waiting_vat, self.payable_vat))
        stood_still = timedelta(stood_still_for(self.queries, rest, vat))
        return due_by(self.received_on) + stood_still if rest or vat else None

    @property
    def _takes_vat(self) -> dict[int, int]:
        """The most VAT that each line of a credit note takes back, of those that meet a bill."""
        return {one.number: one.takes_vat for one in self.matches if one.takes_vat is not None}

    @property
    def _is_stopped(self) -> bool:
        return any(one.outcome in STOPS_ALL for one in self.findings)

    @property
    def _rest_is_stopped(self) -> bool:
        """Whether a finding that nobody has put to the school keeps something of it from being approved."""
        if self.document is None:
            return False
        return bool(self.held_vat) or any(
            (self._is_stopped or self._is_held(line)) and self.undecided_of(line) * line.net > 0
            for line in self.document.lines
        )

    def _is_held(self, line: HeldLine) -> bool:
        """Whether a finding holds a line whose amount nobody has put to the school yet.

        Once it is in a query the rest of the line is not held: what is undisputed is paid as ever.
        """
        return any(
            one.outcome == "hold"
            and not is_about_vat(one)
            and one.line in (line.number, None)
            and self._asked(one, line) < min(one.money, line.net)
            for one in self.findings
        )

    def _asked(self, finding: Finding, line: HeldLine) -> int:
        """How much of a line was queried for a finding's reason, settled or not."""
        of_its_code = (query for query in self.queries if query.code == finding.code and finding.line is not None)
        return sum(query.amounts.get(line.number, 0) for query in of_its_code)

    @property
    def status(self) -> Status:
        """Where the invoice stands."""
        if self.document is None:
            return "refused"
        if self.voided:
            return "voided"
        if self.approved or self.vat_approved:
            return self._status_once_approved
        return self._status_before_approval

    @property
    def _status_before_approval(self) -> Status:
        """Where it stands while nothing of it was approved: a credit note waits until its bill lets it be."""
        if not self.is_open:
            return "settled"
        waiting = [query for query in self.queries if query.settled_on is None]
        if waiting:
            return "queried" if any(query.answered_on is None for query in waiting) else "answered"
        stopping = [one for one in self.findings if one.outcome not in ("warn", "step_up")]
        if stopping:
            return "held"
        return "waits_for_bill" if self.sign < 0 and not self.is_payable else "matched"

    @property
    def _status_once_approved(self) -> Status:
        """Where it stands with what was approved of it, and whether there is a rest."""
        if self.is_payable:
            return "rest_to_approve"
        disputes = self.disputes
        in_part = bool(disputes.disputed or disputes.disputed_vat) or self._rest_is_stopped
        if self.waits_for_a_run:
            return "approved_in_part" if in_part else "approved"
        if all(one.paid_on is not None for one in self.releases):
            return "paid_in_part" if in_part else "paid"
        return "released_in_part" if in_part else "released"


def evolve(invoice: Invoice | None, event: Event) -> Invoice:
    """Give the invoice after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case happened.InvoiceReceived() if invoice is None:
            return Invoice(
                event.invoice, event.provider_urn, event.source, event.document, event.effective_on, event.expected_at
            )
        case happened.InvoiceRefused() if invoice is None:
            refused = Invoice(event.invoice, event.provider_urn, None, None, event.effective_on, 0)
            return refused._replace(refused_for=event.codes)
    evolution = _EVOLUTIONS.get(type(event))
    if invoice is None or evolution is None:
        raise misplaced(event, invoice)
    return evolution(invoice, event)


def _checked(invoice: Invoice, event: happened.InvoiceChecked) -> Invoice:
    after = invoice._replace(expected_at=event.expected_at, findings=event.findings, matches=event.matches)
    more = sum(one.cancels + one.cancels_vat for one in after.matches)
    more -= sum(one.cancels + one.cancels_vat for one in invoice.matches)
    day = event.effective_on
    return after._replace(cancelled={**after.cancelled, day: after.cancelled.get(day, 0) + more}) if more else after


def _queried(invoice: Invoice, event: happened.LinesQueried) -> Invoice:
    query = Query(event.query, event.code, event.effective_on, by_line(event.amounts), by_line(event.vat))
    return invoice._replace(queries=(*invoice.queries, query))


def _answered(invoice: Invoice, event: happened.QueryAnswered) -> Invoice:
    return _with_query(invoice, event.query, {"answered_on": event.effective_on, "gives_credit": event.gives_credit})


def _settled(invoice: Invoice, event: happened.QuerySettled) -> Invoice:
    owed = {"owed": by_line(event.owed), "owed_vat": by_line(event.owed_vat)}
    return _with_query(invoice, event.query, {"settled_on": event.effective_on, **owed})


def _written(invoice: Invoice, event: happened.QueryWordsWritten) -> Invoice:
    new = Written(event.effective_on, event.by_school, event.holder, event.words)
    (query,) = (one for one in invoice.queries if one.number == event.query)
    return _with_query(invoice, event.query, {"written": (*query.written, new)})


def _approved(invoice: Invoice, event: happened.InvoiceApproved) -> Invoice:
    after = invoice._replace(approved=total_of((invoice.approved, by_line(event.amounts))))
    if event.vat_amounts is None:
        lines = map(after.line, after.approved)
        in_proportion = {
            one.number: share_of_vat(one.vat or 0, one.net, after.approved[one.number]) for one in lines if one.vat
        }
        return after._replace(vat_approved=in_proportion)
    return after._replace(vat_approved=total_of((invoice.vat_approved, by_line(event.vat_amounts))))


def _released(invoice: Invoice, event: happened.InvoiceReleased) -> Invoice:
    amounts, vat = invoice.waiting, invoice.waiting_vat
    stood_still = stood_still_for(invoice.queries, amounts, vat)
    release = Release(event.run, event.part, amounts, vat, stood_still)
    return invoice._replace(releases=(*invoice.releases, release))


def _reversed(invoice: Invoice, event: happened.ReleaseReversed) -> Invoice:
    return invoice._replace(releases=tuple(one for one in invoice.releases if one.run != event.run))


def _paid(invoice: Invoice, event: happened.InvoicePaid) -> Invoice:
    if invoice.release_in(event.run) is None:
        raise misplaced(event, invoice)
    paid = [one._replace(paid_on=event.effective_on) if one.run == event.run else one for one in invoice.releases]
    return invoice._replace(releases=tuple(paid))


def _voided(invoice: Invoice, _event: happened.InvoiceVoided) -> Invoice:
    return invoice._replace(voided=True)


def _with_query(invoice: Invoice, number: int, changes: dict[str, Any]) -> Invoice:
    queries = [one._replace(**changes) if one.number == number else one for one in invoice.queries]
    return invoice._replace(queries=tuple(queries))


_EVOLUTIONS: dict[type[Event], Callable[[Invoice, Any], Invoice]] = {
    happened.InvoiceChecked: _checked,
    happened.LinesQueried: _queried,
    happened.QueryAnswered: _answered,
    happened.QuerySettled: _settled,
    happened.QueryWordsWritten: _written,
    happened.InvoiceApproved: _approved,
    happened.InvoiceReleased: _released,
    happened.ReleaseReversed: _reversed,
    happened.InvoicePaid: _paid,
    happened.InvoiceVoided: _voided,
}
INVOICES = Aggregate("invoice", evolve)
