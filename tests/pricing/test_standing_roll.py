"""A roll kept up change by change says what the whole roll called anew says (pricing.md §5).

Dates are few and close together, so that starts, ends, moves and terms meet on the same days again and again.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.pricing.days import Span, differing_days
from contracts.pricing.roll import Roll, StandingRoll, call_roll, stay_differs
from contracts.pricing.stays import NO_STAY, DiscountSpan
from contracts.terms import Terms, Tier, TierSet
from tests.pricing.notation import CALENDAR, Agreement, Placement, Version, calendar_of, tiers

DAYS = st.integers(0, 40).map(lambda number: date(2025, 9, 1) + timedelta(days=number))
ONE_DAY = DiscountSpan(5, 5, Decimal(0))
REFS = ("A", "B", "C", "D", "E", "F")


@st.composite
def tier_sets(draw: st.DrawFn) -> list[TierSet]:
    """Draw up to two sets of tiers; neighbouring tiers may have one discount."""
    found = []
    for effective_from in draw(st.sampled_from([(), (None,), (date(2025, 9, 10),), (None, date(2025, 9, 20))])):
        places = [1, *sorted(draw(st.sets(st.integers(2, 6), max_size=2)))]
        discounts = [Decimal(draw(st.sampled_from([0, 5, 10]))) for _ in places]
        tiers = tuple(
            Tier(from_place=place, discount_pct=discount) for place, discount in zip(places, discounts, strict=True)
        )
        found.append(TierSet(effective_from=effective_from, tiers=tiers))
    return found


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Draw an agreement of one or two versions of the terms, which may end."""
    versions = [
        Terms(
            effective_from=effective_from,
            fee_year="financial",
            accrual="calendar_days",
            leaver_rule=draw(st.sampled_from(["last_day", "end_of_month", "term_notice"])),
            notice_weeks=draw(st.sampled_from([0, 0, 1])),
            tiering=draw(st.sampled_from(["marginal", "whole_roll"])),
            commitment_places=draw(st.sampled_from([0, 2, 4])),
            void_pct=Decimal(100),
        )
        for effective_from in draw(st.sampled_from([(None,), (None, date(2025, 9, 15))]))
    ]
    return Agreement(
        terms=versions,
        tier_sets=draw(tier_sets()),
        start_on=draw(st.sampled_from([date(2025, 8, 1), date(2025, 9, 5)])),
        end_on=draw(st.sampled_from([None, date(2025, 10, 5)])),
    )


@st.composite
def placements(draw: st.DrawFn) -> Placement:
    """Draw a placement that starts, ends, has notice given, moves away and comes back on any days."""
    start = draw(DAYS)
    moves = sorted(draw(st.sets(DAYS, max_size=2)))
    return Placement(
        ref=draw(st.sampled_from(REFS)),
        start_on=start,
        end_on=draw(st.none() | DAYS.filter(lambda day: day >= start)),
        notice_given_on=draw(st.none() | DAYS),
        versions=[Version(agreement_ref=draw(st.sampled_from(["AG1", "AG1", "AG0"])))]
        + [Version(day, draw(st.sampled_from(["AG0", "AG1"]))) for day in moves if day > start],
    )


Step = Placement | str
"""A placement as it now is, or the ref of one that never was."""


def as_called(standing: StandingRoll) -> Roll:
    """Write a standing roll as one that was called."""
    commitments, voids = standing.commitments()
    return Roll(standing.stays, voids, commitments)


@given(agreements(), st.lists(placements() | st.sampled_from(REFS), min_size=1, max_size=12), st.integers(0, 6))
@settings(max_examples=300)
def test_a_standing_roll_is_the_roll_called_anew(agreement: Agreement, steps: list[Step], known: int) -> None:
    """After every start, end, move, correction, withdrawal and return: stays, voids, commitments, and who changed."""
    present: dict[str, Placement] = {one.ref: one for one in steps[:known] if isinstance(one, Placement)}
    standing = StandingRoll(agreement, present.values(), CALENDAR)
    for step in steps[known:]:
        before = dict(standing.stays)
        if isinstance(step, Placement):
            present[step.ref] = step
            changed = standing.enter(step)
        else:
            present.pop(step, None)
            changed = standing.strike(step)
        anew = call_roll(agreement, list(present.values()), CALENDAR)
        assert as_called(standing) == anew
        differences = {
            ref: stay_differs(before.get(ref, NO_STAY), anew.stays.get(ref, NO_STAY))
            for ref in before.keys() | anew.stays.keys()
        }
        assert changed == {ref: span for ref, span in differences.items() if span is not None}


def crowded(dice: Random) -> tuple[Agreement, list[Step]]:
    """Throw an agreement whose every place is in another tier than the next, and steps of many who overlap on it.

    Every seed has its neighbours cross tiers; drawn examples leave whole runs in which none does.
    """
    discounts = [Decimal(dice.choice([0, 5, 10])) for _ in REFS]
    agreement = Agreement(
        terms=[
            Terms(
                effective_from=effective_from,
                fee_year="financial",
                accrual="calendar_days",
                notice_weeks=dice.choice([0, 2]),
                tiering=dice.choice(["marginal", "whole_roll"]),
                commitment_places=dice.choice([0, 4]),
                void_pct=Decimal(100),
            )
            for effective_from in (None, date(2025, 9, 15))
        ],
        tier_sets=[tiers(**{f"p{place}": str(discount) for place, discount in enumerate(discounts, start=1)})],
        end_on=dice.choice([None, date(2025, 9, 20)]),
    )

    def thrown() -> Placement:
        start = date(2025, 9, 1) + timedelta(days=dice.randrange(12))
        length = dice.choice([None, dice.randrange(30)])
        end = None if length is None else start + timedelta(days=length)
        return Placement(ref=dice.choice(REFS), start_on=start, end_on=end, notice_given_on=end)

    return agreement, [thrown() if dice.random() < 0.8 else dice.choice(REFS) for _ in range(16)]


@given(st.integers(0, 2**32))
@settings(max_examples=150)
def test_a_standing_roll_on_which_tiers_are_crossed_is_the_roll_called_anew(seed: int) -> None:
    """Whoever comes or goes moves others into the next tier; everybody's stay is that of the roll called anew."""
    agreement, steps = crowded(Random(seed))  # noqa: S311 - a test's own dice
    present: dict[str, Placement] = {}
    standing = StandingRoll(agreement, (), CALENDAR)
    for step in steps:
        if isinstance(step, Placement):
            present[step.ref] = step
            standing.enter(step)
        else:
            present.pop(step, None)
            standing.strike(step)
        assert as_called(standing) == call_roll(agreement, list(present.values()), CALENDAR)


@given(agreements(), st.lists(placements(), min_size=1, max_size=6))
def test_who_comes_and_goes_again_leaves_no_trace(agreement: Agreement, several: list[Placement]) -> None:
    """A placement entered and struck out leaves everybody's stay, voids and commitments as they were."""
    *others, one = several
    present = {other.ref: other for other in others if other.ref != one.ref}
    standing = StandingRoll(agreement, present.values(), CALENDAR)
    came, went = standing.enter(one), standing.strike(one.ref)
    assert came == went
    assert as_called(standing) == call_roll(agreement, list(present.values()), CALENDAR)


def test_another_calendar_is_another_roll() -> None:
    """A standing roll keeps the calendar it was made with: the end of a notice by terms depends on it."""
    agreement = Agreement(terms=[Terms(fee_year="financial", accrual="months", leaver_rule="end_of_term")])
    one = replace(Placement(), end_on=date(2025, 9, 30))
    stays = [StandingRoll(agreement, [one], listed).stays["PL1"] for listed in (CALENDAR, calendar_of())]
    assert stays[0].notice
    assert not stays[1].notice


ROWS = st.lists(st.integers(0, 2), min_size=20, max_size=20)
"""What is said on each of twenty days; 0 is nothing."""


def spans_of(row: list[int], joined: bool) -> list[tuple[int, int, int]]:
    """Write a row of days as spans; days that say the same need not be joined."""
    spans: list[tuple[int, int, int]] = []
    for day, said in enumerate(row):
        if joined and spans and spans[-1][1:] == (day - 1, said):
            spans[-1] = (spans[-1][0], day, said)
        elif said:
            spans.append((day, day, said))
    return spans


@given(ROWS, ROWS)
def test_the_days_on_which_two_rows_differ(one: list[int], other: list[int]) -> None:
    """First and last differing day of two rows of spans are those found day by day."""
    days = [day for day, (ours, theirs) in enumerate(zip(one, other, strict=True)) if ours != theirs]
    expected: Span | None = (days[0], days[-1]) if days else None
    assert differing_days(spans_of(one, joined=True), spans_of(other, joined=True)) == expected


def test_an_agreement_on_which_nobody_depends_discounts_nothing() -> None:
    """Without tiers the stays are those under a tier of no discount, on roll and in notice."""
    plain = Agreement(terms=[Terms(fee_year="financial", accrual="calendar_days", notice_weeks=2)])
    leaver = replace(Placement(), end_on=date(2025, 9, 30))
    stays = [
        StandingRoll(agreement, [leaver], CALENDAR).stays
        for agreement in (plain, replace(plain, tier_sets=[tiers(p1="0")]))
    ]
    assert stays[0] == stays[1]


def test_a_single_day_is_reached_into() -> None:
    """A stay is payable on its only day, on roll or in notice, and on no day beside it."""
    for stay in (NO_STAY._replace(on_roll=(ONE_DAY,)), NO_STAY._replace(notice=(ONE_DAY,))):
        assert stay.reaches_into(5, 5)
        assert not stay.reaches_into(4, 4)
        assert not stay.reaches_into(6, 6)


def test_a_stay_differs_where_either_half_does() -> None:
    """Days on roll and days in notice both count."""
    stay = NO_STAY._replace(on_roll=(DiscountSpan(1, 9, Decimal(0)),))
    longer = NO_STAY._replace(on_roll=(DiscountSpan(1, 5, Decimal(0)),), notice=(DiscountSpan(6, 12, Decimal(0)),))
    assert stay_differs(stay, longer) == (6, 12)
    assert stay_differs(stay, stay) is None
