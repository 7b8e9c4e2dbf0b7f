"""An invoice: what may be asked of it in which state, and what it is after its events; pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.web.words import pounds
from invoices import events as happened
from invoices.commands import AnswerQuery, QueryLines, SettleQuery, WriteQueryWords
from invoices.held import ChargedDays, Code, Finding, HeldDocument, HeldLine, LineAmount, LineMatch, Source

Status = Literal[
    "received", "refused", "matched", "held", "queried", "answered", "approved_in_part", "approved", "released", "paid",
    "voided",
]  # fmt: skip
STOPPED: frozenset[str] = frozenset({"refused", "voided"})
"""States in which an invoice stands for nothing."""
STOPS_ALL = frozenset({"block", "reject"})
"""Outcomes with which nothing of a document may be approved."""


class Written(NamedTuple):
    """What one side wrote to the other about a query on a day: ciphertext under the key of `holder`."""

    on: date
    by_school: bool
    holder: str
    words: str


class Query(NamedTuple):
    """Some amounts of lines that are disputed since a day; settled, `owed` are those that are to be paid after all."""

    number: int
    code: Code
    asked_on: date
    amounts: Mapping[int, int]
    answered_on: date | None = None
    gives_credit: bool | None = None
    settled_on: date | None = None
    owed: Mapping[int, int] = {}
    written: tuple[Written, ...] = ()


class Invoice(NamedTuple):
    """An invoice with everything that was found, asked, approved and paid of it; amounts in pence by line."""

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
    approved_vat: int = 0
    run: str | None = None
    released: int = 0
    released_vat: int = 0
    paid_on: date | None = None
    voided: bool = False
    refused_for: tuple[Code, ...] = ()

    @property
    def sign(self) -> int:
        """A credit note takes away what an invoice adds."""
        return -1 if self.document is not None and self.document.kind == "credit_note" else 1

    def line(self, number: int) -> HeldLine:
        """The line of a number; `Refused` where the document has none."""
        found = next((line for line in self.document.lines if line.number == number), None) if self.document else None
        if found is None:
            raise Refused(Fault("line-unknown", f"The invoice has no line {number}.", f"line {number}", status=404))
        return found

    @property
    def disputed(self) -> dict[int, int]:
        """What is disputed of each line and not settled."""
        found: dict[int, int] = {}
        for query in self.queries:
            if query.settled_on is None:
                for line, pence in query.amounts.items():
                    found[line] = found.get(line, 0) + pence
        return found

    @property
    def not_owed(self) -> dict[int, int]:
        """What settled queries took off each line for good."""
        found: dict[int, int] = {}
        for query in self.queries:
            if query.settled_on is not None:
                for line, pence in query.amounts.items():
                    found[line] = found.get(line, 0) + pence - query.owed.get(line, 0)
        return found

    @property
    def payable(self) -> dict[int, int]:
        """What of each line may be approved now: as matched, less what is disputed or not owed or approved already."""
        if self.document is None or self.voided or any(one.outcome in STOPS_ALL for one in self.findings):
            return {}
        found: dict[int, int] = {}
        for match in self.matches:
            line = self.line(match.number)
            if self._is_held(line):
                continue
            most = line.net - self.disputed.get(line.number, 0) - self.not_owed.get(line.number, 0)
            left = min(match.payable, most) if line.net >= 0 else match.payable
            left -= self.approved.get(line.number, 0)
            if left * line.net > 0:  # what was approved is never taken back here: the next invoice has the difference
                found[line.number] = left
        return found

    def _is_held(self, line: HeldLine) -> bool:
        """Whether a finding holds a line whose amount nobody has put to the school yet.

        Once it is in a query the rest of the line is not held: what is undisputed is paid as ever.
        """
        return any(
            one.outcome == "hold"
            and one.line in (line.number, None)
            and self._asked(one, line) < min(one.money, line.net)
            for one in self.findings
        )

    def _asked(self, finding: Finding, line: HeldLine) -> int:
        """How much of a line was queried for a finding's reason, settled or not."""
        of_its_code = (query for query in self.queries if query.code == finding.code and finding.line is not None)
        return sum(query.amounts.get(line.number, 0) for query in of_its_code)

    @property
    def status(self) -> Status:  # noqa: PLR0911 - one way out for each state
        """Where the invoice stands."""
        if self.document is None:
            return "refused"
        if self.voided:
            return "voided"
        if self.paid_on is not None:
            return "paid"
        if self.run is not None:
            return "released"
        if self.approved:
            return "approved_in_part" if self.payable or self.disputed else "approved"
        waiting = [query for query in self.queries if query.settled_on is None]
        if waiting:
            return "queried" if any(query.answered_on is None for query in waiting) else "answered"
        stopping = [one for one in self.findings if one.outcome not in ("warn", "step_up")]
        return "held" if stopping else "matched"


def decide_query(command: QueryLines, invoice: Invoice, today: date) -> list[Event]:
    """Give the event of a query. Raises `Refused` where a line has not so much left to dispute."""
    _must_stand(invoice)
    _must_not_be_released(invoice, "queried")
    if not command.amounts:
        raise Refused(Fault("query", "A query is about at least one line.", "lines", "a line and an amount"))
    for line, pence in _by_line(command.amounts).items():
        left = invoice.line(line).net - invoice.disputed.get(line, 0) - invoice.approved.get(line, 0)
        if not 0 < pence <= left:
            raise Refused(
                Fault(
                    "query-amount",
                    "So much of this line cannot be disputed.",
                    f"line {line}",
                    f"an amount from £0.01 to {pounds(left)}" if left > 0 else "a line that is not approved yet",
                )
            )
    number = len(invoice.queries) + 1
    return [happened.LinesQueried(effective_on=today, query=number, code=command.code, amounts=command.amounts)]


def decide_answer(command: AnswerQuery, invoice: Invoice, today: date) -> list[Event]:
    """Give the event of a school's answer; none where it said so already."""
    query = _open_query(invoice, command.query)
    if query.answered_on is not None and query.gives_credit == command.gives_credit:
        return []
    return [happened.QueryAnswered(effective_on=today, query=query.number, gives_credit=command.gives_credit)]


def decide_settlement(command: SettleQuery, invoice: Invoice, today: date) -> list[Event]:
    """Give the event that ends a query. Raises `Refused` where more is owed than was disputed."""
    query = _open_query(invoice, command.query)
    owed = _by_line(command.owed)
    for line, pence in owed.items():
        if not 0 <= pence <= query.amounts.get(line, 0):
            raise Refused(
                Fault("settlement", "More is settled than this line had in dispute.", f"line {line}", status=422)
            )
    return [happened.QuerySettled(effective_on=today, query=query.number, owed=command.owed)]


def must_be_payable(invoice: Invoice) -> None:
    """Raises `Refused` where nothing of an invoice can be approved."""
    _must_stand(invoice)
    _must_not_be_released(invoice, "approved")
    if not invoice.payable:
        raise Refused(
            Fault(
                "nothing-payable",
                "Nothing of this invoice can be approved: every line is held, disputed or approved already.",
                f"invoice {invoice.key[:8]}",
                mend="Settle its queries, or check it again once the placement is recorded rightly.",
                status=409,
            )
        )


def decide_approval(invoice: Invoice, known_at: int, held_against: tuple[ChargedDays, ...], today: date) -> list[Event]:
    """Give the event that approves everything payable. Raises `Refused` where nothing is."""
    must_be_payable(invoice)
    amounts = invoice.payable
    approved = tuple(LineAmount(line=line, pence=pence) for line, pence in sorted(amounts.items()))
    vat = sum(vat_of(invoice.line(line), pence) for line, pence in amounts.items())
    return [
        happened.InvoiceApproved(
            effective_on=today, known_at=known_at, amounts=approved, vat=vat, held_against=held_against
        )
    ]


def decide_void(invoice: Invoice, held_against: tuple[ChargedDays, ...], today: date) -> list[Event]:
    """Give the event that takes an invoice out; none where it is out. Raises `Refused` where some was released."""
    if invoice.voided or invoice.document is None:
        return []
    _must_not_be_released(invoice, "taken out")
    return [happened.InvoiceVoided(effective_on=today, held_against=held_against)]


def decide_release(invoice: Invoice, run: str, today: date) -> list[Event]:
    """Give the event that puts what was approved into a run. Raises `Refused` where nothing waits for one."""
    _must_stand(invoice)
    if invoice.run is not None or not invoice.approved:
        raise Refused(
            Fault("not-approved", "Only an approved invoice goes into a payment run, and into one alone.",
                  f"invoice {invoice.key[:8]}", status=409)
        )  # fmt: skip
    net = invoice.sign * sum(invoice.approved.values())
    return [
        happened.InvoiceReleased(effective_on=today, run=run, net=net, vat=invoice.sign * invoice.approved_vat),
    ]


def decide_reversal(invoice: Invoice, run: str, today: date) -> list[Event]:
    """Give the event that takes an invoice out of a run. Raises `Refused` where it was paid."""
    if invoice.paid_on is not None:
        raise Refused(
            Fault("paid", f"It was paid on {invoice.paid_on}, so its run cannot be taken back.",
                  f"invoice {invoice.key[:8]}", mend="Ask the school for a credit.", status=409)
        )  # fmt: skip
    return [happened.ReleaseReversed(effective_on=today, run=run)] if invoice.run == run else []


def decide_payment(invoice: Invoice, run: str, paid_on: date, reference: str) -> list[Event]:
    """Give the event of a payment; none where it is recorded so. Raises `Refused` for what is in no such run."""
    if invoice.run != run:
        raise Refused(
            Fault("not-released", "The invoice is not in this payment run.", f"invoice {invoice.key[:8]}", status=409)
        )
    if invoice.paid_on == paid_on:
        return []
    return [happened.InvoicePaid(effective_on=paid_on, run=run, reference=reference)]


def decide_words(
    command: WriteQueryWords, invoice: Invoice, today: date, sealed: tuple[str, str], *, by_school: bool
) -> list[Event]:
    """Give the event of words about a query that is open; `sealed` are the key they are sealed under, and they."""
    query = _open_query(invoice, command.query)
    holder, words = sealed
    written = happened.QueryWordsWritten(
        effective_on=today, query=query.number, by_school=by_school, holder=holder, words=words
    )
    return [written]


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


def unknown_invoice(key: str) -> Refused:
    """The refusal of naming an invoice that nobody has received."""
    return Refused(Fault("invoice-unknown", "No such invoice was received.", f"invoice {key[:8]}", status=404))


def _checked(invoice: Invoice, event: happened.InvoiceChecked) -> Invoice:
    return invoice._replace(expected_at=event.expected_at, findings=event.findings, matches=event.matches)


def _queried(invoice: Invoice, event: happened.LinesQueried) -> Invoice:
    query = Query(event.query, event.code, event.effective_on, _by_line(event.amounts))
    return invoice._replace(queries=(*invoice.queries, query))


def _answered(invoice: Invoice, event: happened.QueryAnswered) -> Invoice:
    return _with_query(invoice, event.query, {"answered_on": event.effective_on, "gives_credit": event.gives_credit})


def _settled(invoice: Invoice, event: happened.QuerySettled) -> Invoice:
    return _with_query(invoice, event.query, {"settled_on": event.effective_on, "owed": _by_line(event.owed)})


def _written(invoice: Invoice, event: happened.QueryWordsWritten) -> Invoice:
    new = Written(event.effective_on, event.by_school, event.holder, event.words)
    (query,) = (one for one in invoice.queries if one.number == event.query)
    return _with_query(invoice, event.query, {"written": (*query.written, new)})


def _approved(invoice: Invoice, event: happened.InvoiceApproved) -> Invoice:
    amounts = dict(invoice.approved)
    for line, pence in _by_line(event.amounts).items():
        amounts[line] = amounts.get(line, 0) + pence
    return invoice._replace(approved=amounts, approved_vat=invoice.approved_vat + event.vat)


def _released(invoice: Invoice, event: happened.InvoiceReleased) -> Invoice:
    return invoice._replace(run=event.run, released=event.net, released_vat=event.vat)


def _reversed(invoice: Invoice, _event: happened.ReleaseReversed) -> Invoice:
    return invoice._replace(run=None, released=0, released_vat=0)


def _paid(invoice: Invoice, event: happened.InvoicePaid) -> Invoice:
    return invoice._replace(paid_on=event.effective_on)


def _voided(invoice: Invoice, _event: happened.InvoiceVoided) -> Invoice:
    return invoice._replace(voided=True)


def _with_query(invoice: Invoice, number: int, changes: dict[str, Any]) -> Invoice:
    queries = [one._replace(**changes) if one.number == number else one for one in invoice.queries]
    return invoice._replace(queries=tuple(queries))


def _open_query(invoice: Invoice, number: int) -> Query:
    _must_stand(invoice)
    found = next((query for query in invoice.queries if query.number == number), None)
    if found is None or found.settled_on is not None:
        raise Refused(
            Fault("query-settled", f"There is no open query {number}.", f"invoice {invoice.key[:8]}", status=409)
        )
    return found


def _must_stand(invoice: Invoice) -> None:
    if invoice.status in STOPPED:
        raise Refused(
            Fault("not-standing", f"The invoice was {invoice.status}.", f"invoice {invoice.key[:8]}", status=409)
        )


def _must_not_be_released(invoice: Invoice, asked: str) -> None:
    if invoice.run is not None:
        raise Refused(
            Fault(
                "released",
                f"The invoice is in a payment run and cannot be {asked}.",
                f"invoice {invoice.key[:8]}",
                mend="Take the run back first, or ask the school for a credit.",
                status=409,
            )
        )


def _by_line(amounts: Iterable[LineAmount]) -> dict[int, int]:
    found: dict[int, int] = {}
    for amount in amounts:
        found[amount.line] = found.get(amount.line, 0) + amount.pence
    return found


def vat_of(line: HeldLine, pence: int) -> int:
    """The VAT of a part of a line, in proportion, halves away from zero."""
    if not line.vat or not line.net:
        return 0
    numerator, denominator = line.vat * pence, line.net
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


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
