"""Undoing puts back how a placement stood on every day, whatever was done to it and whatever came before."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from commissioning.charges.facts_in_words import placement_facts
from commissioning.ledger.errors import Refused
from commissioning.placements import commands
from commissioning.placements.decisions import decide
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.reversing import reversal
from tests.placements.notation import REF, START, fund, given, line, stand, start, started, suspend

DAYS = st.integers(0, 60).map(lambda number: START + timedelta(days=number))
MAYBE = st.none() | DAYS
LINES = st.builds(
    lambda component, amount, on: line(amount, on, component=component),
    st.sampled_from(["education", "care"]),
    st.sampled_from([5_000_000, 6_000_000]),
    MAYBE,
)
ASKED = st.one_of(
    st.builds(lambda day, ref, band: stand(day, agreement_ref=ref, band=band), MAYBE, st.sampled_from(["AG1", "AG2"]),
              st.sampled_from([None, "A", "B"])),
    st.builds(lambda end, reason, notice: commands.EndPlacement(
        placement_ref=REF, end_on=end, end_reason=reason, notice_given_on=notice),
        DAYS, st.none() | st.just("why"), MAYBE),
    st.builds(lambda why: commands.StateExit(placement_ref=REF, exit=why),
              st.sampled_from([None, "phase_end", "breakdown"])),
    st.builds(lambda day: commands.GiveNotice(placement_ref=REF, notice_given_on=day), DAYS),
    st.builds(lambda begin, end, notice: commands.CorrectPlacementDates(
        placement_ref=REF, start_on=begin, end_on=end, notice_given_on=notice), DAYS, MAYBE, MAYBE),
    st.builds(lambda need, signed: commands.CorrectPlacement(placement_ref=REF, need=need, signed_on=signed),
              st.sampled_from(["SEMH", "ASD"]), MAYBE),
    st.builds(lambda one: commands.AgreeOwnRate(placement_ref=REF, line=one), LINES),
    st.builds(lambda one: commands.WithdrawOwnRate(placement_ref=REF, line=one), LINES),
    st.builds(suspend, DAYS, MAYBE, st.sampled_from([0, 50])),
    st.builds(lambda day, end: commands.WithdrawSuspension(
        placement_ref=REF, first_day=day, last_day=end, payable_pct=Decimal(50)), DAYS, MAYBE),
    st.builds(fund, st.sampled_from([0, 40]), MAYBE),
    st.just(commands.WithdrawPlacement(placement_ref=REF)),
    st.just(commands.ReinstatePlacement(placement_ref=REF)),
)  # fmt: skip
"""Whatever can be asked of a placement that stands."""


def carried_out(state: Placement | None, command: commands.PlacementCommand) -> Placement | None:
    """The placement after a command, as it was where the command is refused."""
    try:
        return PLACEMENTS.fold(decide(command, state), state)
    except Refused:
        return state


def by_day(placement: Placement) -> list[object]:
    """How a placement stands on every day, and what is sealed of it; education pays where nothing is agreed."""
    days = [START + timedelta(days=number) for number in range(-1, 70)]
    facts = [dict(placement_facts(placement, day)) for day in days if day >= placement.start_on]
    for one in facts:
        one["Funding"] = one["Funding"] or "Education 100%"
    return [facts, placement.end_reason, placement.suspensions]


@settings(max_examples=200)
@for_all(st.lists(ASKED, max_size=6), ASKED)
def test_what_is_undone_leaves_every_day_as_it_was(
    earlier: list[commands.PlacementCommand], command: commands.PlacementCommand
) -> None:
    """After any history, a command and its reversal come to the placement that stood before the command."""
    state = carried_out(None, start())
    for each in earlier:
        state = carried_out(state, each)
    assert state is not None
    try:
        happened = decide(command, state)
    except Refused:
        return
    states = [state]
    for event in happened:
        states.append(PLACEMENTS.evolve(states[-1], event))
    now = states[-1]
    for before, event in zip(states[-2::-1], happened[::-1], strict=True):
        for each in reversal(event, before, REF):
            now = PLACEMENTS.fold(decide(each, now), now)
    assert by_day(now) == by_day(state)


def test_a_logged_placement_is_undone_by_its_withdrawal() -> None:
    """What began a placement is reversed by saying that it never held."""
    assert reversal(started(), None, REF) == [commands.WithdrawPlacement(placement_ref=REF)]


def test_a_start_that_moved_gives_back_what_it_let_go() -> None:
    """A start corrected to a later day lets earlier packages and splits go; undone, they hold again on their days."""
    before = given(started()).after(stand(date(2026, 9, 10), band="B"), fund(40, date(2026, 9, 5))).placement
    move = commands.CorrectPlacementDates(placement_ref=REF, start_on=date(2026, 9, 20))
    (moved,) = decide(move, before)
    now = PLACEMENTS.evolve(before, moved)
    assert len(now.versions) == 1
    for each in reversal(moved, before, REF):
        now = PLACEMENTS.fold(decide(each, now), now)
    assert by_day(now) == by_day(before)
