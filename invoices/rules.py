"""The council's tolerances and limits for invoices, and what they are before anybody has set any."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.events import Event
from invoices.commands import SetInvoiceRules
from invoices.events import InvoiceRulesSet

RULES_KEY = "rules"
"""The key of the one stream of all rules."""


class InvoiceRules(NamedTuple):
    """How far a line may be from its charge and still be taken as right, in pence, and who may approve how much.

    `rounding` is allowed on every line; `line_pct` of a line and at most `line_pence` beside it; `yearly_pence` on all
    lines of a placement in a financial year. Finance may approve an invoice up to `finance_up_to`, approvers any.
    """

    rounding: int = 1
    line_pct: Decimal = Decimal(0)
    line_pence: int = 0
    yearly_pence: int = 0
    finance_up_to: int = 1_000_000

    @property
    def tolerates_more_than_rounding(self) -> bool:
        """Whether a line may be off by more than a penny of rounding."""
        return bool(self.line_pct and self.line_pence)

    def allows(self, billed: int, expected: int) -> bool:
        """Whether a line may be so far from its charge."""
        beyond = abs(billed - expected) - self.rounding
        in_proportion = Fraction(self.line_pct) / 100 * abs(expected)
        return beyond <= 0 or (beyond <= in_proportion and beyond <= self.line_pence)


NO_RULES_SET = InvoiceRules()


def decide(command: SetInvoiceRules, rules: InvoiceRules | None, today: object) -> list[Event]:
    """Give the event of setting the rules; none where they are so."""
    if InvoiceRules(**command.model_dump()) == (rules or NO_RULES_SET):
        return []
    return [InvoiceRulesSet.model_validate({"effective_on": today, **command.model_dump()})]


def evolve(rules: InvoiceRules | None, event: Event) -> InvoiceRules:
    """Give the rules after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case InvoiceRulesSet():
            return InvoiceRules(**event.model_dump(exclude={"effective_on"}))
        case _:
            raise misplaced(event, rules)


RULES = Aggregate("invoice_rules", evolve)
