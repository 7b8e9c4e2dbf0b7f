"""Carries commands about budgets, months and codes out: loads the stream, decides, appends."""

from commissioning.finance import budget, closing, coding
from commissioning.finance.commands import CloseMonth, MapCode, SetBudget
from commissioning.finance.policy import may_close_months, may_map_codes, may_set_budgets
from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Refused
from commissioning.ledger.work import Command, Handler, UnitOfWork
from providers.provider import PROVIDERS, unknown_provider


def set_budget(command: SetBudget, work: UnitOfWork) -> None:
    """Record a budget; the school it names must be known."""
    if not may_set_budgets(work.actor):
        raise forbidden("set budgets")
    urn = command.provider_urn
    if urn is not None and work.state(PROVIDERS, str(urn)) is None:
        raise Refused(unknown_provider(urn))
    year = command.financial_year
    work.record(budget.BUDGETS, year, budget.decide(command, work.state(budget.BUDGETS, year)))


def close_month(command: CloseMonth, work: UnitOfWork) -> None:
    """Record that a month was closed."""
    if not may_close_months(work.actor):
        raise forbidden("close months")
    closings = work.state(closing.CLOSINGS, closing.MONTHS)
    work.record(closing.CLOSINGS, closing.MONTHS, closing.decide(command, closings, work.today))


def map_code(command: MapCode, work: UnitOfWork) -> None:
    """Record which code charges go to."""
    if not may_map_codes(work.actor):
        raise forbidden("map codes")
    work.record(coding.CODING, coding.CODES, coding.decide(command, work.state(coding.CODING, coding.CODES)))


HANDLERS: dict[type[Command], Handler] = {SetBudget: set_budget, CloseMonth: close_month, MapCode: map_code}
