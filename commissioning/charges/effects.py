"""What a change costs, read inside the transaction that makes it: this financial year and a full year."""

from collections.abc import Sequence

from commissioning.charges.periods import financial_year
from commissioning.charges.queries import marks
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.time import financial_year_name
from commissioning.ledger.work import UnitOfWork
from commissioning.web.forms.form import Effect

_OPENED = "SELECT COALESCE(SUM(cost), 0) FROM charges_charge WHERE book = ? AND month IN ({}) AND from_position > ?"
_CLOSED = (
    "SELECT COALESCE(SUM(cost), 0) FROM charges_charge WHERE book = ? AND month IN ({}) AND to_position > ? "
    f"AND to_position < {OPEN_POSITION}"
)


def effects_since(work: UnitOfWork, position: int) -> Sequence[Effect]:
    """What was changed since a position in the cost of this financial year and of the next, the first full one.

    Empty where neither changed. Rows that were opened and closed in between count on both sides and cancel out.
    """
    this = financial_year_name(work.today)
    following = _year_after(this)
    found = [
        Effect(f"In this financial year, {this}", _moved(work, this, position)),
        Effect(f"In a full year, {following}", _moved(work, following, position)),
    ]
    return found if any(effect.pence for effect in found) else ()


def _moved(work: UnitOfWork, year: str, position: int) -> int:
    months = financial_year(year).months()
    values = (work.tables.book, *months, position)
    opened, closed = (work.tables.query(sql.format(marks(months)), values)[0][0] for sql in (_OPENED, _CLOSED))
    return int(opened) - int(closed)


def _year_after(year: str) -> str:
    first = int(year[:4]) + 1
    return f"{first}/{(first + 1) % 100:02d}"
