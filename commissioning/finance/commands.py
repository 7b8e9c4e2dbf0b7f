"""What may be asked about budgets, months and codes."""

from datetime import date

from commissioning.ledger.work import Command
from contracts.rates import Component
from contracts.terms import CommissioningModel


class SetBudget(Command):
    """Set the budget of a model, or of a school, for a financial year, in pence. An earlier one is replaced."""

    financial_year: str
    model: CommissioningModel | None = None
    provider_urn: int | None = None
    amount: int


class CloseMonth(Command):
    """Close the books of a month, `2026-04`: what is learnt of it later is posted in the months after."""

    month: str


class MapCode(Command):
    """Post charges of a model and a component (None: any), or the balance of journals, to a code from a day on."""

    code: str
    effective_on: date
    model: CommissioningModel | None = None
    component: Component | None = None
    balance: bool = False
