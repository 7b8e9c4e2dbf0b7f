"""Undoing puts back how a consultation stood, whatever was recorded of it before."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.consultations import commands, events
from commissioning.consultations.consultation import CONSULTATIONS, Consultation
from commissioning.consultations.decisions import decide
from commissioning.consultations.reversing import reversal
from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from tests.golden_events.examples_of_consultations import ASKED as BEGUN
from tests.golden_events.examples_of_consultations import PUPIL, WANTED, price
from tests.undone import undone

TODAY = date(2026, 11, 20)
DAYS = st.integers(0, 5).map(lambda number: BEGUN + timedelta(days=number))
URN = st.sampled_from([900001, 900002])
RATES = st.sampled_from([(price(5_800_000),), (price(6_100_000),)])
CONSULTATION: dict[str, st.SearchStrategy[Any]] = {"consultation_ref": st.just("CN-0001")}
AGREEMENT = st.sampled_from(["AG1", "AG2"])
STEPS: st.SearchStrategy[commands.ConsultationCommand] = st.one_of(
    st.builds(commands.ConsultSchool, provider_urn=URN, consulted_on=DAYS, **CONSULTATION),
    st.builds(commands.RecordOffer, provider_urn=URN, answered_on=DAYS, rates=RATES, **CONSULTATION),
    st.builds(commands.RecordDecline, provider_urn=URN, answered_on=DAYS, reason=st.just("full"), **CONSULTATION),
    st.builds(commands.ApprovePlace, provider_urn=URN, approved_on=DAYS, **CONSULTATION),
    st.builds(commands.NameSchool, provider_urn=URN, named_on=DAYS, by=st.sampled_from(["council", "tribunal"]),
              **CONSULTATION),
    st.builds(commands.IssuePlacementAgreement, agreement_ref=AGREEMENT, issued_on=DAYS, start_on=DAYS, rates=RATES,
              **CONSULTATION),
    st.builds(commands.SignPlacementAgreement, signed_on=DAYS, **CONSULTATION),
    st.builds(commands.StartFromConsultation, placement_ref=st.just("PL-7"), **CONSULTATION),
    st.builds(commands.CloseConsultation, closed_on=DAYS, reason=st.just("withdrawn"), **CONSULTATION),
)  # fmt: skip
"""Whatever can be asked of a consultation that has begun."""
SOUGHT = events.PlaceSought(effective_on=BEGUN, consultation_ref="CN-0001", pupil=PUPIL, wanted=WANTED)


def happened(command: commands.ConsultationCommand, state: Consultation) -> Sequence[Event]:
    """What a command comes to, nothing where it is refused."""
    try:
        return decide(command, state)
    except Refused:
        return ()


def back(event: Event, before: Consultation | None) -> list[Event]:
    """The reversal of an event, today."""
    return reversal(event, before, TODAY)


@settings(max_examples=400)
@given(st.lists(STEPS, max_size=12), STEPS)
def test_what_is_undone_leaves_the_consultation_as_it_was(
    earlier: list[commands.ConsultationCommand], command: commands.ConsultationCommand
) -> None:
    """After any history, a step and its reversal come to the consultation before it, and undone again to the step."""
    state = CONSULTATIONS.evolve(None, SOUGHT)
    for each in earlier:
        state = CONSULTATIONS.fold(happened(each, state), state) or state
    found = happened(command, state)
    assert undone(CONSULTATIONS, state, found, back) == state
    for event in found:
        after = CONSULTATIONS.evolve(state, event)
        assert undone(CONSULTATIONS, after, back(event, state), back) == after


def test_every_step_of_the_whole_way_is_undone() -> None:
    """From the school that is asked to the placement, an agreement issued anew after its signature among them."""
    ref, urn, rates = "CN-0001", 900001, (price(5_800_000),)
    issued = commands.IssuePlacementAgreement(
        consultation_ref=ref, agreement_ref="AG1", issued_on=BEGUN, start_on=BEGUN, rates=rates
    )
    signed = commands.SignPlacementAgreement(consultation_ref=ref, signed_on=BEGUN)
    steps = (
        commands.ConsultSchool(consultation_ref=ref, provider_urn=urn, consulted_on=BEGUN),
        commands.RecordOffer(consultation_ref=ref, provider_urn=urn, answered_on=BEGUN, rates=rates),
        commands.ApprovePlace(consultation_ref=ref, provider_urn=urn, approved_on=BEGUN),
        commands.NameSchool(consultation_ref=ref, provider_urn=urn, named_on=BEGUN, by="council"),
        issued,
        signed,
        issued.model_copy(update={"agreement_ref": "AG2"}),
        signed,
        commands.StartFromConsultation(consultation_ref=ref, placement_ref="PL-7"),
    )
    state = CONSULTATIONS.evolve(None, SOUGHT)
    for command in steps:
        found = happened(command, state)
        assert found
        assert undone(CONSULTATIONS, state, found, back) == state
        state = CONSULTATIONS.fold(found, state) or state
    assert state.stage == "started"


def test_a_search_that_was_begun_by_mistake_is_closed_as_that() -> None:
    """What began a consultation is reversed by closing it, with the reason that counts it apart."""
    now = undone(CONSULTATIONS, None, [SOUGHT], back)
    assert now is not None
    assert now.closed == (TODAY, "recorded_by_mistake", None)
