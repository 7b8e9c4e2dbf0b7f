"""What prices rose by in a period, beside what schools asked and were offered, and what it costs in it and in a year.

Agreed is every change of a price, whether or not it came of an uplift round; asked and offered are what those requests
say whose rise falls in the period. The effect is the period as it is less the period at the prices before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any, Literal, NamedTuple, get_args

from commissioning.charges.known import providers_as_at
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.placements.placement import Placement
from commissioning.uplifts.effects import Cell, Level, price_at_levels
from commissioning.uplifts.facts import Rise, narrowest
from commissioning.uplifts.queries import DatedRequest, requests_within
from commissioning.uplifts.raising import raised
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import percent, whole_pounds
from contracts.rates import RateLine
from contracts.series import Lines, series_of
from contracts.versions import resolved
from exports.counterfactual.cohort import cohort_of, versions_chosen
from exports.counterfactual.targets import targets_as_at
from exports.forecast.to_date import has_voids
from exports.result import Column, Result, Value
from exports.schools_named import schools_named
from providers.words import told_apart

By = Literal["owner_group", "provider", "component", "need"]
SCHOOLS_OF_NO_GROUP = N_("Schools of no group")
HEADINGS: Mapping[str, str] = Labels(
    {
        "owner_group": N_("Owner group"),
        "provider": N_("School"),
        "component": N_("Component"),
        "need": N_("Need"),
    }
)
COLUMNS = (
    Column("asked_pct", "share", N_("Asked")),
    Column("asked_this_year", "money", N_("Asked, in the period")),
    Column("asked_full_year", "money", N_("Asked, in a full year")),
    Column("offered_pct", "share", N_("Offered")),
    Column("offered_this_year", "money", N_("Offered, in the period")),
    Column("offered_full_year", "money", N_("Offered, in a full year")),
    Column("agreed_pct", "share", N_("Agreed")),
    Column("effect_this_year", "money", N_("Effect in the period")),
    Column("effect_full_year", "money", N_("Effect in a full year")),
)
AgreedLevel = Literal["as_is", "old", "new"]
Figure = Literal["asked", "offered"]
LEVELS = (
    *get_args(AgreedLevel),
    *(f"{figure} {since}" for figure in get_args(Figure) for since in ("dated", "all through")),
)
"""What somebody asks or offers is priced twice: from its own day on, and as if it had held all through the period."""
CHANGED = 2
"""A series with so many prices in a period has changed in it."""
MOST_BARS = 12


@dataclass(slots=True)
class _Effect:
    """Pence of a period at each level; `figures` are those that somebody stated for a part of it."""

    pence: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    figures: set[str] = field(default_factory=set)

    def add(self, other: "_Effect") -> None:
        """Add another's."""
        for level, pence in other.pence.items():
            self.pence[level] += pence
        self.figures |= other.figures

    def is_told(self) -> bool:
        """Whether a price rose or somebody asked that one should."""
        return bool(self.figures) or self.pence["new"] != self.pence["old"]

    def row(self) -> tuple[Value, ...]:
        """Asked, offered and agreed: each as a part of all that is paid, and what it costs in the period and a year."""
        at = self.pence
        agreed = (self._part("new"), at["as_is"] - at["old"], at["new"] - at["old"])
        return *self._stated("asked"), *self._stated("offered"), *agreed

    def most(self) -> int:
        """The pence of the dearest of the three in a full year."""
        return (
            max(self.pence[level] for level in ("new", "asked all through", "offered all through")) - self.pence["old"]
        )

    def _stated(self, figure: Figure) -> tuple[Value, ...]:
        if figure not in self.figures:
            return None, None, None
        dated, through = (self.pence[f"{figure} {since}"] - self.pence["old"] for since in ("dated", "all through"))
        return self._part(f"{figure} all through"), dated, through

    def _part(self, level: str) -> Fraction | None:
        old = self.pence["old"]
        return Fraction(self.pence[level] - old, old) if old else None


@schools_named
async def uplifts(reader: Reader, as_at: AsAt, period: Period, filters: Filters, by: By) -> Result:
    """Rises of a period by owner group, school, component or need, the dearest first."""
    effects = await _effects(reader, as_at, period, filters)
    schools = await providers_as_at(reader, as_at.position)
    owners = {urn: school.facts.owner_group or _(SCHOOLS_OF_NO_GROUP) for urn, school in schools.items()}
    names = told_apart(schools.values()) if by == "provider" else {}
    groups: dict[str, _Effect] = defaultdict(_Effect)
    whole = _Effect()
    for (urn, component, need), effect in effects.items():
        named = {"owner_group": owners.get(urn, str(urn)), "provider": str(urn), "component": component, "need": need}
        groups[named[by]].add(effect)
        whole.add(effect)
    told = {name: effect for name, effect in groups.items() if effect.is_told()}
    rows = [(name, *effect.row()) for name, effect in sorted(told.items(), key=lambda one: (-one[1].most(), one[0]))]
    result = Result(
        "uplifts",
        _("Uplifts asked, offered and agreed"),
        as_at,
        period,
        filters,
        (Column(by, "text", HEADINGS[by], names=names), *COLUMNS),
        tuple(rows),
        dict(zip([column.name for column in COLUMNS], whole.row(), strict=True)),
        (
            _("Asked, offered and agreed are parts of all that a row pays at the prices before the period's rises."),
            _("The full year is the period with the new prices from its first day on."),
            _("What is asked and offered counts in the period from the day from which it would hold."),
        ),
        {"by": by},
    )
    return replace(result, chart=uplifts_chart(result))


async def _effects(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> dict[Cell, _Effect]:
    """Pence at every level by school, component and need, of what filters let through."""
    everyone = await cohort_of(reader, period, as_at.position, Filters())
    stated = await requests_within(reader, period, as_at.position)
    effects: dict[Cell, _Effect] = defaultdict(_Effect)
    for ref, target in (await targets_as_at(reader, as_at.position)).items():
        standing = [one.placement for one in everyone.members.values() if _stands_on(one.placement, ref)]
        chosen = {one.ref: versions_chosen(one, everyone.agreements, filters) for one in standing}
        urn = target.agreement.provider_urn
        levels = _levels(period, [one for one in stated if one.request.subject.provider_urn == urn])
        empty = has_voids(target.agreement, filters)
        found = price_at_levels(target.agreement, target.calendar, standing, levels, period, chosen, empty=empty)
        for (level, cell, _kind), pence in found.items():
            effects[cell].pence[level] += pence
    for one, _applies_from in stated:
        for cell, effect in effects.items():
            if (cell.provider_urn, cell.component) == (one.subject.provider_urn, one.subject.component):
                effect.figures |= {name for name, rise in (("asked", one.asked), ("offered", one.offered)) if rise}
    return effects


def _levels(period: Period, stated: Sequence[DatedRequest]) -> dict[str, Level]:
    """The levels of one school's prices, whose requests are given; what nobody asked for stays at the old price."""

    def agreed(name: AgreedLevel) -> Level:
        return lambda lines, start, _agreement, _placement: at_level(lines, start, period, name)

    def as_stated(figure: Figure, *, dated: bool) -> Level:
        rises = {
            one.request.subject: Raise(getattr(one.request, figure), one.applies_from if dated else None)
            for one in stated
        }

        def level(lines: Lines, start: date, agreement_ref: str, placement_ref: str | None) -> Lines:
            def rise_of(line: RateLine) -> Raise | None:
                subject = narrowest(rises, agreement_ref, placement_ref, line)
                return None if subject is None else rises[subject]

            return at_rise(at_level(lines, start, period, "old"), start, period, rise_of)

        return level

    return {
        **{name: agreed(name) for name in get_args(AgreedLevel)},
        **{f"{figure} dated": as_stated(figure, dated=True) for figure in get_args(Figure)},
        **{f"{figure} all through": as_stated(figure, dated=False) for figure in get_args(Figure)},
    }


def _stands_on(placement: Placement, ref: str) -> bool:
    return any(version.agreement_ref == ref for version in placement.versions)


def at_level(lines: Lines, owner_start: date, period: Period, level: AgreedLevel) -> Lines:
    """Prices as they are, as if none had changed in a period, or as if the last of it had held all through.

    What held on the eve of the period is the old price: the commonest day of a rise is the year's first. A series that
    begins or ends in the period is no rise: it stays as it is, and one that begins on its first day holds all through.
    """
    if level == "as_is" or not lines:
        return lines
    found: list[RateLine] = []
    changed = False
    for series, days, held in _series_held(lines, owner_start, period):
        last = max((place for place, day in enumerate(days) if day <= period.last_day), default=None)
        within = [] if held is None or last is None else series[held : last + 1]
        if len(within) < CHANGED or series[0].unit == "once" or any(not line.amount for line in within):
            found += series
            continue
        kept = within[0] if level == "old" else replace(within[-1], effective_from=within[0].effective_from)
        found += [*series[:held], kept, *series[(last or 0) + 1 :]]
        changed = True
    return tuple(found) if changed else lines


class Raise(NamedTuple):
    """What a price would rise by, None where nothing is said of it, and from which day; None from its own first day."""

    rise: Rise | None
    since: date | None


def at_rise(lines: Lines, owner_start: date, period: Period, rise_of: Callable[[RateLine], Raise | None]) -> Lines:
    """Old prices, raised by what was asked or offered for what held on the eve of the period."""
    found: list[RateLine] = []
    changed = False
    for series, days, held in _series_held(lines, owner_start, period):
        stated = None if held is None or series[held].unit == "once" else rise_of(series[held])
        if held is None or stated is None or stated.rise is None or not series[held].amount:
            found += series
            continue
        old = series[held]
        new = replace(old, amount=raised(old.amount, stated.rise))
        if stated.since is None or stated.since <= days[held]:
            found += [*series[:held], new, *series[held + 1 :]]
        else:
            found += [*series[: held + 1], replace(new, effective_from=stated.since), *series[held + 1 :]]
        changed = True
    return tuple(found) if changed else lines


def _series_held(
    lines: Lines, owner_start: date, period: Period
) -> Iterator[tuple[list[RateLine], list[date], int | None]]:
    """Each series in the order of its days, those days, and the number of the price before the period's rises."""
    ordered = sorted(lines, key=lambda line: (*map(str, series_of(line)), resolved(line, owner_start)))
    for _series_key, of_series in groupby(ordered, key=series_of):
        series = list(of_series)
        days = [resolved(line, owner_start) for line in series]
        before = [place for place, day in enumerate(days) if day < period.first_day]
        held = before[-1] if before else 0 if days[0] == period.first_day else None
        yield series, days, held


def uplifts_chart(result: Result) -> ChartSpec | None:
    """What the dearest rises cost: the agreed in the period and a full year, or what is asked and offered beside."""
    if not result.rows:
        return None
    key, shown = result.columns[0], result.by_name()[:MOST_BARS]
    beside = any(result.total[f"{figure}_full_year"] is not None for figure in get_args(Figure))
    series = BESIDE if beside else ALONE
    return ChartSpec(
        "grouped_bars",
        _("Rises in a full year by %(key)s", key=key.heading.lower())
        if beside
        else _("Effect of agreed rises by %(key)s", key=key.heading.lower()),
        _sentence(result, shown),
        tuple(key.called(row[key.name]) for row in shown),
        tuple(Series(name, tuple(_pence(row[column]) for row in shown)) for column, name in series.items()),
    )


ALONE = Labels({"effect_this_year": N_("In the period"), "effect_full_year": N_("In a full year")})
BESIDE = Labels({"asked_full_year": N_("Asked"), "offered_full_year": N_("Offered"), "effect_full_year": N_("Agreed")})


def _sentence(result: Result, shown: Sequence[Mapping[str, Any]]) -> str:
    """What is agreed and what of it is the most; what is asked and offered, as far as anybody did."""
    total, agreed = result.total, result.total["agreed_pct"]
    told = [_("No price has risen yet in %(period)s.", period=result.period.in_words())]
    if total["effect_full_year"]:
        risen = percent(Fraction(agreed) * 100) if isinstance(agreed, int | Fraction) else "0%"
        most = max(shown, key=lambda row: _pence(row["effect_full_year"]))
        told = [
            _(
                "Prices agreed in %(period)s rose by %(risen)s on average. That costs %(this_year)s in the period and "
                "%(full_year)s in a full year; the most is %(name)s with %(most)s.",
                period=result.period.in_words(),
                risen=risen,
                this_year=whole_pounds(_pence(total["effect_this_year"])),
                full_year=whole_pounds(_pence(total["effect_full_year"])),
                name=result.columns[0].called(most[result.columns[0].name]),
                most=whole_pounds(_pence(most["effect_full_year"])),
            )
        ]
    if total["asked_full_year"] is not None:
        stated = {name: whole_pounds(_pence(total[f"{name}_full_year"])) for name in get_args(Figure)}
        told.append(
            _("What schools asked would cost %(asked)s in a full year.", **stated)
            if total["offered_full_year"] is None
            else _("What schools asked would cost %(asked)s in a full year, what is offered %(offered)s.", **stated)
        )
    return " ".join(told)


def _pence(value: Value) -> int:
    return value if isinstance(value, int) else 0
