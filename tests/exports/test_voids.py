"""Commitments as they stand: places on a day, money of the period, and the day on which one goes under water."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.charges.periods import Period
from commissioning.charges.places import Place
from commissioning.charges.queries import CommittedDays, Filters
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from exports.places.fitting import Opening, shared_out, stratum
from exports.places.voids import held_chart, under_water_on, voids, with_phase_leavers
from exports.result import Result
from tests.brute_force import prices
from tests.brute_force.facts import World, days_of, read_world
from tests.brute_force.worlds import periods, worlds
from tests.examples import examples, on_each_store
from tests.exports.schools import YEAR, agreement, child, council_of, price, tier, world
from tests.worlds.council import Council, new_council

TODAY = date(2026, 11, 23)


def asked(council: Council, day: date = TODAY, period: Period = YEAR, reference: str | None = None) -> Result:
    """The report of a council."""

    async def question(reader: Reader) -> Result:
        return await voids(reader, await reader.as_at(), period, Filters(), day, reference)

    return council.ask(question)


def rows(result: Result) -> dict[str, dict[str, object]]:
    """The rows by agreement and by column."""
    names = [column.name for column in result.columns]
    return {str(row[0]): dict(zip(names, row, strict=True)) for row in result.rows}


def a_block() -> World:
    """A block of four at £36,500 less 20%, with two leavers known, and one child beginning at spot in January."""
    return world(
        [agreement("BLOCK", "block", commitment_places=4), agreement("SPOT", "spot")],
        [price(36_500, agreement_ref="BLOCK", void="yes"), price(43_800, placement_ref="P5")],
        [
            child("P1", "BLOCK"),
            child("P2", "BLOCK", end_on=date(2026, 12, 31)),
            child("P3", "BLOCK", end_on=date(2027, 1, 31)),
            child("P4", "BLOCK", end_on=date(2026, 9, 30)),
            child("P5", "SPOT", start_on=date(2027, 1, 4)),
            child("P6", "SPOT", start_on=date(2027, 1, 4), need="SEMH"),
        ],
        [tier("BLOCK", 1, 20)],
    )


def test_a_commitment_as_it_stands() -> None:
    """Places are those of the day; money is told apart at the end of the last month that is over."""
    with council_of(a_block()) as council:
        row = rows(asked(council))["BLOCK"]
    assert [row[name] for name in ("places", "filled", "in_notice", "empty")] == [4, 3, 0, 1]
    # £80 a day for each empty place: one from October, two from January, three from February.
    assert row["void_days"] == 182 + 90 + 59
    assert row["void_so_far"] == 31 * 8_000
    assert row["void_to_come"] == (151 + 90 + 59) * 8_000
    assert row["utilisation"] == 1 - Fraction(182 + 90 + 59, 4 * 365)
    assert (row["break_even_places"], row["leavers_ahead"], row["could_fill"]) == (Fraction(16, 5), 2, 1)


def test_a_commitment_that_has_too_few_filled_is_under_water_at_once_else_when_a_leaver_goes() -> None:
    """Break-even is at 3.2 of four places: three are filled today, four until September."""
    with council_of(a_block()) as council:
        days = {day: rows(asked(council, day))["BLOCK"]["under_water_on"] for day in (TODAY, date(2026, 5, 1))}
    assert days == {TODAY: "2026-11-23", date(2026, 5, 1): "2026-10-01"}


def test_against_a_model_the_comparator_is_its_price_for_the_same_children() -> None:
    """Spot takes £120 a day for such a child, so that four places at £80 pay from 2.67 filled ones."""
    facts = a_block()
    with council_of(facts) as council:
        row = rows(asked(council, reference="spot"))["BLOCK"]
        assert row["break_even_places"] == Fraction(4 * 80, 120)
        with pytest.raises(Refused, match="lottery"):
            asked(council, reference="lottery")


def test_a_commitment_that_is_dearer_even_when_full_never_pays() -> None:
    """Then it has no break-even and is under water from the day on."""
    facts = a_block()
    facts["Rates"][1]["amount"] = 20_000
    with council_of(facts) as council:
        row = rows(asked(council, reference="spot"))["BLOCK"]
    assert (row["break_even_places"], row["under_water_on"]) == (None, "2026-11-23")


def test_the_chart_says_how_many_are_empty_and_what_they_cost() -> None:
    """The sentence is made of the totals."""
    with council_of(a_block()) as council:
        chart = held_chart(asked(council))
    assert chart is not None
    assert chart.sentence == (
        "Of 4 committed places 3 are filled and 1 stand empty. In 2026/27 empty places have cost £2,480 so far; "
        "£24,000 is still to come."
    )


@on_each_store(40, world=worlds(), period=periods(), later=st.integers(0, 500))
def test_commitments_of_a_random_council_are_the_brute_force_s(
    world: World, period: tuple[date, date], later: int
) -> None:
    """Places on a day, empty place-days, their pence and utilisation are those counted day by day."""
    day = period[0] + timedelta(days=later)
    book = read_world(world)
    payable = {placement.ref: prices.payable_until(book, placement) for placement in book.placements}
    with new_council() as council:
        council.take_in(world)
        found = rows(asked(council, day, Period(*period)))
    committed = prices.committed_days(world, *period)
    assert found.keys() == committed.keys()
    pence: dict[str, int] = dict.fromkeys(found, 0)
    for (_, ref, placement, *_), amount in prices.spend_rows(world, *period).items():
        if placement is None:
            pence[ref] += amount
    for ref, row in found.items():
        one = book.agreements[ref]
        empty = 0
        for each in days_of(*period):
            if prices.in_span(one, each):
                taken = len(prices.roll_on(book, one, each)) + len(prices.leavers_on(book, payable, one, each))
                empty += max(prices.terms_on(one, each).places - taken, 0)
        assert row["void_days"] == empty
        assert row["void_cost"] == pence[ref]
        assert row["utilisation"] == Fraction(committed[ref][1], committed[ref][0])
        places = prices.terms_on(one, day).places if prices.in_span(one, day) else 0
        assert row["places"] == places
        assert row["filled"] == min(places, len(prices.roll_on(book, one, day)) if places else 0)


SPANS = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 6), st.integers(0, 8)), min_size=1, max_size=6)


@examples(300)
@given(spans=SPANS, start=st.integers(0, 60), level=st.fractions(0, 7))
def test_the_day_under_water_is_the_first_that_a_search_finds(
    spans: list[tuple[int, int, int]], start: int, level: Fraction
) -> None:
    """Walked day by day, no earlier day has too few places filled and this one has."""
    origin, first, listed = date(2026, 4, 1), date(2026, 4, 1), []
    for length, places, on_roll in spans:
        last = first + timedelta(days=length - 1)
        if places:
            listed.append(CommittedDays(("A",), first, last, places, min(on_roll, places), 0))
        first = last + timedelta(days=1)
    day = origin + timedelta(days=start)
    searched = [
        one
        for one in days_of(day, date(2027, 4, 1))
        for span in listed
        if span.first_day <= one <= span.last_day and min(span.on_roll, span.places) < level
    ]
    assert under_water_on(listed, day, level) == (searched[0] if searched else None)


def place(ref: str, need: str = "ASD") -> Place:
    """A placement on roll."""
    return Place(ref, "B", 900001, "", "block", ref, need, "secondary", "day", None, None, date(2026, 4, 1), None)


OPENINGS = st.lists(st.tuples(st.integers(0, 3), st.lists(st.sampled_from("abc"), max_size=4)), max_size=4)
COMERS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=6)


@examples(300)
@given(given=OPENINGS, coming=COMERS)
def test_who_would_fit_is_shared_out_once(given: list[tuple[int, list[str]]], coming: list[tuple[str, int]]) -> None:
    """Nobody stands twice, nothing is overfilled, no place stays empty that somebody left over fits, best fit first."""
    openings = [
        Opening(f"B{number}", empty, [place(f"R{one}", need) for one, need in enumerate(roll)])
        for number, (empty, roll) in enumerate(given)
    ]
    newcomers = [place(f"N{number}", need) for number, (need, _) in enumerate(coming)]
    found = shared_out(openings, newcomers, {f"N{number}": cost for number, (_, cost) in enumerate(coming)})
    fitting = {
        one.ref: {each.agreement_ref for each in openings if each.empty and each.likenesses().get(stratum(one))}
        for one in newcomers
    }
    assert [one.place.ref for one in found] == list(dict.fromkeys(one.place.ref for one in found))
    assert {one.place.ref for one in found} == {ref for ref, refs in fitting.items() if refs}
    taken = Counter(one.agreement_ref for one in found if one.agreement_ref)
    for opening in openings:
        assert taken[opening.agreement_ref] <= opening.empty
    for one in found:
        assert {*one.others, *([one.agreement_ref] if one.agreement_ref else [])} == fitting[one.place.ref]
        if one.agreement_ref is None:
            assert all(taken[ref] == next(o.empty for o in openings if o.agreement_ref == ref) for ref in one.others)
    ranks = [(one.agreement_ref is None, -one.likeness, -one.cost) for one in found]
    assert ranks == sorted(ranks)


def test_phase_leavers_put_a_commitment_under_water_sooner() -> None:
    """With four of four filled it pays; when one leaves with Year 11 in August it does not."""
    facts = a_block()
    facts["Placements"] = [
        child(f"P{number}", "BLOCK", birth_month=date(2011 if number == 1 else 2013, 1, 1)) for number in range(1, 5)
    ]
    facts["Rates"] = facts["Rates"][:1]
    with council_of(facts) as council:
        row = rows(asked(council))["BLOCK"]
    assert (row["leavers_ahead"], row["phase_leavers"]) == (0, 1)
    assert (row["under_water_on"], row["under_water_with_phase"]) == (None, "2027-09-01")


@examples(100)
@given(spans=SPANS, leaving=st.lists(st.integers(0, 80), max_size=4))
def test_fewer_are_on_roll_from_the_day_after_each_leaves(
    spans: list[tuple[int, int, int]], leaving: list[int]
) -> None:
    """Walked day by day, the same days are told, with as many fewer as have left before."""
    first, listed = date(2026, 4, 1), []
    for length, places, on_roll in spans:
        listed.append(CommittedDays(("A",), first, first + timedelta(days=length - 1), places, on_roll, 0))
        first += timedelta(days=length)
    days = [date(2026, 4, 1) + timedelta(days=one) for one in leaving]
    cut = with_phase_leavers(listed, days)
    walked = {one: span for span in cut for one in days_of(span.first_day, span.last_day)}
    for span in listed:
        for one in days_of(span.first_day, span.last_day):
            assert walked.pop(one).on_roll == max(span.on_roll - sum(left < one for left in days), 0)
    assert not walked
