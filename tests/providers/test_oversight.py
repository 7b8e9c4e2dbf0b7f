"""What is recorded of a school's oversight, and what follows from it on a day. Everything is invented."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from providers.oversight import commands, events, words
from providers.oversight.decisions import decide, decide_mark
from providers.oversight.facts import (
    ContactField,
    ContactPost,
    Document,
    DocumentKind,
    Inspection,
    InspectionBody,
    InspectionOutcome,
    Mark,
    Permission,
    Suspension,
)
from providers.oversight.judging import (
    LEVELS,
    MARK_LEVELS,
    Validity,
    judged,
    newest_documents,
    suspended_fault,
    validity,
)
from providers.oversight.oversight import OVERSIGHT, Oversight

TODAY = date(2026, 11, 20)
URN = 900001
CONTACT = "ab" * 16


def after(*asked: commands.OversightCommand) -> Oversight | None:
    """The oversight once all of it was asked, one after another."""
    state: Oversight | None = None
    for command in asked:
        state = OVERSIGHT.fold(decide(command, state, "ada", TODAY), state)
    return state


def happened(command: commands.OversightCommand, *before: commands.OversightCommand) -> Sequence[Event]:
    """What a command comes to after others."""
    return decide(command, after(*before), "ada", TODAY)


def inspected(outcome: InspectionOutcome = "good", on: date = date(2026, 3, 4), **more: object) -> Inspection:
    return Inspection(**{"inspected_on": on, "body": "ofsted", "outcome": outcome, **more})  # type: ignore[arg-type]


def record(inspection: Inspection) -> commands.RecordInspection:
    return commands.RecordInspection(
        urn=URN,
        inspected_on=inspection.inspected_on,
        body=inspection.body,
        outcome=inspection.outcome,
        safeguarding_effective=inspection.safeguarding_effective,
        published_on=inspection.published_on,
        report_ref=inspection.report_ref,
    )


def suspend(first: date, last: date | None = None, reason: str = "Inspection outcome") -> commands.SuspendNewPlacements:
    return commands.SuspendNewPlacements(urn=URN, suspended_from=first, suspended_until=last, reason=reason)


def checked(kind: DocumentKind, first: date, last: date | None) -> commands.RecordDocument:
    return commands.RecordDocument(
        urn=URN, kind=kind, reference="INV-1", valid_from=first, valid_until=last, checked_on=TODAY
    )


def test_an_inspection_is_recorded_once_and_corrected_after() -> None:
    """The same inspection again is nothing; another outcome of the same day and body is a correction."""
    first, mended = inspected("good"), inspected("inadequate", report_ref="R-2")
    assert happened(record(first)) == [
        events.InspectionRecorded(effective_on=first.inspected_on, urn=URN, inspection=first)
    ]
    assert happened(record(first), record(first)) == []
    assert happened(record(mended), record(first)) == [
        events.InspectionCorrected(effective_on=first.inspected_on, inspection=mended)
    ]
    state = after(record(first), record(mended))
    assert state is not None
    assert state.inspections == (mended,)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (record(inspected(on=TODAY + timedelta(days=1))), "oversight-inspected-on"),
        (record(inspected(on=date(1899, 1, 1))), "oversight-inspected-on"),
        (record(inspected(published_on=date(2026, 3, 3))), "oversight-published-on"),
        (commands.WithdrawInspection(urn=URN, inspected_on=TODAY, body="isi"), "oversight-inspected-on"),
        (checked("registration", TODAY, TODAY - timedelta(days=1)), "oversight-valid-until"),
        (commands.WithdrawDocument(urn=URN, kind="registration", valid_from=TODAY), "oversight-valid-from"),
        (suspend(TODAY, TODAY - timedelta(days=1)), "oversight-suspended-until"),
        (commands.ResumeNewPlacements(urn=URN, resumed_on=TODAY), "oversight-resumed-on"),
        (commands.NameContact(urn=URN, contact=CONTACT, post="head", sealed={"email": "x"}), "oversight-name"),
        (commands.RemoveContact(urn=URN, contact=CONTACT), "oversight-contact"),
        (commands.AgreeAction(urn=URN, visited_on=TODAY, what="x", owner="Head", due_on=TODAY), "oversight-visited-on"),
        (commands.RecordActionDone(urn=URN, number=1, done_on=TODAY), "oversight-number"),
    ],
)
def test_what_contradicts_itself_is_refused_in_words(command: commands.OversightCommand, code: str) -> None:
    """A date that cannot be, or something that nobody recorded, is refused with what was expected."""
    with pytest.raises(Refused) as refusal:
        happened(command)
    assert [fault.code for fault in refusal.value.faults] == [code]
    assert refusal.value.faults[0].expected


@pytest.mark.parametrize("outcome", get_args(InspectionOutcome))
@pytest.mark.parametrize("mark", get_args(Mark))
def test_an_outcome_falls_short_below_the_mark_alone(outcome: InspectionOutcome, mark: Mark) -> None:
    """On one scale for every scheme an outcome is judged by its level, and safeguarding not effective always fails."""
    found = judged(after(record(inspected(outcome))), None, mark, TODAY)
    assert found is not None
    assert found.falls_short == (LEVELS[outcome] < MARK_LEVELS[mark])
    unsafe = judged(after(record(inspected(outcome, safeguarding_effective=False))), None, mark, TODAY)
    assert unsafe is not None
    assert unsafe.falls_short


def test_the_newest_inspection_counts_and_the_directory_only_without_one() -> None:
    """Of several inspections the last up to the day counts; the directory's grade counts while there is none."""
    state = after(record(inspected("inadequate", date(2024, 5, 1))), record(inspected("good", date(2026, 3, 4))))
    assert judged(state, "inadequate", "good", TODAY) == ("good", inspected("good", date(2026, 3, 4)), False)
    then = judged(state, "good", "good", date(2025, 1, 1))
    assert then is not None
    assert then.falls_short
    assert judged(None, "Requires improvement", "good", TODAY) == ("requires_improvement", None, True)
    assert judged(None, "Special Measures", "requires_improvement", TODAY) == ("inadequate", None, True)
    assert judged(None, "not yet inspected", "good", TODAY) is None
    assert judged(None, None, "good", TODAY) is None


def test_of_each_kind_the_document_that_is_valid_longest_counts() -> None:
    """A renewed document takes the place of the one that ran out; one that begins later does not count yet."""
    state = after(
        checked("registration", date(2024, 1, 1), date(2025, 12, 31)),
        checked("registration", date(2026, 1, 1), date(2026, 12, 31)),
        checked("registration", date(2027, 1, 1), None),
        checked("data_protection", date(2024, 1, 1), date(2026, 11, 19)),
    )
    assert state is not None
    found = newest_documents(state.documents, TODAY)
    assert {kind: (one.valid_from, validity(one, TODAY)) for kind, one in found.items()} == {
        "registration": (date(2026, 1, 1), "runs_out_soon"),
        "data_protection": (date(2024, 1, 1), "run_out"),
    }
    assert validity(found["registration"], date(2026, 10, 1)) == "valid"


def test_whoever_records_a_document_has_checked_it() -> None:
    """The account that asks stands in the event; another account that finds the same changes nothing."""
    command = checked("registration", TODAY, None)
    (event,) = happened(command)
    assert isinstance(event, events.DocumentRecorded)
    assert event.document.checked_by == "ada"
    assert decide(command, after(command), "ben", TODAY) == []


DAYS = st.integers(0, 60).map(lambda number: date(2026, 9, 1) + timedelta(days=number))
ASKED = st.lists(
    st.one_of(
        st.builds(lambda days: suspend(min(days), max(days)), st.tuples(DAYS, DAYS)),
        st.builds(suspend, DAYS),
        st.builds(lambda day: commands.ResumeNewPlacements(urn=URN, resumed_on=day), DAYS),
    ),
    max_size=8,
)


@given(ASKED)
def test_suspended_days_are_those_of_a_calendar_kept_by_hand(asked: list[commands.OversightCommand]) -> None:
    """Day by day, new placements are suspended exactly where a calendar of single days says so."""
    state: Oversight | None = None
    calendar: set[date] = set()
    horizon = [date(2026, 8, 31) + timedelta(days=number) for number in range(90)]
    own: dict[date, set[date]] = {}
    for command in asked:
        try:
            state = OVERSIGHT.fold(decide(command, state, "ada", TODAY), state)
        except Refused:
            continue
        if isinstance(command, commands.SuspendNewPlacements):
            last = command.suspended_until or horizon[-1]
            own[command.suspended_from] = {day for day in horizon if command.suspended_from <= day <= last}
        elif isinstance(command, commands.ResumeNewPlacements):
            resumed_on = command.resumed_on
            own = {first: {day for day in days if day < resumed_on} for first, days in own.items()}
        calendar = set().union(*own.values())
        assert state is not None
        assert {day for day in horizon if state.suspension_on(day)} == calendar
        assert sum(map(len, own.values())) == len(calendar), "no day is in two suspensions"


def test_a_placement_begins_during_a_suspension_only_where_it_was_permitted() -> None:
    """On a suspended day a placement is refused with the reason, unless it was permitted; other days are free."""
    suspended = suspend(date(2026, 9, 1), date(2026, 12, 31), "No head in post")
    state = after(suspended)
    fault = suspended_fault(state, "PL-1", date(2026, 12, 31))
    assert fault is not None
    assert "No head in post" in fault.message
    assert "1 September 2026 until 31 December 2026" in fault.message
    assert suspended_fault(state, "PL-1", date(2027, 1, 1)) is None
    assert suspended_fault(state, "PL-1", date(2026, 8, 31)) is None
    assert suspended_fault(None, "PL-1", date(2026, 12, 31)) is None
    permitted = after(suspended, commands.PermitPlacement(urn=URN, placement_ref="PL-1", reason="Tribunal order"))
    assert suspended_fault(permitted, "PL-1", date(2026, 12, 31)) is None
    assert suspended_fault(permitted, "PL-2", date(2026, 12, 31)) is not None
    assert permitted is not None
    assert permitted.permissions == (Permission(placement_ref="PL-1", reason="Tribunal order"),)


def test_two_suspensions_never_share_a_day_and_one_can_be_stated_anew() -> None:
    """A suspension that would overlap another is refused; the same first day states it anew."""
    first = suspend(date(2026, 9, 1), date(2026, 9, 30))
    with pytest.raises(Refused, match="suspended from 1 September 2026 already"):
        happened(suspend(date(2026, 9, 30)), first)
    state = after(first, suspend(date(2026, 9, 1), None, "Longer"))
    assert state is not None
    assert state.suspensions == (Suspension(suspended_from=date(2026, 9, 1), reason="Longer"),)


def test_actions_are_numbered_and_done_once() -> None:
    """Each action has its number; it is done on a day from the visit to today, and that can be taken back."""
    visit = commands.RecordVisit(urn=URN, visited_on=date(2026, 10, 1), findings="Calm")
    asked = [
        commands.AgreeAction(urn=URN, visited_on=date(2026, 10, 1), what=what, owner="Head", due_on=date(2026, 12, 1))
        for what in ("Fence", "Roof")
    ]
    done = commands.RecordActionDone(urn=URN, number=2, done_on=date(2026, 11, 1))
    state = after(visit, *asked, asked[0], done)
    assert state is not None
    assert [(one.number, one.what, one.done_on) for one in state.actions] == [
        (1, "Fence", None),
        (2, "Roof", date(2026, 11, 1)),
    ]
    with pytest.raises(Refused):
        decide(commands.RecordActionDone(urn=URN, number=1, done_on=date(2026, 9, 30)), state, "ada", TODAY)
    again = OVERSIGHT.fold(decide(commands.RecordActionDone(urn=URN, number=2), state, "ada", TODAY), state)
    assert again is not None
    assert again.actions[1].done_on is None


def test_the_mark_is_set_once() -> None:
    """Setting the mark that holds changes nothing."""
    command = commands.SetInspectionMark(mark="requires_improvement")
    assert decide_mark(command, None, TODAY) == [
        events.InspectionMarkSet(effective_on=TODAY, mark="requires_improvement")
    ]
    assert decide_mark(command, "requires_improvement", TODAY) == []


def test_no_contact_person_is_named_in_a_history() -> None:
    """The facts that a history compares hold the contact's post and nothing that names the person."""
    command = commands.NameContact(
        urn=URN, contact=CONTACT, post="admissions", sealed={"name": "cipher-name", "email": "cipher-mail"}
    )
    state = after(command)
    assert state is not None
    told = words.oversight_facts(state, TODAY)
    assert told == {f"Contact {CONTACT[:8]}": "Admissions, sealed"}


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        (words.BODIES, get_args(InspectionBody)),
        (words.OUTCOMES, get_args(InspectionOutcome)),
        (words.MARKS, get_args(Mark)),
        (words.DOCUMENTS, get_args(DocumentKind)),
        (words.VALIDITIES, get_args(Validity)),
        (words.POSTS, get_args(ContactPost)),
        (words.CONTACT_FIELDS, get_args(ContactField)),
        (words.EVENT_TITLES, [event.__name__ for event in events.EVENTS]),
        (LEVELS, get_args(InspectionOutcome)),
        (MARK_LEVELS, get_args(Mark)),
    ],
)
def test_every_code_has_its_words_and_its_level(labels: dict[str, object], codes: list[str]) -> None:
    """No code can be recorded that a page would have to show as it is, or that could not be judged."""
    assert set(labels) == set(codes)


def test_a_document_is_valid_on_its_last_day() -> None:
    """The last day counts as valid, the next does not."""
    document = Document(
        kind="registration",
        valid_from=TODAY,
        valid_until=TODAY,
        reference="x",
        checked_on=TODAY,
        checked_by="ada",
    )
    assert validity(document, TODAY) == "runs_out_soon"
    assert validity(document, TODAY + timedelta(days=1)) == "run_out"
    assert validity(document, TODAY - timedelta(days=1)) == "not_begun"
