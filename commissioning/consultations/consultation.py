"""A consultation as its events leave it: the place looked for, every school's answer, how far it has come. Pure."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from commissioning.consultations import events
from commissioning.consultations.facts import Closed, ConsultedSchool, Issued, Named, Stage, Step, Wanted
from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.events import Event


class Consultation(NamedTuple):
    """One search for a place. `pupil` is the random key; schools stand in the order in which they were asked."""

    ref: str
    pupil: str
    identified_on: date
    wanted: Wanted
    schools: tuple[ConsultedSchool, ...] = ()
    approved: tuple[int, date] | None = None
    named: Named | None = None
    issued: Issued | None = None
    signed_on: date | None = None
    placement_ref: str | None = None
    closed: Closed | None = None

    def school(self, urn: int) -> ConsultedSchool | None:
        """What one school was asked and answered."""
        return next((one for one in self.schools if one.urn == urn), None)

    @property
    def chosen(self) -> int | None:
        """The URN of the school that is named, or else approved."""
        return self.named.urn if self.named else self.approved[0] if self.approved else None

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        reached: list[tuple[Stage, object]] = [
            ("closed", self.closed),
            ("started", self.placement_ref),
            ("signed", self.signed_on),
            ("issued", self.issued),
            ("named", self.named),
            ("approved", self.approved),
            ("offered", any(one.offered for one in self.schools)),
            ("consulted", self.schools),
        ]
        return next((stage for stage, fact in reached if fact), "identified")


def evolve(state: Consultation | None, event: Event) -> Consultation:
    """The consultation after an event; raises `LedgerDamaged` where the event cannot follow."""
    if state is None and isinstance(event, events.PlaceSought):
        return Consultation(event.consultation_ref, event.pupil, event.effective_on, event.wanted)
    evolution = _EVOLUTIONS.get(type(event))
    if state is None or evolution is None:
        raise misplaced(event, state)
    return evolution(state, event)


CONSULTATIONS = Aggregate("consultation", evolve)


def _consulted(state: Consultation, event: events.SchoolConsulted) -> Consultation:
    return _with(state, ConsultedSchool(event.provider_urn, event.effective_on, event.respond_by))


def _offered(state: Consultation, event: events.PlaceOffered) -> Consultation:
    asked = _asked(state, event)
    return _with(
        state,
        asked._replace(
            answered_on=event.effective_on,
            agreement_ref=event.agreement_ref,
            rates=event.rates,
            declined=None,
            words=None,
        ),
    )


def _declined(state: Consultation, event: events.PlaceDeclined) -> Consultation:
    asked = _asked(state, event)
    return _with(
        state,
        asked._replace(
            answered_on=event.effective_on, agreement_ref=None, rates=(), declined=event.reason, words=event.words
        ),
    )


def _approved(state: Consultation, event: events.PanelApproved) -> Consultation:
    return state._replace(approved=(event.provider_urn, event.effective_on))


def _named(state: Consultation, event: events.SchoolNamed) -> Consultation:
    return state._replace(named=Named(event.provider_urn, event.effective_on, event.by))


def _issued(state: Consultation, event: events.PlacementAgreementIssued) -> Consultation:
    issued = Issued(event.effective_on, event.agreement_ref, event.start_on, event.rates)
    return state._replace(issued=issued, signed_on=None)


def _signed(state: Consultation, event: events.PlacementAgreementSigned) -> Consultation:
    return state._replace(signed_on=event.effective_on)


def _found(state: Consultation, event: events.PlaceFound) -> Consultation:
    return state._replace(placement_ref=event.placement_ref)


def _closed(state: Consultation, event: events.ConsultationClosed) -> Consultation:
    return state._replace(closed=Closed(event.effective_on, event.reason, event.words))


def _taken_back(state: Consultation, event: events.StepTakenBack) -> Consultation:
    """The consultation without a step: without the school or its answer, or with nothing where the step's fact was."""
    if event.step == "consulted":
        return state._replace(schools=tuple(one for one in state.schools if one.urn != event.provider_urn))
    if event.step == "answered":
        asked = _asked(state, event)
        return _with(state, ConsultedSchool(asked.urn, asked.consulted_on, asked.respond_by))
    without: dict[str, Any] = dict.fromkeys(_FACTS_OF[event.step])
    return state._replace(**without)


_FACTS_OF: dict[Step, tuple[str, ...]] = {
    "approved": ("approved",),
    "named": ("named",),
    "issued": ("issued", "signed_on"),
    "signed": ("signed_on",),
    "started": ("placement_ref",),
    "closed": ("closed",),
}
"""What is known by a step that is about no single school."""


def _with(state: Consultation, school: ConsultedSchool) -> Consultation:
    if state.school(school.urn) is None:
        return state._replace(schools=(*state.schools, school))
    return state._replace(schools=tuple(school if one.urn == school.urn else one for one in state.schools))


def _asked(
    state: Consultation, event: events.PlaceOffered | events.PlaceDeclined | events.StepTakenBack
) -> ConsultedSchool:
    school = None if event.provider_urn is None else state.school(event.provider_urn)
    if school is None:
        raise misplaced(event, state)
    return school


_EVOLUTIONS: dict[type[Event], Callable[[Consultation, Any], Consultation]] = {
    events.SchoolConsulted: _consulted,
    events.PlaceOffered: _offered,
    events.PlaceDeclined: _declined,
    events.PanelApproved: _approved,
    events.SchoolNamed: _named,
    events.PlacementAgreementIssued: _issued,
    events.PlacementAgreementSigned: _signed,
    events.PlaceFound: _found,
    events.ConsultationClosed: _closed,
    events.StepTakenBack: _taken_back,
}
