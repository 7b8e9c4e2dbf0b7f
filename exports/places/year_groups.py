"""The year groups on roll, and who comes to the end of a phase when (reports.md, forecast: phase-end leavers).

Who is expected to leave, and who goes up at the same school, is decided as the forecast decides it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from commissioning.charges import places
from commissioning.charges.figures import figures
from commissioning.charges.known import agreements_as_at, placements_named
from commissioning.charges.periods import Period
from commissioning.charges.places import Place, Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.placements.placement import Placement
from commissioning.placements.words import PHASES
from commissioning.placements.year_groups import LAST_YEAR_GROUP, academic_year, year_group, year_group_in_words
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, _
from commissioning.web.words import day as day_words
from commissioning.web.words import number, whole_pounds
from exports.forecast.phase_effects import phasing_as_at
from exports.forecast.phase_leavers import Phasing, expected_to_leave
from exports.result import Column, Result, Value
from exports.schools_named import schools_named

By = Literal["year_group", "provider", "phase", "placement"]
KEYS: Mapping[By, Column] = {
    "year_group": Column("year_group", "text", N_("Year group")),
    "provider": Column("provider", "text", N_("School")),
    "phase": Column("phase", "text", N_("Phase")),
    "placement": Column("placement", "text", N_("Placement")),
}
AUGUSTS = 3
"""How many ends of academic years have a column of their own."""
CHARTED = 8
_UNKNOWN = N_("Month of birth not recorded")
_FAR = 30
"""Years after which nobody on roll is still in any phase."""


@dataclass(frozen=True, slots=True)
class Pupil:
    """A placement on roll: its year group, when it leaves, why it is not expected to, and its cost in the period."""

    place: Place
    year_group: str
    leaves_on: date | None
    why: str
    cost: int


@schools_named
async def year_groups(
    reader: Reader,
    as_at: AsAt,
    period: Period,
    filters: Filters,
    by: By,
    day: date,
    post_16_year: int = LAST_YEAR_GROUP["post_16"],
) -> Result:
    """Those on roll on a day by year group, school or phase, or placement by placement."""
    pupils = await _pupils(reader, as_at.position, period, filters, day, post_16_year)
    augusts = [date(academic_year(day) + 1 + more, 8, 31) for more in range(AUGUSTS)]
    schools = {str(one.place.provider_urn): one.place.provider_name for one in pupils}
    columns = tuple(
        replace(one, names=schools) if one.name == "provider" else one
        for one in (KEYS[by], *(DETAIL if by == "placement" else counted_columns(augusts)))
    )
    rows = _listed(pupils) if by == "placement" else _counted(pupils, by, augusts)
    whole = _counts(pupils, augusts)
    counted = dict(zip([column.name for column in counted_columns(augusts)], whole, strict=True))
    result = Result(
        "year_groups",
        _("Year groups and phase leavers"),
        as_at,
        period,
        filters,
        columns,
        tuple(rows),
        {"cost": counted["cost"]} if by == "placement" else dict(counted),
        (
            _("Whoever is in the last year group of a phase leaves on 31 August, unless an end or a move is recorded."),
            _("Where the same school has pupils of the next phase, a pupil goes up to it and stays."),
        ),
        {"by": by, "day": day.isoformat(), "post_16_year": str(post_16_year)},
    )
    return replace(result, chart=leavers_chart(result, pupils, augusts[0]))


DETAIL = (
    Column("provider", "text", N_("School")),
    Column("year_group", "text", N_("Year group")),
    Column("phase", "text", N_("Phase")),
    Column(
        "leaves_on",
        "day",
        N_("Leaves on"),
        N_("The recorded last day, or the end of the phase with which the pupil leaves."),
    ),
    Column("why", "text", N_("Why"), N_("What the last day rests on, or why none is expected.")),
    Column("cost", "money", N_("Cost")),
)


def counted_columns(augusts: Sequence[date]) -> tuple[Column, ...]:
    """The columns of groups, with one for each of the ends of academic years to come."""
    meaning = _("Pupils without a recorded end who come to the end of their phase then and are expected to leave.")
    return (
        Column("on_roll", "count", _("On roll"), _("Placements on roll on the day.")),
        *(
            Column(f"leave_in_{nth}", "count", _("Leave %(day)s", day=day_words(august)), meaning)
            for nth, august in enumerate(augusts, start=1)
        ),
        Column("later", "count", _("Later"), _("Pupils who come to the end of their phase after that.")),
        Column("end_recorded", "count", _("End recorded"), _("Pupils whose last day is recorded.")),
        Column(
            "not_expected", "count", _("Not expected to leave"), _("Pupils older than their phase, or of unknown age.")
        ),
        Column("cost", "money", _("Cost"), _("What the pupils on roll cost in the period.")),
        Column(
            "leaving_cost",
            "money",
            _("Cost of those who leave next"),
            _("Of it, what next August's phase leavers cost."),
        ),
    )


async def _pupils(
    reader: Reader, position: int, period: Period, filters: Filters, day: date, post_16_year: int
) -> list[Pupil]:
    """Those on roll on a day, each with what is expected."""
    live = await places.places(reader, position, day, Wanted(tuple(filters.chosen().items()), on=day))
    everyone = await places.places(reader, position, day, Wanted())
    phasing = await phasing_as_at(reader, position, everyone, Filters(), day, post_16_year)
    placements = await placements_named(reader, [place.ref for place in live], position)
    agreements = await agreements_as_at(reader, position)
    providers = {ref: agreement.provider_urn for ref, agreement in agreements.items()}
    last = date(day.year + _FAR, 12, 31)
    leaving = {
        one.placement.ref: one.leaves_on
        for one in expected_to_leave(placements.values(), providers, phasing, day, last)
    }
    by = ("placement",)
    asked = await figures(reader, by, period, position, filters, monthly=False)
    costs = {ref: pence for (ref,), ((pence,),) in (await asked.cost(by)).items() if ref is not None}
    return [
        _pupil(place, placements[place.ref], leaving.get(place.ref), phasing, day, costs.get(place.ref, 0))
        for place in live
    ]


def _pupil(place: Place, placement: Placement, leaves_on: date | None, phasing: Phasing, day: date, cost: int) -> Pupil:
    group = (
        _(_UNKNOWN) if placement.birth_month is None else year_group_in_words(year_group(placement.birth_month, day))
    )
    if placement.end_on is not None:
        return Pupil(place, group, placement.end_on, _("Its end is recorded"), cost)
    if leaves_on is not None:
        return Pupil(place, group, leaves_on, _("The phase ends"), cost)
    if placement.birth_month is None:
        return Pupil(place, group, None, _(_UNKNOWN), cost)
    if phasing.ends(placement.birth_month, place.phase) < day:
        return Pupil(place, group, None, _("Older than %(phase)s as a rule", phase=PHASES[place.phase].lower()), cost)
    return Pupil(place, group, None, _("Goes up to the next phase at the same school"), cost)


def _listed(pupils: Sequence[Pupil]) -> list[tuple[Value, ...]]:
    """Placement by placement, the first to leave first."""
    ordered = sorted(pupils, key=lambda one: (one.leaves_on or date.max, one.place.ref))
    return [
        (
            one.place.ref,
            str(one.place.provider_urn),
            one.year_group,
            one.place.phase,
            None if one.leaves_on is None else one.leaves_on.isoformat(),
            one.why,
            one.cost,
        )
        for one in ordered
    ]


def _counted(pupils: Sequence[Pupil], by: By, augusts: Sequence[date]) -> list[tuple[Value, ...]]:
    groups: dict[str, list[Pupil]] = defaultdict(list)
    for one in pupils:
        key = {"year_group": one.year_group, "provider": str(one.place.provider_urn), "phase": one.place.phase}
        groups[key.get(by, "")].append(one)
    years = (*(year_group_in_words(group) for group in range(-1, 25)), _(_UNKNOWN))
    order = {"year_group": years, "phase": tuple(PHASES)}.get(by, tuple(sorted(groups)))
    return [(key, *_counts(groups[key], augusts)) for key in sorted(groups, key=order.index)]


def _counts(pupils: Sequence[Pupil], augusts: Sequence[date]) -> tuple[int, ...]:
    expected = Counter(one.leaves_on for one in pupils if _leaves_with_phase(one))
    then = [expected[august] for august in augusts]
    recorded = sum(one.place.last_day is not None for one in pupils)
    later = sum(expected.values()) - sum(then)
    staying = len(pupils) - recorded - sum(expected.values())
    cost = sum(one.cost for one in pupils)
    leaving = sum(one.cost for one in pupils if _leaves_with_phase(one) and one.leaves_on == augusts[0])
    return (len(pupils), *then, later, recorded, staying, cost, leaving)


def _leaves_with_phase(one: Pupil) -> bool:
    return one.leaves_on is not None and one.place.last_day is None


def leavers_chart(result: Result, pupils: Sequence[Pupil], next_august: date) -> ChartSpec | None:
    """How many leave with their phase at the end of each academic year to come."""
    leaving = Counter(one.leaves_on.year for one in pupils if one.leaves_on is not None and _leaves_with_phase(one))
    if not leaving:
        return None
    years = [next_august.year + more for more in range(CHARTED)]
    cost = sum(one.cost for one in pupils if _leaves_with_phase(one) and one.leaves_on == next_august)
    sentence = _(
        "Of %(pupils)s pupils on roll %(leaving)s are expected to leave with their phase on %(day)s and %(later)s a "
        "year later. The first cost %(cost)s in %(period)s.",
        pupils=number(len(pupils)),
        leaving=number(leaving[years[0]]),
        day=day_words(next_august),
        later=number(leaving[years[1]]),
        cost=whole_pounds(cost),
        period=result.period.in_words(),
    )
    return ChartSpec(
        "grouped_bars",
        _("Pupils who leave with their phase"),
        sentence,
        tuple(_("Aug %(year)s", year=year) for year in years),
        (Series(_("Phase leavers"), tuple(leaving[year] for year in years)),),
        unit="number",
    )


BYS: tuple[By, ...] = get_args(By)
