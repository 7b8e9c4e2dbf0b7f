"""The monthly pack: all that finance and members read at a month's end, from one question at one position."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from commissioning.charges import commitments, figures
from commissioning.charges.known import agreements_as_at, school_names
from commissioning.charges.periods import Period, month_name
from commissioning.charges.queries import Filters
from commissioning.charges.words import value_in_words
from commissioning.finance.queries import closed_months
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, _
from commissioning.web.words import month as month_words
from commissioning.web.words import whole_pounds
from exports.month_end.budget import budget
from exports.month_end.posted import posted
from exports.oversight.exceptions import exceptions
from exports.places.committed import committed
from exports.result import Column, Result, Value, whole
from exports.spending.bridge import bridge
from exports.spending.spend import spend

REPORT, TITLE = "monthly_pack", N_("Monthly pack")
LOOK_BACK = timedelta(days=30)
Readers = Literal["finance", "members", "everybody"]
_VOIDS = (
    Column("agreement", "text", N_("Agreement")),
    Column("provider", "text", N_("School")),
    Column("model", "text", N_("Model")),
    Column("committed", "count", N_("Committed place-days"), N_("Places times the days on which they are committed.")),
    Column("filled", "count", N_("Filled place-days"), N_("Of them, days on which a pupil was on roll.")),
    Column(
        "empty", "count", N_("Empty place-days"), N_("Of them, days on which nobody was and no leaver held the place.")
    ),
    Column("utilisation", "share", N_("Utilisation")),
    Column("void", "money", N_("Cost of empty places"), N_("What the empty places cost in the period.")),
)


@dataclass(frozen=True, slots=True)
class Pack:
    """What the pack was asked: as known when, of which year, and the day on which it is judged what is over."""

    reader: Reader
    as_at: AsAt
    period: Period
    day: date


async def monthly_pack(asked: Pack, tell: Callable[[str, int, int], None], readers: Readers) -> list[Result]:
    """The results of the pack; what lists single children is there for finance alone, and counted for members.

    What is for everybody still has its small numbers, and lists that are left out with a word of it (publishing).
    """
    finance = readers == "finance"
    nobody = Filters()
    common = (asked.reader, asked.as_at, asked.period, nobody)
    reports: list[Callable[[], Awaitable[Result]]] = [
        lambda: budget(*common, "model", asked.day),
        lambda: budget(*common, "month", asked.day),
        lambda: _moved(asked),
        lambda: spend(*common[:3], ["month", "model" if finance else "kind"], nobody),
        lambda: committed(*common, "provider", asked.day),
        lambda: empty_places(asked),
        lambda: posted(*common),
        lambda: _exceptions(asked, single_children=finance),
    ]
    if readers != "members":
        reports.append(lambda: committed(*common, "placement", asked.day))
    results = []
    for done, ask in enumerate(reports):
        tell(_("asking the ledger"), done, len(reports))
        results.append(await ask())
    tell(_("asking the ledger"), len(reports), len(reports))
    return [
        replace(one, title=_("%(title)s by month", title=one.title)) if _is_by_month(one) else one for one in results
    ]


def _is_by_month(result: Result) -> bool:
    return result.report == "budget" and result.options["by"] == "month"


def readers_of(form: str, variant: str) -> Readers:
    """For whom a file of the pack is: a working copy is a workbook for finance, or a PDF for members."""
    if variant == "publish":
        return "everybody"
    return "finance" if form == "xlsx" else "members"


async def _moved(asked: Pack) -> Result:
    """The bridge since the last close, or where there is none since thirty days before."""
    closes = await closed_months(asked.reader, asked.as_at.position)
    if closes:
        before = await asked.reader.as_at(str(closes[-1].position))
        since = month_words(month_name(closes[-1].month))
    else:
        before = await asked.reader.as_at((asked.day - LOOK_BACK).isoformat())
        since = ""
    moved = await bridge(asked.reader, before, asked.as_at, asked.period, Filters())
    return replace(moved, title=_("What moved the forecast"), chart=_waterfall(moved, since))


def _waterfall(moved: Result, since: str) -> ChartSpec | None:
    """The steps from the forecast as it was; `since` is the month that was closed last, blank where none was."""
    if not moved.rows:
        return None
    first, last = whole(moved.total["cost_from"]), whole(moved.total["cost_to"])
    steps = sorted(((str(row[0]), whole(row[2])) for row in moved.rows), key=lambda step: -abs(step[1]))
    told = {
        "month": since,
        "period": moved.period.in_words(),
        "amount": whole_pounds(abs(last - first)),
        "cause": value_in_words("cause", steps[0][0]).lower(),
        "most": whole_pounds(steps[0][1]),
    }
    names = (_("Before"), *(value_in_words("cause", cause) for cause, _step in steps), _("Now"))
    values = (first, *(step for _cause, step in steps), last)
    return ChartSpec(
        "waterfall",
        _("What moved the forecast"),
        _how_it_moved(told, rose=last > first),
        names,
        (Series(_("Cost"), values),),
    )


def _how_it_moved(told: Mapping[str, str], *, rose: bool) -> str:
    """The movement of the forecast and most of why, since the close of a month or in the last thirty days."""
    if told["month"]:
        return (
            _(
                "Since %(month)s was closed, the forecast for %(period)s rose by %(amount)s; most of it is %(cause)s, "
                "%(most)s.",
                **told,
            )
            if rose
            else _(
                "Since %(month)s was closed, the forecast for %(period)s fell by %(amount)s; most of it is %(cause)s, "
                "%(most)s.",
                **told,
            )
        )
    return (
        _(
            "In the last thirty days the forecast for %(period)s rose by %(amount)s; most of it is %(cause)s, "
            "%(most)s.",
            **told,
        )
        if rose
        else _(
            "In the last thirty days the forecast for %(period)s fell by %(amount)s; most of it is %(cause)s, "
            "%(most)s.",
            **told,
        )
    )


async def empty_places(asked: Pack) -> Result:
    """Every commitment of the year with its filled and empty place-days, and what the empty ones cost."""
    position, nobody = asked.as_at.position, Filters()
    held = await commitments.by_agreement(asked.reader, asked.period, position, nobody)
    known = await agreements_as_at(asked.reader, position)
    voids: dict[str, int] = defaultdict(int)
    for item in await figures.sums(asked.reader, ("agreement", "kind"), asked.period, position, nobody):
        if item.group[1] == "void":
            voids[item.group[0]] += item.cost
    rows: list[tuple[Value, ...]] = [
        (ref, str(known[ref].provider_urn), known[ref].model, one.committed, one.filled, one.empty, one.utilisation,
         voids[ref])
        for ref, one in sorted(held.items())
        if one.committed
    ]  # fmt: skip
    total: dict[str, Value] = {
        column.name: sum(whole(row[place]) for row in rows)
        for place, column in enumerate(_VOIDS)
        if column.kind in ("money", "count")
    }
    names = await school_names(asked.reader, position)
    columns = tuple(replace(one, names=names) if one.name == "provider" else one for one in _VOIDS)
    return Result("empty_places", _("Empty places"), asked.as_at, asked.period, nobody, columns, tuple(rows), total)


async def _exceptions(asked: Pack, *, single_children: bool) -> Result:
    """What needs a person; for members counted by kind."""
    found = await exceptions(asked.reader, asked.as_at, asked.period, Filters(), asked.day)
    if single_children:
        return found
    kinds: dict[str, list[Value]] = defaultdict(list)
    for row in found.rows:
        kinds[str(row[0])].append(row[4])
    columns = (found.columns[0], Column("count", "count", _("How many"), _("Things of the kind.")), found.columns[4])
    rows = tuple(
        (kind, len(stakes), None if all(stake is None for stake in stakes) else sum(map(whole, stakes)))
        for kind, stakes in kinds.items()
    )
    return replace(found, columns=columns, rows=rows, total={"count": len(found.rows), "money": found.total["money"]})
