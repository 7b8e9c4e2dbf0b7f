"""What a change costs, read inside the transaction that makes it: this financial year and a full year."""

from collections import defaultdict
from collections.abc import Sequence

from commissioning.charges.periods import financial_year
from commissioning.charges.queries import JOINED, marks
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.time import financial_year_name
from commissioning.ledger.work import UnitOfWork
from commissioning.web.forms.form import Effect
from commissioning.web.language import N_

_SUM = "SELECT COALESCE(SUM(c.cost), 0) FROM charges_charge c"
_SUM_BY_MODEL = f"SELECT h.model, SUM(c.cost) FROM charges_charge c {JOINED}"
_OPENED = "WHERE c.book = ? AND c.month IN ({}) AND c.from_position > ?"
_CLOSED = f"WHERE c.book = ? AND c.month IN ({{}}) AND c.to_position > ? AND c.to_position < {OPEN_POSITION}"


def effects_since(work: UnitOfWork, position: int) -> Sequence[Effect]:
    """What was changed since a position in the cost of this financial year and of the next, the first full one.

    Empty where neither changed. Rows that were opened and closed in between count on both sides and cancel out.
    """
    this = financial_year_name(work.today)
    following = _year_after(this)
    found = [
        Effect(N_("In this financial year, %(year)s"), this, _moved(work, this, position)),
        Effect(N_("In a full year, %(year)s"), following, _moved(work, following, position)),
    ]
    return found if any(effect.pence for effect in found) else ()


def effects_by_model(work: UnitOfWork, position: int) -> dict[str, int]:
    """What was changed since a position in the cost of this financial year, by commissioning model; signed pence."""
    months = financial_year(financial_year_name(work.today)).months()
    found: dict[str, int] = defaultdict(int)
    for sql, sign in ((_OPENED, 1), (_CLOSED, -1)):
        asked = f"{_SUM_BY_MODEL} {sql.format(marks(months))} GROUP BY h.model"
        for model, pence in work.tables.query(asked, (work.tables.book, *months, position)):
            found[model] += sign * int(pence)
    return {model: pence for model, pence in sorted(found.items()) if pence}


def _moved(work: UnitOfWork, year: str, position: int) -> int:
    months = financial_year(year).months()
    values = (work.tables.book, *months, position)
    opened, closed = (
        work.tables.query(f"{_SUM} {sql.format(marks(months))}", values)[0][0] for sql in (_OPENED, _CLOSED)
    )
    return int(opened) - int(closed)


def _year_after(year: str) -> str:
    first = int(year[:4]) + 1
    return f"{first}/{(first + 1) % 100:02d}"
