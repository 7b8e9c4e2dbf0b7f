"""The comparison of models, worked plainly from the day-by-day prices.

Costs are whole pence: the sum of the rounded rows of the period's months. Where a month's row belongs to two
strata, because a placement changed setting inside it, each has the pence that its own days add to the rounded
cumulative, so the strata still add up to the row. Ratios are exact fractions, money in them is pence.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.brute_force.facts import Book, Placement, World, days_of, read_world
from tests.brute_force.prices import (
    charges_by_day,
    committed_days,
    day_pence,
    fee_year_span,
    financial_year_start,
    on_roll,
    package_on,
)

Stratum = tuple[str, str, str]
"""Need, phase and setting."""


@dataclass
class Tally:
    """What is counted of one model, or of the whole cohort: days, and pence."""

    pupils: set[str] = field(default_factory=set)
    days: dict[Stratum, int] = field(default_factory=lambda: defaultdict(int))
    paid: dict[Stratum, int] = field(default_factory=lambda: defaultdict(int))
    """Attendance and notice pence by stratum."""
    attendance: int = 0
    notice: int = 0
    void: int = 0
    committed: int = 0
    occupied_committed: int = 0

    @property
    def occupied(self) -> int:
        """Calendar days on roll."""
        return sum(self.days.values())

    @property
    def cost(self) -> int:
        """Attendance, notice and void together."""
        return self.attendance + self.notice + self.void

    def yearly(self, pence: int, year: Fraction) -> Fraction | None:
        """Return pence for each FTE year, None where nobody was on roll."""
        return Fraction(pence) / self.occupied * year if self.occupied else None

    def rate(self, stratum: Stratum, year: Fraction) -> Fraction:
        """Return the attendance and notice pence for each FTE year in a stratum that is served."""
        return Fraction(self.paid[stratum]) / self.days[stratum] * year


@dataclass
class ModelFigures:
    """One row of the comparison; None where a figure has no meaning or no reference was asked for."""

    model: str
    pupils: int
    occupied_days: int
    fte: Fraction
    cost: int
    attendance: int
    notice: int
    void: int
    cost_per_fte_year: Fraction | None
    void_share: Fraction | None
    utilisation: Fraction | None
    like_for_like: Fraction | None
    coverage: Fraction | None
    index: Fraction | None
    price_effect: Fraction | None = None
    mix_effect: Fraction | None = None
    void_effect: Fraction | None = None
    unshared_effect: Fraction | None = None


def compare_rows(world: World, first: date, last: date, reference: str | None = None) -> dict[str, ModelFigures]:
    """Return the figures of each model with a pupil, a cost or a committed place in whole months."""
    tallies, cohort = tally(world, first, last)
    year = year_days(first, last)
    period = (last - first).days + 1
    found = {}
    for model, counted in tallies.items():
        figures = own_figures(model, counted, cohort, year, period)
        if reference in tallies:
            set_effects(figures, counted, tallies[reference], year)
        found[model] = figures
    return found


def year_days(first: date, last: date) -> Fraction:
    """Return the days in the period's financial year, 365.25 where it touches several."""
    start = financial_year_start(first)
    if start != financial_year_start(last):
        return Fraction(1461, 4)
    begin, end = fee_year_span("financial", start)
    return Fraction((end - begin).days + 1)


def tally(world: World, first: date, last: date) -> tuple[dict[str, Tally], Tally]:
    """Return what is counted of each model, and of the whole cohort."""
    book = read_world(world)
    models: dict[str, Tally] = defaultdict(Tally)
    cohort = Tally()
    placements = {placement.ref: placement for placement in book.placements}
    for placement in book.placements:
        for one in days_of(first, last):
            if on_roll(placement, one):
                for counted in (models[model_on(book, placement, one)], cohort):
                    counted.pupils.add(placement.pupil)
                    counted.days[stratum_on(placement, one)] += 1
    for (agreement, ref, _, kind), days in charges_by_day(world, first, last).items():
        for one, (pence, _, _) in day_pence(days, first, last).items():
            for counted in (models[book.agreements[agreement].model], cohort):
                setattr(counted, kind, getattr(counted, kind) + pence)
                if ref is not None:
                    counted.paid[stratum_on(placements[ref], one)] += pence
    for agreement, (committed, occupied) in committed_days(world, first, last).items():
        counted = models[book.agreements[agreement].model]
        counted.committed += committed
        counted.occupied_committed += occupied
    return {model: it for model, it in models.items() if it.occupied or it.cost or it.committed}, cohort


def model_on(book: Book, placement: Placement, one: date) -> str:
    """Return the model of the agreement that a placement is under on a day on roll."""
    return book.agreements[package_on(placement, one).agreement].model


def stratum_on(placement: Placement, one: date) -> Stratum:
    """Return the stratum of a placement on a day; after end_on, the one it left from."""
    held = one if placement.end_on is None else min(one, placement.end_on)
    package = package_on(placement, held)
    return placement.need, package.phase, package.setting


def own_figures(model: str, counted: Tally, cohort: Tally, year: Fraction, period: int) -> ModelFigures:
    """Return a model's figures that need no reference model."""
    weights = {stratum: Fraction(days, cohort.occupied) for stratum, days in cohort.days.items()}
    served = [stratum for stratum, days in counted.days.items() if days]
    coverage = sum((weights[stratum] for stratum in served), Fraction(0)) if cohort.occupied else None
    like_for_like = index = None
    if coverage:
        own = sum(weights[stratum] * counted.rate(stratum, year) for stratum in served)
        whole = sum(weights[stratum] * cohort.rate(stratum, year) for stratum in served)
        like_for_like = own / coverage
        if coverage >= Fraction(1, 2) and whole:
            index = 100 * own / whole
    return ModelFigures(
        model=model,
        pupils=len(counted.pupils),
        occupied_days=counted.occupied,
        fte=Fraction(counted.occupied, period),
        cost=counted.cost,
        attendance=counted.attendance,
        notice=counted.notice,
        void=counted.void,
        cost_per_fte_year=counted.yearly(counted.cost, year),
        void_share=Fraction(counted.void, counted.cost) if counted.cost else None,
        utilisation=Fraction(counted.occupied_committed, counted.committed) if counted.committed else None,
        like_for_like=like_for_like,
        coverage=coverage,
        index=index,
    )


def set_effects(figures: ModelFigures, counted: Tally, reference: Tally, year: Fraction) -> None:
    """Give the figures their effects against a reference model, which add up to the gap per FTE year."""
    if not counted.occupied or not reference.occupied:
        return
    shared = [stratum for stratum, days in counted.days.items() if days and reference.days.get(stratum)]
    mine = sum(counted.days[stratum] for stratum in shared)
    theirs = sum(reference.days[stratum] for stratum in shared)
    price = mix = Fraction(0)
    for stratum in shared:
        weight = Fraction(counted.days[stratum], mine)
        other = Fraction(reference.days[stratum], theirs)
        price += weight * (counted.rate(stratum, year) - reference.rate(stratum, year))
        mix += (weight - other) * reference.rate(stratum, year)
    gap = Fraction(counted.cost, counted.occupied) - Fraction(reference.cost, reference.occupied)
    empty = Fraction(counted.void, counted.occupied) - Fraction(reference.void, reference.occupied)
    figures.price_effect = price
    figures.mix_effect = mix
    figures.void_effect = empty * year
    figures.unshared_effect = gap * year - empty * year - price - mix
