"""What is spent and what is bound to be spent this year, placement by placement or school by school."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal, get_args

from commissioning.charges import figures, places
from commissioning.charges.known import providers_as_at
from commissioning.charges.periods import Period, month_days
from commissioning.charges.places import Place, Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import N_, _
from exports.result import Column, Result, Value, whole
from exports.schools_named import schools_named

By = Literal["provider", "placement"]
BYS: tuple[By, ...] = get_args(By)
_ACTUAL = Column(
    "charged", "money", N_("Actual to date"), N_("Charges of the months that are over on the report's day.")
)
_COMMITTED = Column(
    "committed", "money", N_("Committed"), N_("Charges of the months to come that the ledger already knows.")
)
_COST = Column("cost", "money", N_("This year"), N_("Actual to date and committed together."))
_SCHOOL = Column("school", "text", N_("School"), N_("The school's name."))
_BY_SCHOOL = (Column("provider", "text", N_("URN")), _SCHOOL, Column("placements", "count", N_("Placements"),
              N_("Placements with a charge in the period.")), _ACTUAL, _COMMITTED, _COST)  # fmt: skip
_BY_PLACEMENT = (
    Column("placement", "text", N_("Placement")),
    Column("provider", "text", N_("URN")),
    _SCHOOL,
    Column("agreement", "text", N_("Agreement")),
    Column("model", "text", N_("Model")),
    Column("need", "text", N_("Need")),
    Column("setting", "text", N_("Setting")),
    Column("start_on", "day", N_("Start"), N_("The first day on roll.")),
    Column("end_on", "day", N_("End"), N_("The last day on roll; empty where no end is recorded.")),
    _ACTUAL,
    _COMMITTED,
    _COST,
)

Split = tuple[int, int]
"""Pence of the months that are over, and of those to come."""


@schools_named
async def committed(reader: Reader, as_at: AsAt, period: Period, filters: Filters, by: By, day: date) -> Result:
    """The year's cost of each placement or school, split at the day; empty places stand under no placement."""
    keys = ("placement", "provider", "agreement", "model")
    splits: dict[tuple[Any, ...], Split] = defaultdict(lambda: (0, 0))
    for item in await figures.sums(reader, keys, period, as_at.position, filters):
        over, to_come = splits[item.group]
        gone = month_days(item.month)[1] < day
        splits[item.group] = (over + item.cost, to_come) if gone else (over, to_come + item.cost)
    names = {urn: one.facts.name for urn, one in (await providers_as_at(reader, as_at.position)).items()}
    if by == "provider":
        rows = _school_rows(splits, names)
    else:
        refs = tuple(group[0] for group in splits if group[0] is not None)
        found = await places.places(reader, as_at.position, day, Wanted(refs=refs))
        rows = _placement_rows(splits, names, {place.ref: place for place in found})
    columns = _BY_SCHOOL if by == "provider" else _BY_PLACEMENT
    return Result(
        "committed",
        _("Commitments by school") if by == "provider" else _("Commitments by placement"),
        as_at,
        period,
        filters,
        columns,
        tuple(rows),
        _totals(columns, rows),
        options={"by": by, "day": day.isoformat()},
    )


def _school_rows(splits: Mapping[tuple[Any, ...], Split], names: Mapping[int, str]) -> list[tuple[Value, ...]]:
    sums: dict[int, Split] = defaultdict(lambda: (0, 0))
    refs: dict[int, set[str]] = defaultdict(set)
    for (ref, urn, _agreement, _model), (over, to_come) in splits.items():
        sums[urn] = (sums[urn][0] + over, sums[urn][1] + to_come)
        refs[urn] |= {ref} - {None}
    rows: list[tuple[Value, ...]] = [
        (str(urn), names.get(urn, ""), len(refs[urn]), over, to_come, over + to_come)
        for urn, (over, to_come) in sums.items()
    ]
    return sorted(rows, key=lambda row: (-whole(row[-1]), str(row[0])))


def _placement_rows(
    splits: Mapping[tuple[Any, ...], Split], names: Mapping[int, str], known: Mapping[str, Place]
) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for (ref, urn, agreement, model), (over, to_come) in splits.items():
        place = known.get(ref)
        facts: tuple[Value, ...] = (None, None, None, None)
        if place is not None:
            end = place.last_day.isoformat() if place.last_day else None
            facts = (place.need, place.setting, place.first_day.isoformat(), end)
        rows.append((ref, str(urn), names.get(urn, ""), agreement, model, *facts, over, to_come, over + to_come))
    return sorted(rows, key=lambda row: (str(row[2]), str(row[0] or ""), str(row[3])))


def _totals(columns: tuple[Column, ...], rows: Iterable[tuple[Value, ...]]) -> dict[str, Value]:
    summed = [place for place, column in enumerate(columns) if column.kind in ("money", "count")]
    return {columns[place].name: sum(whole(row[place]) for row in rows) for place in summed}
