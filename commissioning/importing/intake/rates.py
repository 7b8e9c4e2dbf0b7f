"""Rows of the sheet Rates into rate lines."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from commissioning.importing.intake.session import Place, chosen
from commissioning.importing.rows import UNCHANGED, RateRow
from contracts.rates import RateLine, usual_notice, usual_quantity
from contracts.series import line_at, same_line


def rate_line(
    row: RateRow, *, own: bool, known: tuple[RateLine, ...] = (), owner_start: date | None = None
) -> RateLine:
    """The line a row states; an absent column keeps what the known line of its series and date says."""
    line = RateLine(
        component=row.component,
        unit=row.unit,
        amount=row.amount,
        quantity=chosen(row.quantity, usual_quantity(row.unit)),
        band=None if own else chosen(row.band, None),
        setting=None if own else chosen(row.setting, None),
        effective_from=chosen(row.effective_from, None),
        # A place that stands empty has no placement and so no own lines: the flag means nothing there.
        void=False if own else chosen(row.void, False),
        discount=chosen(row.discount, not own),
        notice=chosen(row.notice, usual_notice(row.component, row.unit)),
    )
    if not known or owner_start is None or UNCHANGED not in (row.quantity, row.void, row.discount, row.notice):
        return line
    before = line_at(known, line, owner_start)
    if before is None:
        return line
    kept = {
        name: getattr(before, name)
        for name in ("quantity", "void", "discount", "notice")
        if getattr(row, name) is UNCHANGED
    }
    return replace(line, **kept)


def place_of_rate(row: RateRow) -> Place:
    """Where a refusal of a rate row is shown."""
    return Place("Rates", row.row, "effective_from", str(chosen(row.effective_from, None) or "") or None)


def is_withdrawn(row: RateRow) -> bool:
    """Whether the row says that its price never held."""
    return row.withdrawn is True


def withdrawals_first(rows: list[RateRow], line_of: Callable[[RateRow], RateLine], owner_start: date) -> list[RateRow]:
    """One owner's rows in the order in which they are taken in: what never held makes way for what did, on its date.

    The withdrawal of a price that another row states just so is passed over: the price did hold.
    """
    held = [row for row in rows if not is_withdrawn(row)]
    stated = [line_of(row) for row in held] if len(held) < len(rows) else []
    withdrawn = [
        row
        for row in rows
        if is_withdrawn(row) and not any(same_line(line_of(row), line, owner_start) for line in stated)
    ]
    return [*withdrawn, *held]
