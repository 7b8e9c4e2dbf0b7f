"""Which commissioning model is better value for the same children (pricing.md §8, compare).

Averages mislead because the mix of needs differs: so each model is also priced at the whole cohort's mix (like
for like), and its gap to a reference model is split into price, mix, void and what the two do not share.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from commissioning.charges.figures import figures
from commissioning.charges.known import providers_as_at, school_names
from commissioning.charges.periods import Period, month_days
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from commissioning.ledger.time import financial_year_name
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import number
from contracts.school_year import academic_year_name
from contracts.words import MODELS
from exports.result import Column, Result, Value, round_half_away
from exports.schools_named import schools_named
from exports.spending.comparison_charts import SMALL_COHORT, comparison_chart
from exports.spending.spread import RESAMPLES, SEED, Share, spread_of
from exports.spending.strata import Group, days_in_year, model_groups

LEAST_COVERAGE = Fraction(1, 2)
"""Below this share of the cohort's days a like-for-like index would speak for children it did not serve."""

COLUMNS = (
    Column("model", "text", N_("Model")),
    Column("pupils", "count", N_("Pupils")),
    Column("occupied_days", "count", N_("Days on roll")),
    Column("fte", "ratio", "FTE"),
    Column("cost", "money", N_("Cost")),
    Column("attendance", "money", N_("Attendance")),
    Column("notice", "money", N_("Notice")),
    Column("void", "money", N_("Voids")),
    Column("cost_per_fte_year", "money", N_("Cost per FTE year")),
    Column("void_share", "share", N_("Void share")),
    Column("utilisation", "share", N_("Utilisation")),
    Column("like_for_like", "money", N_("Like for like")),
    Column("coverage", "share", N_("Coverage")),
    Column("index", "ratio", N_("Index")),
    Column("price_effect", "money", N_("Price effect")),
    Column("mix_effect", "money", N_("Mix effect")),
    Column("void_effect", "money", N_("Void effect")),
    Column("unshared_effect", "money", N_("Unshared")),
)


_TOTALS = [column.name for column in COLUMNS[1:11]]

SPREAD = (
    Column("lower_quartile", "money", N_("Lower quartile")),
    Column("median", "money", N_("Median")),
    Column("upper_quartile", "money", N_("Upper quartile")),
    Column("interval_low", "money", N_("Average, from")),
    Column("interval_high", "money", N_("Average, to")),
)
"""Beside each average, where it is asked for: quartiles over pupils, and a 95% interval of the cost per FTE year."""

Within = Literal["need", "phase", "setting", "area", "provider", "owner_group"]
Over = Literal["year", "term"]
WITHIN_HEADINGS: Mapping[str, str] = Labels(
    {
        "need": N_("Need"),
        "phase": N_("Phase"),
        "setting": N_("Setting"),
        "area": N_("Home area"),
        "provider": N_("School"),
        "owner_group": N_("Owner group"),
    }
)
NO_GROUP = N_("no group")
OVER_HEADINGS: Mapping[Over, str] = Labels({"year": N_("Year"), "term": N_("Term")})


@dataclass(frozen=True, slots=True)
class Depth:
    """What a comparison is asked beside the models themselves."""

    within: Within | None = None
    over: Over | None = None
    spread: bool = False


PLAIN = Depth()


@schools_named
async def compare(
    reader: Reader,
    as_at: AsAt,
    period: Period,
    filters: Filters,
    reference: str | None = None,
    depth: Depth = PLAIN,
) -> Result:
    """The models of a cohort beside each other and against a reference; by default spot, or the largest.

    Asked `within` a grouping, each of its values is a cohort of its own; asked `over` years or terms, each of those is.
    """
    groups, cohort = await model_groups(reader, as_at, period, filters)
    reference = reference_of(groups, reference)
    rows: list[tuple[Value, ...]] = []
    small: dict[str, list[str]] = defaultdict(list)
    columns = await _key_columns(reader, as_at, period, depth)
    for keys, part, only in await _parts(reader, as_at, period, filters, depth):
        if keys:
            groups, whole = await model_groups(reader, as_at, part, only)
        else:
            whole = cohort
        spreads = await _spreads(reader, as_at, part, only, groups) if depth.spread else {}
        year = days_in_year(part)
        for model, group in sorted(groups.items()):
            other = groups.get(reference or "", group if reference is None else Group())
            figures_of = (*_figures(group, part, year), *_like_for_like(group, whole, year))
            rows.append((*keys, model, *figures_of, *_effects(group, other, year), *spreads.get(model, ())))
            if 0 < group.pupils < SMALL_COHORT:
                named = ", ".join(column.called(key) for column, key in zip(columns, keys, strict=True))
                small[named].append(MODELS.get(model, model).lower())
    result = Result(
        "compare",
        _("Commissioning models compared"),
        as_at,
        period,
        filters,
        (*columns, *COLUMNS, *(SPREAD if depth.spread else ())),
        tuple(rows),
        dict(
            zip([column.name for column in COLUMNS[1:11]], _figures(cohort, period, days_in_year(period)), strict=True)
        ),
        tuple(_notes(small, depth)),
        _options(reference, depth),
    )
    return replace(result, chart=comparison_chart(result))


async def _key_columns(reader: Reader, as_at: AsAt, period: Period, depth: Depth) -> list[Column]:
    terms = _terms_in_words(period) if depth.over == "term" else {}
    columns = [Column(depth.over, "text", OVER_HEADINGS[depth.over], names=terms)] if depth.over else []
    if depth.within:
        names = await school_names(reader, as_at.position) if depth.within == "provider" else {}
        columns.append(Column(depth.within, "text", WITHIN_HEADINGS[depth.within], names=names))
    return columns


def _options(reference: str | None, depth: Depth) -> dict[str, str]:
    options = {"reference": reference} if reference else {}
    options |= {name: value for name, value in (("over", depth.over), ("within", depth.within)) if value}
    if depth.spread:
        options |= {"spread": "yes", "seed": str(SEED), "resamples": str(RESAMPLES)}
    return options


def _notes(small: Mapping[str, Sequence[str]], depth: Depth) -> list[str]:
    told = [f"{named}: {', '.join(models)}" if named else ", ".join(models) for named, models in sorted(small.items())]
    notes = [_("Fewer than %(least)s pupils: %(told)s.", least=SMALL_COHORT, told="; ".join(told))] if told else []
    if depth.within in ("need", "phase", "setting", "area"):
        notes.append(_("Empty places belong to no pupil and so stand in none of these groups."))
    if depth.over == "term":
        notes.append(_("Terms are whole months: autumn from September, spring from January, summer from April."))
    if depth.spread:
        notes.append(
            _(
                "Quartiles are of the pupils' own yearly cost without empty places. The average falls between its two "
                "ends in 95%% of %(draws)s draws of the same number of pupils (seed %(seed)s).",
                draws=number(RESAMPLES),
                seed=SEED,
            )
        )
    return notes


async def _parts(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, depth: Depth
) -> list[tuple[tuple[str, ...], Period, Filters]]:
    """The cohorts that a comparison falls into, each with its keys; one without keys where it is asked no deeper."""
    times: list[tuple[tuple[str, ...], Period]] = [((), period)]
    if depth.over:
        times = _years(period) if depth.over == "year" else _terms(period)
    if depth.within is None:
        return [(keys, part, filters) for keys, part in times]
    values = await _values(reader, as_at, period, filters, depth.within)
    return [((*keys, name), part, only) for keys, part in times for name, only in values]


def _years(period: Period) -> list[tuple[tuple[str, ...], Period]]:
    return [((financial_year_name(part.first_day),), part) for part in period.by_year()]


def _terms(period: Period) -> list[tuple[tuple[str, ...], Period]]:
    """The terms as whole months: they never lie in two financial years, because summer begins with April."""
    found: dict[str, list[date]] = {}
    for month in period.months():
        first, last = month_days(month)
        term = next(name for name, begins in _TERM_MONTHS if first.month >= begins)
        found.setdefault(f"{academic_year_name(first)} {term}", [first, last])[1] = last
    return [((name,), Period(first, last)) for name, (first, last) in found.items()]


_TERM_MONTHS = (("autumn", 9), ("summer", 4), ("spring", 1))
_TERMS = Labels({"autumn": N_("autumn"), "spring": N_("spring"), "summer": N_("summer")})


def _terms_in_words(period: Period) -> dict[str, str]:
    """What people call the terms of a period."""
    keys = [key.split(" ") for (key,), _part in _terms(period)]
    return {f"{year} {term}": _("%(year)s %(term)s", year=year, term=_TERMS[term]) for year, term in keys}


async def _values(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, within: Within
) -> list[tuple[str, Filters]]:
    """The values of a grouping that the cohort has, each with the filters that choose it."""
    if within != "owner_group":
        asked = await figures(reader, (within,), period, as_at.position, filters, monthly=False)
        values = {str(value) for (value,), ((days,),) in (await asked.days((within,))).items() if value and days}
        return [(value, replace(filters, **{within: (value,)})) for value in sorted(values)]
    schools: dict[str, list[str]] = {}
    for urn, school in (await providers_as_at(reader, as_at.position)).items():
        if not filters.provider or str(urn) in filters.provider:
            schools.setdefault(school.facts.owner_group or _(NO_GROUP), []).append(str(urn))
    return [(name, replace(filters, provider=tuple(urns))) for name, urns in sorted(schools.items())]


async def _spreads(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, groups: Mapping[str, Group]
) -> dict[str, tuple[Value, ...]]:
    """The spread of each model over its pupils, in whole pence; nothing of a model that has too few."""
    by = ("model", "pupil")
    asked = await figures(reader, by, period, as_at.position, filters, monthly=False)
    pupils: dict[str, dict[str, list[int]]] = {}
    for place, found in enumerate((await asked.days(by), await asked.cost(by))):
        for (model, pupil), ((amount,),) in found.items():
            if pupil is not None:
                pupils.setdefault(model, {}).setdefault(pupil, [0, 0])[place] += amount
    # Half a second of drawing for a county: in a thread, so that others are answered meanwhile.
    return await asyncio.to_thread(_drawn, pupils, groups, days_in_year(period))


def _drawn(
    pupils: Mapping[str, Mapping[str, list[int]]], groups: Mapping[str, Group], year: Fraction
) -> dict[str, tuple[Value, ...]]:
    spreads: dict[str, tuple[Value, ...]] = {}
    for model, group in groups.items():
        shares = [Share(*amounts) for amounts in pupils.get(model, {}).values()]
        spread = spread_of(shares, group.kinds["void"], year)
        spreads[model] = (None,) * len(SPREAD) if spread is None else tuple(map(round_half_away, spread))
    return spreads


def _figures(group: Group, period: Period, year: Fraction) -> tuple[Value, ...]:
    per_day = group.per_day(group.cost)
    return (
        group.pupils,
        group.occupied_days,
        Fraction(group.occupied_days, period.days),
        group.cost,
        group.kinds["attendance"],
        group.kinds["notice"],
        group.kinds["void"],
        None if per_day is None else round_half_away(per_day * year),
        Fraction(group.kinds["void"], group.cost) if group.cost else None,
        Fraction(group.filled, group.committed) if group.committed else None,
    )


def _like_for_like(group: Group, cohort: Group, year: Fraction) -> tuple[Value, ...]:
    """Like for like, coverage and index; the weights are the whole cohort's days, so they need no dividing."""
    strata = group.strata()
    weight = sum(cohort.days[stratum] for stratum in strata)
    if not weight:
        return None, None, None
    own = sum((cohort.days[stratum] * group.rate(stratum) for stratum in strata), Fraction(0))
    all_models = sum((cohort.days[stratum] * cohort.rate(stratum) for stratum in strata), Fraction(0))
    coverage = Fraction(weight, cohort.occupied_days)
    index = 100 * own / all_models if all_models and coverage >= LEAST_COVERAGE else None
    return round_half_away(own / weight * year), coverage, index


def _effects(group: Group, reference: Group, year: Fraction) -> tuple[Value, ...]:
    """Price, mix, void and unshared effects in pence per FTE year; as printed they add up to the printed gap."""
    own, other = group.per_day(group.cost), reference.per_day(reference.cost)
    if own is None or other is None:
        return None, None, None, None
    shared = group.strata() & reference.strata()
    price = mix = Fraction(0)
    weight_own = sum(group.days[stratum] for stratum in shared)
    weight_other = sum(reference.days[stratum] for stratum in shared)
    for stratum in shared:
        share_own = Fraction(group.days[stratum], weight_own)
        share_other = Fraction(reference.days[stratum], weight_other)
        price += share_own * (group.rate(stratum) - reference.rate(stratum))
        mix += (share_own - share_other) * reference.rate(stratum)
    void = Fraction(group.kinds["void"], group.occupied_days) - Fraction(
        reference.kinds["void"], reference.occupied_days
    )
    gap = round_half_away(own * year) - round_half_away(other * year)
    printed = [round_half_away(effect * year) for effect in (price, mix, void)]
    return (*printed, gap - sum(printed))


def reference_of(groups: Mapping[str, Group], asked: str | None) -> str | None:
    """The model to measure against: the one asked for, else spot, or the largest; `Refused` where it is not there."""
    if asked is not None and asked not in groups:
        raise Refused(
            Fault(
                "reference",
                said("No charge or day of the model “%(asked)s” is in this cohort.", asked=asked),
                "reference",
                said("one of %(models)s", models=", ".join(sorted(groups)))
                if groups
                else said("one of no models: the cohort is empty"),
                status=400,
            )
        )
    if asked is not None or not groups:
        return asked
    return "spot" if "spot" in groups else max(sorted(groups), key=lambda model: groups[model].occupied_days)
