"""A cohort under another agreement's terms, worked plainly day by day from the written rules (pricing.md §8).

Each day has a book of its own, in which the cohort's placements stand under the target with the prices that are left
to them on that day.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from tests.brute_force.facts import Agreement, Book, Package, Placement, World, academic_year, days_of, read_world
from tests.brute_force.prices import (
    DayCost,
    Key,
    agreement_day,
    charges_by_day,
    day_pence,
    financial_year_start,
    fits,
    held_lines,
    in_span,
    on_roll,
    once_lines,
    package_on,
    payable_until,
    unpriced,
)

InCohort = Callable[[Placement, Package], bool]
"""Whether a placement's days under one of its versions are in the cohort."""

ELSEWHERE = "elsewhere"


@dataclass
class Answer:
    """Pence by placement as bought and under the target, who has no price, and the empty places' pence."""

    baseline: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    scenario: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unpriced: set[str] = field(default_factory=set)
    on_roll: set[str] = field(default_factory=set)
    void: int = 0


def counterfactual(world: World, target_ref: str, chosen: InCohort, first: date, last: date) -> Answer:
    """Return what the chosen days cost as bought and would cost under an agreement, the roll being the cohort alone."""
    book, answer = read_world(world), Answer()
    target = book.agreements[target_ref]
    placements = {placement.ref: placement for placement in book.placements}
    for (_, ref, _, _), days in charges_by_day(world, first, last).items():
        for one, (pence, _, _) in day_pence(days, first, last).items():
            if ref is not None and chosen(placements[ref], standing(placements[ref], one)):
                answer.baseline[ref] += pence
    for (_, ref, _, _), days in _under(book, target, chosen, first, last).items():
        pence = sum(amounts[0] for amounts in day_pence(days, first, last).values())
        if ref is None:
            answer.void += pence
        else:
            answer.scenario[ref] += pence
    for placement in book.placements:
        for one in days_of(first, last):
            if on_roll(placement, one) and chosen(placement, package_on(placement, one)):
                answer.on_roll.add(placement.ref)
                if _no_price(book, target, placement, chosen, one):
                    answer.unpriced.add(placement.ref)
    return answer


def standing(placement: Placement, one: date) -> Package:
    """Return the version that holds on a day, after end_on the one it left from."""
    return package_on(placement, one if placement.end_on is None else min(one, placement.end_on))


def _under(book: Book, target: Agreement, chosen: InCohort, first: date, last: date) -> dict[Key, dict[date, DayCost]]:
    found: dict[Key, dict[date, DayCost]] = defaultdict(dict)
    moved = _moved(book, target, chosen)
    payable = {placement.ref: payable_until(moved, placement) for placement in moved.placements}
    for one in days_of(financial_year_start(first), last):
        if in_span(target, one) and target.calendar.covered(academic_year(one)):
            today = replace(moved, placements=[_with_prices_of(book, target, mine, one) for mine in moved.placements])
            for key, cost in agreement_day(today, payable, target, one):
                if cost.cost:
                    found[key].setdefault(one, DayCost()).cost += cost.cost
    return found


def _moved(book: Book, target: Agreement, chosen: InCohort) -> Book:
    """Return the book with the cohort's days under the target and all others under an agreement that never was."""
    nowhere = replace(target, ref=ELSEWHERE, start_on=date.min, end_on=date.min)
    placements = [
        replace(
            placement,
            versions=[
                replace(version, agreement=target.ref if chosen(placement, version) else ELSEWHERE)
                for version in placement.versions
            ],
        )
        for placement in book.placements
    ]
    return Book(book.agreements | {ELSEWHERE: nowhere}, placements)


def _with_prices_of(book: Book, target: Agreement, moved: Placement, one: date) -> Placement:
    """Return a placement with the own lines that are left to it on a day."""
    before = next(placement for placement in book.placements if placement.ref == moved.ref)
    if one < before.start_on or standing(before, one).agreement == target.ref:
        return moved
    priced = {line.component for line in target.card}
    return replace(moved, own=[line for line in moved.own if line.component not in priced])


def _no_price(book: Book, target: Agreement, placement: Placement, chosen: InCohort, one: date) -> bool:
    if unpriced(book, placement, one):
        return True
    moved = _moved(replace(book, placements=[placement]), target, chosen)
    mine = _with_prices_of(book, target, moved.placements[0], one)
    if unpriced(replace(moved, placements=[mine]), mine, one):
        return True
    package = package_on(placement, one)
    if package.agreement == target.ref:
        return False
    base = book.agreements[package.agreement]
    card = [*held_lines(base.card, one), *once_lines(base.card, one)]
    had = [line for line in card if fits(line, package.band, package.setting)]
    had += [*held_lines(placement.own, one), *once_lines(placement.own, one)]
    theirs = [line for line in target.card if line.effective_from <= one]
    said = {line.component for line in theirs if fits(line, package.band, package.setting)}
    priced = {line.component for line in target.card}
    return any(line.component in priced - said for line in had)
