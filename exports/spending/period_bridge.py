"""Why one period cost more than another, as both are known now: who came and went, days, prices, empty places.

Each placement's attendance is split: who is on roll in one of the two alone came or went; of the others, more or fewer
days count at the earlier daily cost, and the rest is price. The parts add up to the difference to the penny.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Final, NamedTuple

from commissioning.charges.figures import figures
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, Labels, _, ngettext
from commissioning.web.words import whole_pounds
from exports.result import Column, Result, Value, round_half_away
from exports.schools_named import schools_named

CAUSES: Final = Labels(
    {
        "newcomers": N_("Pupils who came"),
        "leavers": N_("Pupils who went"),
        "days": N_("More or fewer days"),
        "price": N_("Prices and packages"),
        "notice": N_("Notice after leaving"),
        "empty_places": N_("Empty places"),
    }
)
COLUMNS = (
    Column("cause", "text", N_("Cause"), names=CAUSES),
    Column("placements", "count", N_("Placements")),
    Column("delta", "money", N_("Change")),
)
MEASURES = (Column("cost_from", "money", N_("Earlier period")), Column("cost_to", "money", N_("Later period")))


class Stay(NamedTuple):
    """What one placement comes to in a period: days on roll, pence of attendance, pence of notice."""

    days: int = 0
    attendance: int = 0
    notice: int = 0


@schools_named
async def period_bridge(reader: Reader, as_at: AsAt, earlier: Period, later: Period, filters: Filters) -> Result:
    """The difference between two periods as known at one position, by cause."""
    before, void_before = await _stays(reader, as_at, earlier, filters)
    after, void_after = await _stays(reader, as_at, later, filters)
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for ref in before.keys() | after.keys():
        for cause, delta in causes_of(before.get(ref, Stay()), after.get(ref, Stay())):
            if delta:
                found[cause][0] += 1
                found[cause][1] += delta
    if void_after != void_before:
        found["empty_places"][1] = void_after - void_before
    rows: list[tuple[Value, ...]] = [(cause, *found[cause]) for cause in CAUSES if cause in found]
    cost_from, cost_to = (_cost(stays.values(), void) for stays, void in ((before, void_before), (after, void_after)))
    result = Result(
        "bridge",
        _("From %(earlier)s to %(later)s", earlier=earlier.in_words(), later=later.in_words()),
        as_at,
        later,
        filters,
        COLUMNS,
        tuple(rows),
        {"delta": cost_to - cost_from, "cost_from": cost_from, "cost_to": cost_to},
        (_("Days count at the earlier daily cost; what is left of a placement's difference is price and package."),),
        {"from_period": earlier.in_words(), "to_period": later.in_words()},
        measures=MEASURES,
    )
    return replace(result, chart=period_waterfall(result))


def causes_of(before: Stay, after: Stay) -> list[tuple[str, int]]:
    """What a placement adds to each cause; the parts come to the difference between its two costs. Pure."""
    notice = ("notice", after.notice - before.notice)
    if before.days and after.days:
        at_old_price = round_half_away(Fraction(before.attendance, before.days) * after.days)
        return [("days", at_old_price - before.attendance), ("price", after.attendance - at_old_price), notice]
    change = after.attendance - before.attendance
    return [("newcomers" if after.days else "leavers" if before.days else "price", change), notice]


def period_waterfall(result: Result) -> ChartSpec | None:
    """From the earlier period's cost to the later's, cause by cause; None where nothing differs."""
    rows = sorted(result.rows, key=lambda row: -abs(_pence(row[2])))
    if not rows:
        return None
    first, last = _pence(result.total["cost_from"]), _pence(result.total["cost_to"])
    earlier, later = result.options["from_period"], result.options["to_period"]
    change = last - first
    cause, placements, most = rows[0]
    count = _pence(placements)
    told = {"earlier": earlier, "later": later, "amount": whole_pounds(abs(change))}
    compared = (
        _("%(later)s costs %(amount)s more than %(earlier)s.", **told)
        if change > 0
        else _("%(later)s costs %(amount)s less than %(earlier)s.", **told)
    )
    cause_told = {"cause": CAUSES[str(cause)].lower(), "amount": whole_pounds(_pence(most))}
    why = (
        ngettext(
            "Most of it is %(cause)s: %(amount)s, over %(num)s placement.",
            "Most of it is %(cause)s: %(amount)s, over %(num)s placements.",
            count,
            **cause_told,
        )
        if count
        else _("Most of it is %(cause)s: %(amount)s.", **cause_told)
    )
    return ChartSpec(
        "waterfall",
        result.title,
        f"{compared} {why}",
        (earlier, *(CAUSES[str(row[0])] for row in rows), later),
        (Series(_("Cost"), (first, *(_pence(row[2]) for row in rows), last)),),
    )


async def _stays(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> tuple[dict[str, Stay], int]:
    """What each placement comes to in a period, and the pence of the empty places."""
    by = ("placement", "kind")
    asked = await figures(reader, by, period, as_at.position, filters, monthly=False)
    pence: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    void = 0
    for (ref, kind), ((cost,),) in (await asked.cost(by)).items():
        if ref is None:
            void += cost
        else:
            pence[ref][kind] += cost
    days = {ref: count for (ref,), ((count,),) in (await asked.days(("placement",))).items()}
    return {
        ref: Stay(days.get(ref, 0), pence[ref]["attendance"], pence[ref]["notice"]) for ref in {*days, *pence}
    }, void


def _cost(stays: Iterable[Stay], void: int) -> int:
    return void + sum(stay.attendance + stay.notice for stay in stays)


def _pence(value: Value) -> int:
    return value if isinstance(value, int) else 0
