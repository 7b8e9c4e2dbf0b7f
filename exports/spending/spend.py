"""What did it cost, by whatever grouping (reports.md, spend)."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import compress, islice, repeat
from typing import Any

from commissioning.charges import queries
from commissioning.charges.figures import figures
from commissioning.charges.known import school_names
from commissioning.charges.periods import Period, month_name, quarter_name, year_name
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from commissioning.web.language import N_, Labels, _
from exports.result import Column, Result, Value, sort_rows
from exports.schools_named import schools_named

TIMES: dict[str, Callable[[int], str]] = {"month": month_name, "quarter": quarter_name, "year": year_name}
FUNDERS = ("education", "health", "care")
KEYS = (*TIMES, *queries.DIMENSIONS, "funder")
DAYLESS = {"component", "kind", "funder"}
"""Keys of which a day on roll has several at once, so that days cannot be told apart by them."""

HEADINGS = Labels(
    {
        "month": N_("Month"),
        "quarter": N_("Quarter"),
        "year": N_("Year"),
        "provider": N_("School"),
        "agreement": N_("Agreement"),
        "model": N_("Model"),
        "placement": N_("Placement"),
        "component": N_("Component"),
        "kind": N_("Kind"),
        "need": N_("Need"),
        "phase": N_("Phase"),
        "setting": N_("Setting"),
        "band": N_("Band"),
        "area": N_("Home area"),
        "route": N_("Route"),
        "funder": N_("Funder"),
    }
)


@schools_named
async def spend(reader: Reader, as_at: AsAt, period: Period, by: Sequence[str], filters: Filters) -> Result:
    """The cost of a period grouped by any of `KEYS`; rows of nothing are left out."""
    _check_keys(by)
    rows = _Rows(by, period)
    asked = await figures(reader, rows.dimensions, period, as_at.position, filters, monthly=bool(rows.times))
    names = {"provider": await school_names(reader, as_at.position)} if "provider" in by else {}
    columns = [
        Column(key, "month" if key == "month" else "text", HEADINGS[key], names=names.get(key, {})) for key in by
    ]
    columns.append(Column("cost", "money", _("Cost")))
    days: dict[str, Value] = {}
    if "funder" in by:
        for group, shares in (await asked.shares(rows.dimensions)).items():
            for funder, share in zip(FUNDERS, shares, strict=True):
                rows.add((*group, funder), share)
    elif DAYLESS.intersection(by):
        for group, (cost,) in (await asked.cost(rows.dimensions)).items():
            rows.add(group, cost)
    else:
        on_roll = await asked.days(rows.dimensions)
        for group, (cost,) in (await asked.cost(rows.dimensions)).items():
            rows.add(group, cost, *on_roll.get(group, [[0] * len(cost)]))
        columns.append(Column("occupied_days", "count", _("Days on roll")))
        days["occupied_days"] = sum(sum(of_group) for (of_group,) in on_roll.values())
    return Result(
        "spend",
        _("Spend"),
        as_at,
        period,
        filters,
        tuple(columns),
        sort_rows(rows.rows, len(by)),
        {"cost": rows.cost, **days},
        options={"by": ",".join(by)},
    )


class _Rows:
    """The rows of the report, from the figures of its groups month by month."""

    def __init__(self, by: Sequence[str], period: Period) -> None:
        self.times = [key for key in by if key in TIMES]
        self.dimensions = [key for key in by if key in queries.DIMENSIONS]
        self.rows: list[tuple[Value, ...]] = []
        self.cost = 0
        named = [tuple(TIMES[time](month) for time in self.times) for month in period.months()]
        self._months_of_a_time = Counter(named if self.times else [()])
        names = dict(zip(self.times, zip(*self._months_of_a_time, strict=True), strict=True))
        told = [*self.dimensions, "funder"]
        self._keys = [(names[key], 0) if key in names else (None, told.index(key)) for key in by]

    def add(self, group: Sequence[Any], *figures: list[int]) -> None:
        """Adds the rows of a group, its cost being the first figure, unless they cost nothing."""
        words = [None if value is None else str(value) for value in group]
        keys = [names or repeat(words[place]) for names, place in self._keys]
        cost, *others = map(self._by_time, figures)
        self.rows += compress(zip(*keys, cost, *others, strict=False), cost)
        self.cost += sum(cost)

    def _by_time(self, figure: list[int]) -> list[int]:
        """A figure added up by time, of which each has months that follow each other."""
        if len(figure) == len(self._months_of_a_time):
            return figure
        months = iter(figure)
        return [sum(islice(months, count)) for count in self._months_of_a_time.values()]


def _check_keys(by: Sequence[str]) -> None:
    unknown = [key for key in by if key not in KEYS]
    if unknown or len(set(by)) != len(by):
        message = (
            said("“%(key)s” is not something to group by.", key=unknown[0])
            if unknown
            else said("A key stands twice in --by.")
        )
        raise Refused(Fault("by", message, "by", said("a comma list of %(keys)s", keys=", ".join(KEYS)), status=400))
