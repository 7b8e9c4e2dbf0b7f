"""Each commitment: filled, held and empty now, what empty places have cost and will, and when it goes under water.

A commitment is under water while fewer of its places are filled than it breaks even at. The comparator is the same
card without its discount or, where a model is named, what that model costs for children of the same need, phase and
setting (pricing.md §8).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from commissioning.charges import commitments, figures, places, queries
from commissioning.charges.commitments import Commitment, break_even_places
from commissioning.charges.known import agreements_as_at, placements_named
from commissioning.charges.periods import Period, month_days
from commissioning.charges.places import Place, Wanted
from commissioning.charges.queries import CommittedDays, Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.time import OPEN_DAY
from commissioning.placements.year_groups import LAST_YEAR_GROUP, academic_year
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, _
from commissioning.web.words import day as day_words
from commissioning.web.words import number, whole_pounds
from contracts.agreement import Agreement
from contracts.versions import version_on
from exports.counterfactual.break_even import Rates, average_rates, break_even, occupancy_curve
from exports.counterfactual.cohort import cohort_of
from exports.counterfactual.prices import days_in, stand
from exports.counterfactual.targets import targets_as_at
from exports.counterfactual.terms import Member, Target
from exports.forecast.phase_leavers import expected_to_leave, phasing_of
from exports.forecast.without_price import daily_cost
from exports.places.fitting import Opening, Suggestion, shared_out, stratum
from exports.result import Column, Result, Value, round_half_away
from exports.schools_named import naming_schools
from exports.spending.compare import reference_of
from exports.spending.strata import Group, Stratum, model_groups

COLUMNS = (
    Column("agreement", "text", N_("Agreement")),
    Column("places", "count", N_("Places")),
    Column("filled", "count", N_("Filled")),
    Column("in_notice", "count", N_("Held in notice")),
    Column("empty", "count", N_("Empty")),
    Column("void_days", "count", N_("Empty place-days")),
    Column("void_cost", "money", N_("Empty places")),
    Column("void_so_far", "money", N_("Lost so far")),
    Column("void_to_come", "money", N_("Lost to come")),
    Column("utilisation", "share", N_("Utilisation")),
    Column("break_even_places", "ratio", N_("Break-even places")),
    Column("under_water_on", "day", N_("Under water from")),
    Column("leavers_ahead", "count", N_("Leavers ahead")),
    Column(
        "phase_leavers",
        "count",
        N_("Phase leavers"),
        N_("On roll without a recorded end, and expected to leave in August."),
    ),
    Column("under_water_with_phase", "day", N_("Under water from, phase leavers gone too")),
    Column("could_fill", "count", N_("Would fit")),
    Column(
        "suggested", "count", N_("Suggested"), N_("Of those who would fit, each suggested for one commitment alone.")
    ),
)
MOST_BARS = 15
_SUMS = ("places", "filled", "in_notice", "empty", "void_days", "void_cost", "void_so_far", "void_to_come")

PLACED_LATELY = timedelta(days=30)
"""How long ago a placement can have begun that still counts as being placed now."""


@dataclass(frozen=True, slots=True)
class Held:
    """A commitment on a day: who stands on its roll then, and which placements elsewhere would fit its places."""

    agreement: Agreement
    now: Commitment
    roll: tuple[Place, ...]
    would_fit: tuple[Place, ...]

    def opening(self) -> Opening:
        """Its empty places and those on its roll."""
        return Opening(self.agreement.ref, self.now.empty, self.roll)


class Level(NamedTuple):
    """At how many filled places a commitment breaks even; `never` where it costs more even with all of them filled.

    Neither where nothing can be compared with it.
    """

    places: Fraction | None
    never: bool


class Rolls(NamedTuple):
    """Whoever is on roll on a day, standing where they do then, and everyone there ever was, where they stand last."""

    live: Sequence[Place]
    everyone: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Voids:
    """The report, and what its page tells besides: who is suggested for which commitment."""

    result: Result
    suggested: list[Suggestion]


async def voids(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, day: date, reference: str | None = None
) -> Result:
    """A row for each commitment of the period; places, filled, held and empty are those of a day."""
    return (await voids_of(reader, as_at, period, filters, day, reference)).result


async def voids_of(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, day: date, reference: str | None
) -> Voids:
    """The report with whom it suggests, from one look at the rolls."""
    position = as_at.position
    held = await commitments.by_agreement(reader, period, position, filters)
    rolls = Rolls(
        await places.places(reader, position, day, Wanted(on=day)),
        await places.places(reader, position, day, Wanted()),
    )
    standing = await _commitments_on(reader, position, day, filters, sorted(held), rolls)
    suggested = await _suggestions(reader, position, period, standing, day)
    found = _Found(
        standing,
        held,
        await _costs(reader, period, position, replace(filters, agreement=tuple(sorted(held))), day) if held else {},
        await queries.committed(reader, ("agreement",), Period(day, OPEN_DAY), position, filters),
        await _levels(reader, as_at, period, [one.agreement for one in standing], day, reference),
        Counter(one.agreement_ref for one in suggested),
        await _phase_ends(reader, position, standing, day, rolls.everyone),
    )
    rows = [_row(one, found, day) for one in standing]
    options = {"day": day.isoformat()} | ({"reference": reference} if reference else {})
    notes = (
        _("Places, filled, held and empty are those of the day; days, money and utilisation those of the period."),
    )
    total = _total(rows, held)
    result = Result("voids", _("Committed places"), as_at, period, filters, COLUMNS, tuple(rows), total, notes, options)
    return Voids(await naming_schools(reader, replace(result, chart=held_chart(result))), suggested)


class _Found(NamedTuple):
    """What is known of the commitments, by agreement but for `ahead`, the days to come of all of them."""

    standing: Sequence[Held]
    held: Mapping[str, Commitment]
    costs: Mapping[str, tuple[int, int]]
    ahead: Sequence[CommittedDays]
    levels: Mapping[str, "Level"]
    suggested: Mapping[str | None, int]
    phases: Mapping[str, Sequence[date]]


def _row(one: Held, found: _Found, day: date) -> tuple[Value, ...]:
    ref, now = one.agreement.ref, one.now
    so_far, to_come = found.costs.get(ref, (0, 0))
    level, never = found.levels[ref]
    spans = [span for span in found.ahead if span.group[0] == ref]
    leaving = found.phases[ref]
    return (
        ref,
        *(now.committed, now.filled, now.in_notice, now.empty),
        found.held[ref].empty,
        *(so_far + to_come, so_far, to_come),
        found.held[ref].utilisation,
        level,
        _iso(_sinks(spans, day, level, never=never)),
        sum(place.last_day is not None for place in one.roll),
        sum(leaves_on == date(academic_year(day) + 1, 8, 31) for leaves_on in leaving),
        _iso(_sinks(with_phase_leavers(spans, leaving), day, level, never=never)),
        len(one.would_fit),
        found.suggested.get(ref, 0),
    )


def _total(rows: Sequence[tuple[Value, ...]], held: Mapping[str, Commitment]) -> dict[str, Value]:
    committed, filled = (sum(getattr(one, name) for one in held.values()) for name in ("committed", "filled"))
    names = [column.name for column in COLUMNS]
    total: dict[str, Value] = {
        name: sum(value for row in rows if isinstance(value := row[names.index(name)], int)) for name in _SUMS
    }
    return total | {"utilisation": Fraction(filled, committed) if committed else None}


async def _commitments_on(
    reader: Reader, position: int, day: date, filters: Filters, refs: Sequence[str], rolls: Rolls
) -> list[Held]:
    """The commitments of some agreements as they stand on a day, in the order of their references."""
    agreements = await agreements_as_at(reader, position)
    spans = await queries.committed(reader, ("agreement",), Period(day, day), position, filters)
    of_each: dict[str, list[CommittedDays]] = defaultdict(list)
    for span in spans:
        of_each[span.group[0]].append(span)
    on_roll: dict[str, list[Place]] = defaultdict(list)
    for place in rolls.live:
        on_roll[place.agreement_ref].append(place)
    newcomers = _being_placed(rolls, day, agreements)
    found = []
    for ref in refs:
        now = commitments.on_day(of_each[ref], day) or Commitment()
        roll = on_roll[ref]
        served = {stratum(place) for place in roll}
        fits = tuple(place for place in newcomers if now.empty and stratum(place) in served)
        found.append(Held(agreements[ref], now, tuple(roll), fits))
    return found


async def _suggestions(
    reader: Reader, position: int, period: Period, standing: Sequence[Held], day: date
) -> list[Suggestion]:
    """Those being placed elsewhere who would fit some commitment, each shared out once (fitting.py).

    What each costs elsewhere is counted from a day to the end of a period.
    """
    newcomers = {place.ref: place for one in standing for place in one.would_fit}
    if not newcomers:
        return []
    daily = await daily_cost(reader, position, period, Filters(placement=tuple(newcomers)))
    costs = {
        ref: round_half_away(rate * max((period.last_day - max(newcomers[ref].first_day, day)).days + 1, 0))
        for ref, rate in daily.rates.items()
    }
    return shared_out([one.opening() for one in standing], newcomers.values(), costs)


async def _phase_ends(
    reader: Reader, position: int, standing: Sequence[Held], day: date, everyone: Sequence[Place]
) -> dict[str, list[date]]:
    """When those on each commitment's roll leave with their phase who have no recorded end."""
    phasing = phasing_of(everyone, day, LAST_YEAR_GROUP["post_16"])
    staying = {place.ref for one in standing for place in one.roll if place.last_day is None}
    placements = await placements_named(reader, staying, position)
    providers = {ref: one.provider_urn for ref, one in (await agreements_as_at(reader, position)).items()}
    found: dict[str, list[date]] = {one.agreement.ref: [] for one in standing}
    for leaver in expected_to_leave(placements.values(), providers, phasing, day, OPEN_DAY):
        if leaver.agreement_ref in found:
            found[leaver.agreement_ref].append(leaver.leaves_on)
    return found


def _being_placed(rolls: Rolls, day: date, agreements: Mapping[str, Agreement]) -> list[Place]:
    """Placements that begin after a day or began shortly before it, under agreements without committed places."""
    coming = [place for place in rolls.everyone if place.state_on(day) == "future"]
    lately = [place for place in rolls.live if place.first_day >= day - PLACED_LATELY]
    return [
        place
        for place in (*coming, *lately)
        if not any(terms.commitment_places for terms in agreements[place.agreement_ref].terms)
    ]


def under_water_on(spans: Sequence[CommittedDays], day: date, level: Fraction) -> date | None:
    """The first day, from one day on, on which fewer places are filled than a level, by the ends that are known."""
    for span in sorted(spans, key=lambda span: span.first_day):
        if span.last_day >= day and min(span.on_roll, span.places) < level:
            return max(span.first_day, day)
    return None


def with_phase_leavers(spans: Sequence[CommittedDays], leaving: Sequence[date]) -> list[CommittedDays]:
    """The spans of a commitment with fewer on roll after each of some days on which one leaves."""
    found = []
    for span in spans:
        begins = [one + timedelta(days=1) for one in sorted(set(leaving)) if span.first_day <= one < span.last_day]
        firsts = [span.first_day, *begins]
        lasts = [*(first - timedelta(days=1) for first in begins), span.last_day]
        for first, last in zip(firsts, lasts, strict=True):
            gone = sum(one < first for one in leaving)
            found.append(span._replace(first_day=first, last_day=last, on_roll=max(span.on_roll - gone, 0)))
    return found


def _sinks(spans: Sequence[CommittedDays], day: date, level: Fraction | None, *, never: bool) -> date | None:
    """The day from which a commitment is under water: at once where it costs more even with every place filled."""
    if level is None:
        return min((max(span.first_day, day) for span in spans), default=None) if never else None
    return under_water_on(spans, day, level)


async def _levels(
    reader: Reader, as_at: AsAt, period: Period, agreements: Sequence[Agreement], day: date, reference: str | None
) -> dict[str, Level]:
    """At how many filled places each commitment breaks even."""
    if reference is None:
        return {one.ref: Level(_against_own_card(one, day), never=False) for one in agreements}
    groups, _days = await model_groups(reader, as_at, period, Filters())
    other = groups[str(reference_of(groups, reference))]
    refs = tuple(one.ref for one in agreements)
    if not refs:
        return {}
    by, only = ("agreement", "need", "phase", "setting"), Filters(agreement=refs)
    asked = await figures.figures(reader, by, period, as_at.position, only, monthly=False)
    mixes: dict[str, dict[Stratum, int]] = {ref: {} for ref in refs}
    for (ref, *mix), ((days,),) in (await asked.days(by)).items():
        mixes[ref][mix[0], mix[1], mix[2]] = days
    targets = await targets_as_at(reader, as_at.position)
    cohort = await cohort_of(reader, period, as_at.position, only)
    members: dict[str, list[Member]] = defaultdict(list)
    for one in cohort.members.values():
        for ref in {one.placement.versions[place].agreement_ref for place in one.versions}:
            members[ref].append(one.only_on(ref))
    return {ref: _against_model(targets[ref], members[ref], mixes[ref], other, period) for ref in refs}


def _against_own_card(agreement: Agreement, day: date) -> Fraction | None:
    on = max(min(day, agreement.end_on or day), agreement.start_on)
    terms = version_on(agreement.terms, on, agreement.start_on) or agreement.terms[0]
    tiers = version_on(agreement.tier_sets, on, agreement.start_on)
    return break_even_places(terms, tiers.tiers if tiers else ())


def _against_model(
    target: Target, members: Sequence[Member], mix: Mapping[Stratum, int], other: Group, period: Period
) -> Level:
    """Against what a model costs for the commitment's own mix, as far as it serves that."""
    shared = {one: days for one, days in mix.items() if days and other.days.get(one)}
    if not shared:
        return Level(None, never=False)
    compared = sum((days * other.rate(one) for one, days in shared.items()), Fraction(0)) / sum(shared.values())
    days = {one.placement.ref: days for one in members if (days := days_in(one, period))}
    rates = average_rates(target, stand(target, members), days, 0, period)
    if rates is None:
        return Level(None, never=False)
    curve = occupancy_curve(target, Rates(rates.discounted, rates.undiscounted, compared), period)
    level = break_even(curve)
    return Level(level, never=bool(curve) and level is None)


async def _costs(
    reader: Reader, period: Period, position: int, filters: Filters, day: date
) -> dict[str, tuple[int, int]]:
    """Pence of empty places by agreement: of the months that are over on a day, and of the others."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for item in await figures.sums(reader, ("agreement", "kind"), period, position, filters):
        ref, kind = item.group
        if kind == "void":
            found[ref][month_days(item.month)[1] >= day] += item.cost
    return {ref: (costs[0], costs[1]) for ref, costs in found.items()}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def held_chart(result: Result) -> ChartSpec | None:
    """The places of the largest commitments on the day: filled, held by leavers in notice, empty."""
    shown = sorted((row for row in result.rows if row[1]), key=lambda row: -_whole(row[1]))[:MOST_BARS]
    if not shown:
        return None
    total = {name: value for name, value in result.total.items() if isinstance(value, int)}
    told = {name: number(total[name]) for name in ("places", "filled", "in_notice", "empty")}
    filled = (
        _(
            "Of %(places)s committed places %(filled)s are filled, %(in_notice)s are held by leavers in notice and "
            "%(empty)s stand empty.",
            **told,
        )
        if total["in_notice"]
        else _("Of %(places)s committed places %(filled)s are filled and %(empty)s stand empty.", **told)
    )
    lost = _(
        "In %(period)s empty places have cost %(so_far)s so far; %(to_come)s is still to come.",
        period=result.period.in_words(),
        so_far=whole_pounds(total["void_so_far"]),
        to_come=whole_pounds(total["void_to_come"]),
    )
    on = day_words(date.fromisoformat(result.options["day"]))
    series = ((_("Filled"), 2), (_("Held in notice"), 3), (_("Empty"), 4))
    return ChartSpec(
        "stacked_bars",
        _("Committed places on %(day)s", day=on)
        if len(shown) < MOST_BARS
        else _("The largest commitments on %(day)s", day=on),
        f"{filled} {lost}",
        tuple(str(row[0]) for row in shown),
        tuple(Series(name, tuple(_whole(row[place]) for row in shown)) for name, place in series),
        unit="number",
    )


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0
