"""Budgets of a financial year: one for each model or school, the newest holding."""

from datetime import date

import pytest

from commissioning.finance.budget import BUDGETS, Budgets, Holder, decide
from commissioning.finance.commands import SetBudget
from commissioning.finance.events import BudgetSet
from commissioning.ledger.errors import Refused

BLOCK = SetBudget(financial_year="2026/27", model="block", amount=100_00)


def after(*commands: SetBudget) -> Budgets | None:
    """The budgets after commands, one following the other."""
    budgets = None
    for command in commands:
        budgets = BUDGETS.fold(decide(command, budgets), budgets)
    return budgets


def test_a_budget_holds_from_the_first_of_april() -> None:
    """The event is true from the first day of its year."""
    (event,) = decide(BLOCK, None)
    assert event == BudgetSet(
        effective_on=date(2026, 4, 1), financial_year="2026/27", model="block", provider_urn=None, amount=100_00
    )


def test_the_newest_budget_holds_and_the_same_again_is_nothing() -> None:
    """A revision replaces, a repetition leaves no event, and models and schools stand beside each other."""
    revised = BLOCK.model_copy(update={"amount": 90_00})
    school = SetBudget(financial_year="2026/27", provider_urn=900001, amount=5)
    budgets = after(BLOCK, revised, school)
    assert budgets is not None
    assert budgets.amounts == {Holder("block", None): 90_00, Holder(None, 900001): 5}
    assert decide(revised, budgets) == []


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"model": None}, "one of model and provider_urn"),
        ({"provider_urn": 900001}, "one of model and provider_urn"),
        ({"amount": -1}, "0 or more"),
        ({"financial_year": "2026-27"}, "2026/27"),
    ],
)
def test_what_is_no_budget_is_refused(changes: dict[str, object], hint: str) -> None:
    """A budget is of one holder, of a financial year, and not below nought."""
    with pytest.raises(Refused, match=hint):
        decide(BLOCK.model_copy(update=changes), None)
