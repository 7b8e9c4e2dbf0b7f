"""Carries commands about credit requests out; they are drafted by no command, but by what makes them due."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.events import Event
from commissioning.ledger.work import Command, Handler, UnitOfWork
from invoices.commands import AnswerCreditRequest, SendCreditRequest
from invoices.credits.request import (
    CREDIT_REQUESTS,
    CreditRequest,
    decide_answer,
    decide_sending,
    unknown_credit_request,
)
from invoices.intake.policy import may_send_invoices_of
from invoices.policy import may_answer_queries, may_query_invoices
from providers.provider import PROVIDERS


def send_credit_request(command: SendCreditRequest, work: UnitOfWork) -> None:
    """Records that the school is asked: from now on it sees the request on its own pages."""
    if not may_query_invoices(work.actor):
        raise forbidden("ask schools for credits")
    request = _known(command.request, work)
    _record(command, decide_sending(request, work.today), work)


def answer_credit_request(command: AnswerCreditRequest, work: UnitOfWork) -> None:
    """Records the school's answer, which its own people give, or finance for what it said by telephone."""
    request = _known(command.request, work)
    school = work.state(PROVIDERS, str(request.provider_urn))
    if school is None or not may_answer_queries(work.actor):
        raise forbidden("answer this credit request")
    if not may_send_invoices_of(work.actor, request.provider_urn, school.facts):
        raise unknown_credit_request(command.request)
    _record(command, decide_answer(command, request, work.today), work)


def _known(key: str, work: UnitOfWork) -> CreditRequest:
    request = work.state(CREDIT_REQUESTS, key)
    if request is None:
        raise unknown_credit_request(key)
    return request


def _record(command: SendCreditRequest | AnswerCreditRequest, events: list[Event], work: UnitOfWork) -> None:
    work.record(CREDIT_REQUESTS, command.request, events, expected_version=command.expected_version)


HANDLERS: dict[type[Command], Handler] = {
    SendCreditRequest: send_credit_request,
    AnswerCreditRequest: answer_credit_request,
}
