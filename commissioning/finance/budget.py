"""The budgets of a financial year: what may be set, and what stands after the events."""

from collections.abc import Mapping
from typing import NamedTuple

from commissioning.finance.commands import SetBudget
from commissioning.finance.events import BudgetSet
from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from commissioning.ledger.time import financial_year_days


class Holder(NamedTuple):
    """What a budget is for: a model or a school; the other is None."""

    model: str | None
    provider_urn: int | None


class Budgets(NamedTuple):
    """The budgets of a financial year in pence."""

    financial_year: str
    amounts: Mapping[Holder, int]


def decide(command: SetBudget, budgets: Budgets | None) -> list[Event]:
    """Give the events of a command; none where that is the budget already. Raises `Refused`."""
    where = said("budget %(year)s", year=command.financial_year)
    first_day, _ = financial_year_days(command.financial_year)
    if (command.model is None) == (command.provider_urn is None):
        raise Refused(
            Fault(
                "budget-holder",
                "A budget is for a model or for a school.",
                where,
                "one of model and provider_urn, the other blank",
            )
        )
    if command.amount < 0:
        raise Refused(Fault("budget-amount", "The budget is below nought.", where, "an amount of 0 or more"))
    holder = Holder(command.model, command.provider_urn)
    if budgets is not None and budgets.amounts.get(holder) == command.amount:
        return []
    return [BudgetSet(effective_on=first_day, **command.model_dump())]


def evolve(budgets: Budgets | None, event: Event) -> Budgets:
    """Give the budgets after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case BudgetSet():
            amounts = {} if budgets is None else dict(budgets.amounts)
            amounts[Holder(event.model, event.provider_urn)] = event.amount
            return Budgets(event.financial_year, amounts)
        case _:
            raise misplaced(event, budgets)


BUDGETS = Aggregate("budget", evolve)
