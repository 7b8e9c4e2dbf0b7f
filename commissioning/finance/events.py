"""What happened to budgets, months and codes: streams `budget:2026/27`, `closing:months` and `coding:codes`."""

from commissioning.ledger.events import Event
from contracts.rates import Component
from contracts.terms import CommissioningModel


class BudgetSet(Event):
    """A budget of a financial year came to be this many pence; of a model or of a school, the other being None."""

    financial_year: str
    model: CommissioningModel | None
    provider_urn: int | None
    amount: int


class MonthClosed(Event):
    """The books of a month, `2026-04`, were closed: its figures as known at this event's position are posted."""

    month: str


class CodeMapped(Event):
    """From the event's day on, charges of a model and component (None: of any), or a balance, go to this code."""

    code: str
    model: CommissioningModel | None
    component: Component | None
    balance: bool


EVENTS: tuple[type[Event], ...] = (BudgetSet, MonthClosed, CodeMapped)
