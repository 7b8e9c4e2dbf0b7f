"""A credit request: what a school is to give back, since which event, and what has become of it; pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from invoices.commands import AnswerCreditRequest
from invoices.events import CreditRequestAnswered, CreditRequestDrafted, CreditRequestReduced, CreditRequestSent
from invoices.expected.lines import LineKey
from invoices.held import CreditLine

CreditStatus = Literal["drafted", "sent", "agreed", "contested", "credited", "dropped"]
"""`credited` where all of it was given back, `dropped` where the days are charged again before anything was."""
OPEN: frozenset[CreditStatus] = frozenset({"drafted", "sent", "agreed", "contested"})


class CreditRequest(NamedTuple):
    """A credit request of one placement, or of an agreement's empty places; `left` are pence by line."""

    key: str
    provider_urn: int
    agreement_ref: str
    placement_ref: str | None
    caused_by: int
    drafted_on: date
    lines: tuple[CreditLine, ...]
    left: Mapping[int, int]
    credited: Mapping[str, int] = {}
    sent_on: date | None = None
    answered_on: date | None = None
    agrees: bool | None = None

    @property
    def pence(self) -> int:
        """What was asked for."""
        return sum(line.pence for line in self.lines)

    @property
    def outstanding(self) -> int:
        """What of it is still to be given back."""
        return sum(self.left.values())

    @property
    def status(self) -> CreditStatus:
        """Where it stands."""
        if not self.outstanding:
            return "credited" if self.credited else "dropped"
        if self.answered_on is not None:
            return "agreed" if self.agrees else "contested"
        return "sent" if self.sent_on is not None else "drafted"

    def key_of(self, line: CreditLine) -> LineKey:
        """Whose charges a line is about."""
        return LineKey(self.agreement_ref, self.placement_ref, line.component, line.kind)


def decide_sending(request: CreditRequest, today: date) -> list[Event]:
    """Give the event of asking the school; none where it was asked. Raises `Refused` where nothing is left to ask."""
    _must_be_open(request)
    return [] if request.sent_on is not None else [CreditRequestSent(effective_on=today)]


def decide_answer(command: AnswerCreditRequest, request: CreditRequest, today: date) -> list[Event]:
    """Give the event of the school's answer; none where it said so. Raises `Refused` before it was asked."""
    _must_be_open(request)
    if request.sent_on is None:
        raise Refused(
            Fault(
                "not-sent",
                "This credit was not asked of the school yet.",
                said("credit %(credit)s", credit=request.key[:8]),
                status=409,
            )
        )
    if request.answered_on is not None and request.agrees == command.agrees:
        return []
    return [CreditRequestAnswered(effective_on=today, agrees=command.agrees)]


def evolve(request: CreditRequest | None, event: Event) -> CreditRequest:
    """Give the request after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case CreditRequestDrafted() if request is None:
            return CreditRequest(
                event.request,
                event.provider_urn,
                event.agreement_ref,
                event.placement_ref,
                event.caused_by,
                event.effective_on,
                event.lines,
                {line.number: line.pence for line in event.lines},
            )
        case CreditRequestSent() if request is not None:
            return request._replace(sent_on=event.effective_on)
        case CreditRequestAnswered() if request is not None:
            return request._replace(answered_on=event.effective_on, agrees=event.agrees)
        case CreditRequestReduced() if request is not None:
            return _reduced(request, event)
        case _:
            raise misplaced(event, request)


def unknown_credit_request(key: str) -> Refused:
    """The refusal of naming a credit request that was never drafted."""
    return Refused(
        Fault(
            "credit-unknown", "There is no such credit request.", said("credit %(credit)s", credit=key[:8]), status=404
        )
    )


def _reduced(request: CreditRequest, event: CreditRequestReduced) -> CreditRequest:
    left, credited = dict(request.left), dict(request.credited)
    for amount in event.amounts:
        left[amount.line] -= amount.pence
        if event.invoice is not None:
            credited[event.invoice] = credited.get(event.invoice, 0) + amount.pence
    return request._replace(left=left, credited=credited)


def _must_be_open(request: CreditRequest) -> None:
    if request.status not in OPEN:
        raise Refused(
            Fault(
                "credit-closed",
                "Nothing of this credit is left to give.",
                said("credit %(credit)s", credit=request.key[:8]),
                status=409,
            )
        )


def invoices_of(requests: Iterable[CreditRequest]) -> set[str]:
    """The invoices whose days some requests are about."""
    return {invoice for request in requests for line in request.lines for invoice in line.invoices}


CREDIT_REQUESTS = Aggregate("credit_request", evolve)
