"""Rows of the sheet Budgets into commands."""

from collections.abc import Iterable

from commissioning.finance.commands import SetBudget
from commissioning.importing.intake.session import Place, Session, chosen
from commissioning.importing.rows import BudgetRow


def take_budgets(session: Session, rows: Iterable[BudgetRow]) -> None:
    """Sets each budget that a row names; one that stands so already changes nothing."""
    for row in rows:
        model, urn = chosen(row.model, None), chosen(row.provider_urn, None)
        command = SetBudget(financial_year=row.financial_year, model=model, provider_urn=urn, amount=row.amount)
        session.execute(command, Place("Budgets", row.row, "amount", row.financial_year))
