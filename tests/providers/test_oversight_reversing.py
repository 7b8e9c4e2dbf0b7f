"""Undoing puts back what was known of a school's oversight, whatever was recorded before."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from providers.oversight import commands, events
from providers.oversight.decisions import decide, decide_mark
from providers.oversight.oversight import FIRST_MARK, MARKS, OVERSIGHT, Oversight
from providers.oversight.reversing import reversal, reversal_of_mark
from tests.providers.test_oversight import CONTACT, TODAY, URN
from tests.undone import undone

DAYS = st.integers(0, 12).map(lambda number: date(2026, 11, 1) + timedelta(days=number))
WORDS = st.sampled_from(["Calm (invented)", "Full (invented)"])
SCHOOL: dict[str, st.SearchStrategy[Any]] = {"urn": st.just(URN)}
BODY, KIND = st.just("ofsted"), st.just("registration")
ASKED: st.SearchStrategy[commands.OversightCommand] = st.one_of(
    st.builds(commands.RecordInspection, inspected_on=DAYS, body=BODY,
              outcome=st.sampled_from(["good", "inadequate"]), **SCHOOL),
    st.builds(commands.WithdrawInspection, inspected_on=DAYS, body=BODY, **SCHOOL),
    st.builds(commands.RecordDocument, kind=KIND, reference=WORDS, valid_from=DAYS, checked_on=st.just(TODAY),
              **SCHOOL),
    st.builds(commands.WithdrawDocument, kind=KIND, valid_from=DAYS, **SCHOOL),
    st.builds(commands.SuspendNewPlacements, suspended_from=DAYS, suspended_until=st.none() | DAYS, reason=WORDS,
              **SCHOOL),
    st.builds(commands.ResumeNewPlacements, resumed_on=DAYS, **SCHOOL),
    st.builds(commands.PermitPlacement, placement_ref=st.just("PL-1"), reason=WORDS, **SCHOOL),
    st.builds(commands.NameContact, contact=st.just(CONTACT), post=st.sampled_from(["head", "finance"]),
              sealed=st.just({"name": "c2VhbGVk"}), **SCHOOL),
    st.builds(commands.RecordVisit, visited_on=DAYS, findings=WORDS, **SCHOOL),
    st.builds(commands.AgreeAction, visited_on=DAYS, what=WORDS, owner=st.just("Site"), due_on=st.just(TODAY),
              **SCHOOL),
    st.builds(commands.RecordActionDone, number=st.just(1), done_on=st.none() | DAYS, **SCHOOL),
)  # fmt: skip
"""Whatever can be asked of the oversight of one school and be put back."""


def happened(command: commands.OversightCommand, state: Oversight | None) -> Sequence[Event]:
    """What a command comes to, nothing where it is refused."""
    try:
        return decide(command, state, "ada", TODAY)
    except Refused:
        return ()


def known(state: Oversight | None) -> list[object]:
    """All that is known of a school; contacts and permissions stand in no order."""
    state = state or Oversight(URN)
    return [*state[:3], set(state.permissions), {one.contact: one for one in state.contacts}, *state[6:]]


@settings(max_examples=400)
@given(st.lists(ASKED, max_size=7), ASKED)
def test_what_is_undone_leaves_the_oversight_as_it_was(
    earlier: list[commands.OversightCommand], command: commands.OversightCommand
) -> None:
    """After any history, a command and its reversal come to what was known of the school, and so again undone."""
    state: Oversight | None = None
    for each in earlier:
        state = OVERSIGHT.fold(happened(each, state), state)
    found = happened(command, state)
    now = undone(OVERSIGHT, state, found, reversal)
    assert known(now) == known(state)
    after = OVERSIGHT.fold(found, state)
    back = [event for one, before in _each(found, state) for event in reversal(one, before)]
    if not any(isinstance(event, events.ContactRemoved) for event in back):
        assert known(undone(OVERSIGHT, after, back, reversal)) == known(after)


def _each(found: Sequence[Event], state: Oversight | None) -> list[tuple[Event, Oversight | None]]:
    """Every event with the oversight before it, the newest first."""
    pairs = []
    for event in found:
        pairs.append((event, state))
        state = OVERSIGHT.evolve(state, event)
    return pairs[::-1]


def test_a_suspension_before_another_leaves_that_one_as_it_was() -> None:
    """Undone, a suspension takes no later one with it."""
    later = commands.SuspendNewPlacements(urn=URN, suspended_from=date(2026, 12, 1), reason="Later (invented)")
    sooner = commands.SuspendNewPlacements(
        urn=URN, suspended_from=date(2026, 11, 1), suspended_until=date(2026, 11, 9), reason="Sooner (invented)"
    )
    state = OVERSIGHT.fold(happened(later, None), None)
    assert undone(OVERSIGHT, state, happened(sooner, state), reversal) == state


def test_the_mark_goes_back_to_the_one_before_it() -> None:
    """Undone, the first mark that was set leaves the one that every council begins with."""
    (first,) = decide_mark(commands.SetInspectionMark(mark="outstanding"), None, TODAY)
    (second,) = decide_mark(commands.SetInspectionMark(mark="requires_improvement"), "outstanding", TODAY)
    assert isinstance(first, events.InspectionMarkSet)
    assert isinstance(second, events.InspectionMarkSet)
    assert MARKS.fold(reversal_of_mark(first, None), "outstanding") == FIRST_MARK
    assert MARKS.fold(reversal_of_mark(second, "outstanding"), "requires_improvement") == "outstanding"


def test_a_contact_person_who_was_removed_is_not_put_back() -> None:
    """The key that opened the name is destroyed, so no entry could name the person again."""
    assert reversal(events.ContactRemoved(effective_on=TODAY, contact=CONTACT), Oversight(URN)) == []
