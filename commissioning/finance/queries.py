"""What pages and reports ask about budgets, closed months and codes, as known at a position."""

from functools import partial
from typing import NamedTuple

from commissioning.finance.budget import BUDGETS, Budgets
from commissioning.finance.closing import CLOSINGS, MONTHS, month_number
from commissioning.finance.coding import CODES, CODING, NO_CODES, Coding
from commissioning.finance.events import MonthClosed
from commissioning.ledger.reading import Reader


class ClosedMonth(NamedTuple):
    """A month (`202604`) and its close: the position that it pins, when and by whom."""

    month: int
    position: int
    recorded_at: str
    account: str


async def budgets_of(reader: Reader, financial_year: str, position: int) -> Budgets:
    """The budgets of a financial year; none where nobody has set any."""
    asking = partial(reader.state, BUDGETS, financial_year, position)
    return await reader.once((BUDGETS.stream(financial_year), position), asking) or Budgets(financial_year, {})


async def coding_of(reader: Reader, position: int) -> Coding:
    """The finance system's codes."""
    return await reader.state(CODING, CODES, position) or NO_CODES


async def closed_months(reader: Reader, position: int) -> list[ClosedMonth]:
    """The months that were closed, in order."""
    stream = CLOSINGS.stream(MONTHS)
    return [
        ClosedMonth(month_number(one.event.month), one.position, one.recorded_at, one.account)
        for one in await reader.once((stream, position), partial(reader.history, stream, position))
        if isinstance(one.event, MonthClosed)
    ]
