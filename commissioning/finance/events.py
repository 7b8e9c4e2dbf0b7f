"""What happened to budgets and months. Streams are `budget:2026/27`, one a financial year, and `closing:months`."""

from commissioning.ledger.events import Event
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


EVENTS: tuple[type[Event], ...] = (BudgetSet, MonthClosed)
