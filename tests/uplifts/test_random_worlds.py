"""Uplifts in random councils: what one costs is what pricing everything anew, day by day, says it costs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import strategies as st

from commissioning.charges.periods import Period
from commissioning.uplifts.facts import Subject
from contracts.rates import Component
from tests.brute_force.facts import Book, Line, World, read_world
from tests.brute_force.worlds import periods, worlds
from tests.examples import on_each_store
from tests.exports.test_uplifts import cost_of
from tests.uplifts.rounds import agrees, asks, do, modelled, opened
from tests.worlds.council import new_council

PERCENTS = st.decimals(-20, 20, places=2).filter(bool)
COMPONENTS: tuple[Component, ...] = ("education", "residential", "therapy", "support", "transport")


def raised_by_hand(lines: list[Line], component: str, day: date, percent: Decimal) -> Iterator[Line]:
    """The lines that come of an uplift: of each series what holds on the eve, unless the day has its own price."""
    series = {(line.unit, line.band, line.setting) for line in lines if line.component == component}
    for unit, band, setting in sorted(series, key=str):
        of_it = [
            line
            for line in lines
            if (line.component, line.unit, line.band, line.setting) == (component, unit, band, setting)
        ]
        held = [line for line in of_it if line.effective_from < day]
        if not held or unit == "once" or any(line.effective_from == day for line in of_it):
            continue
        last = max(held, key=lambda line: line.effective_from)
        pence = Decimal(last.amount.numerator) / Decimal(last.amount.denominator) * 100
        exact = (pence * (100 + percent) / 100).quantize(Decimal(1), ROUND_HALF_UP)
        if last.amount:
            yield replace(last, effective_from=day, amount=Fraction(int(exact), 100))


def raise_by_hand(book: Book, refs: set[str], component: str, day: date, percent: Decimal) -> None:
    """Raises the cards of some agreements, and the own prices of whoever is on roll under them on the day."""
    of_school = {ref: one for ref, one in book.agreements.items() if ref in refs and one.end_on >= day}
    for owner in of_school.values():
        owner.card = [*owner.card, *raised_by_hand(owner.card, component, day, percent)]
    for placement in book.placements:
        if placement.start_on <= day <= (placement.end_on or date.max):
            held = [one for one in placement.versions if one.effective_from <= day]
            if held and max(held, key=lambda one: one.effective_from).agreement in of_school:
                placement.own = [*placement.own, *raised_by_hand(placement.own, component, day, percent)]


@on_each_store(16, world=worlds(), period=periods(), percent=PERCENTS, data=st.data())
def test_an_uplift_costs_what_pricing_everything_anew_costs(
    world: World, period: tuple[date, date], percent: Decimal, data: st.DataObject
) -> None:
    """Modelled before and after, and booked, it is the difference of two prices that were worked out day by day."""
    urn = data.draw(st.sampled_from(sorted({row["provider_urn"] for row in world["Agreements"]})))
    component = data.draw(st.sampled_from(COMPONENTS))
    first, last = period
    day = first + timedelta(days=data.draw(st.integers(0, (last - first).days)))
    subject = Subject(provider_urn=urn, component=component)
    plain, dearer = read_world(world), read_world(world)
    refs = {str(row["agreement_ref"]) for row in world["Agreements"] if row["provider_urn"] == urn}
    raise_by_hand(dearer, refs, component, day, percent)
    expected = cost_of(dearer, first, last) - cost_of(plain, first, last)
    with new_council() as council:
        council.take_in(world)
        do(council, opened(applies_from=day), asks(subject, percent=percent))
        found = modelled(council, subject, Period(first, last))
        assert found.effect("asked", Period(first, last)) == expected
        if found.meant:
            do(council, agrees(subject, applies_from=day, percent=str(percent)))
            assert modelled(council, subject, Period(first, last)).effect("agreed", Period(first, last)) == expected
