"""What a command comes to, given the consultation as it is: pure, and nothing where nothing would change."""

from collections.abc import Callable
from typing import Any

from commissioning.consultations import commands, events, refusals
from commissioning.consultations.consultation import Consultation, evolve
from commissioning.consultations.facts import ConsultedSchool
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from contracts.series import clash


def decide_beginning(command: commands.SeekPlace, pupil: str, state: Consultation | None) -> list[Event]:
    """What beginning a search comes to; `pupil` is the key of the pupil, who is known by now."""
    event = events.PlaceSought(
        effective_on=command.identified_on,
        consultation_ref=command.consultation_ref,
        pupil=pupil,
        wanted=command.wanted,
    )
    if state is None:
        return [event]
    if evolve(None, event) == state:
        return []
    raise refusals.already_known(command.consultation_ref)


def decide(command: commands.ConsultationCommand, state: Consultation | None, sealed: str | None = None) -> list[Event]:
    """The events that carry the command out; `sealed` are its words as ciphertext. Raises `Refused` with the reason."""
    if state is None:
        raise refusals.unknown(command.consultation_ref)
    if isinstance(command, commands.RecordDecline):
        return _decline(command, state, sealed)
    if isinstance(command, commands.CloseConsultation):
        return _close(command, state, sealed)
    if state.closed is not None:
        raise refusals.closed(state.ref, state.closed.closed_on)
    if state.placement_ref is not None and not isinstance(command, commands.StartFromConsultation):
        raise refusals.started(state.ref, state.placement_ref)
    return _DECISIONS[type(command)](command, state)


def _consult(command: commands.ConsultSchool, state: Consultation) -> list[Event]:
    known = state.school(command.provider_urn)
    if known is not None:
        if (known.consulted_on, known.respond_by) == (command.consulted_on, command.respond_by):
            return []
        raise refusals.consulted_already(state.ref, command.provider_urn, known.consulted_on)
    if command.respond_by is not None and command.respond_by < command.consulted_on:
        raise refusals.before(
            state.ref,
            "respond_by",
            said("It would be asked to answer before %(earliest)s.", earliest=command.consulted_on),
            command.consulted_on,
        )
    return [
        events.SchoolConsulted(
            effective_on=command.consulted_on, provider_urn=command.provider_urn, respond_by=command.respond_by
        )
    ]


def _offer(command: commands.RecordOffer, state: Consultation) -> list[Event]:
    known = _asked(command, state)
    if not command.rates:
        raise refusals.without_price(state.ref)
    _check_lines(state, command)
    if (known.answered_on, known.agreement_ref, known.rates) == (
        command.answered_on,
        command.agreement_ref,
        command.rates,
    ):
        return []
    return [
        events.PlaceOffered(
            effective_on=command.answered_on,
            provider_urn=command.provider_urn,
            agreement_ref=command.agreement_ref,
            rates=command.rates,
        )
    ]


def _decline(command: commands.RecordDecline, state: Consultation, words: str | None) -> list[Event]:
    if state.closed is not None:
        raise refusals.closed(state.ref, state.closed.closed_on)
    known = _asked(command, state)
    if state.chosen == command.provider_urn:
        raise refusals.chosen(state.ref, command.provider_urn)
    if (known.answered_on, known.declined, known.words) == (command.answered_on, command.reason, words):
        return []
    return [
        events.PlaceDeclined(
            effective_on=command.answered_on, provider_urn=command.provider_urn, reason=command.reason, words=words
        )
    ]


def _approve(command: commands.ApprovePlace, state: Consultation) -> list[Event]:
    _must_have_offered(command.provider_urn, state)
    if state.approved == (command.provider_urn, command.approved_on):
        return []
    return [events.PanelApproved(effective_on=command.approved_on, provider_urn=command.provider_urn)]


def _name(command: commands.NameSchool, state: Consultation) -> list[Event]:
    """The council names a school that offered; a tribunal may order any."""
    if command.by == "council":
        _must_have_offered(command.provider_urn, state)
    if state.named == (command.provider_urn, command.named_on, command.by):
        return []
    return [events.SchoolNamed(effective_on=command.named_on, provider_urn=command.provider_urn, by=command.by)]


def _issue(command: commands.IssuePlacementAgreement, state: Consultation) -> list[Event]:
    if state.named is None:
        raise refusals.not_yet(
            state.ref,
            said("This cannot be recorded yet: no school is named in section I of the plan."),
            said("Record which school is named."),
        )
    _check_lines(state, command)
    if state.issued == (command.issued_on, command.agreement_ref, command.start_on, command.rates):
        return []
    return [
        events.PlacementAgreementIssued(
            effective_on=command.issued_on,
            agreement_ref=command.agreement_ref,
            start_on=command.start_on,
            rates=command.rates,
        )
    ]


def _sign(command: commands.SignPlacementAgreement, state: Consultation) -> list[Event]:
    if state.issued is None:
        raise refusals.not_issued(state.ref)
    if command.signed_on < state.issued.issued_on:
        raise refusals.before(
            state.ref,
            "signed_on",
            said("It would be signed before %(earliest)s.", earliest=state.issued.issued_on),
            state.issued.issued_on,
        )
    if state.signed_on == command.signed_on:
        return []
    return [events.PlacementAgreementSigned(effective_on=command.signed_on)]


def _start(command: commands.StartFromConsultation, state: Consultation) -> list[Event]:
    if state.placement_ref == command.placement_ref:
        return []
    if state.placement_ref is not None:
        raise refusals.started(state.ref, state.placement_ref)
    if state.issued is None:
        raise refusals.not_issued(state.ref)
    return [events.PlaceFound(effective_on=state.issued.start_on, placement_ref=command.placement_ref)]


def _close(command: commands.CloseConsultation, state: Consultation, words: str | None) -> list[Event]:
    if state.closed == (command.closed_on, command.reason, words):
        return []
    if state.closed is not None:
        raise refusals.closed(state.ref, state.closed.closed_on)
    if state.placement_ref is not None:
        raise refusals.started(state.ref, state.placement_ref)
    return [events.ConsultationClosed(effective_on=command.closed_on, reason=command.reason, words=words)]


def _asked(command: commands.RecordOffer | commands.RecordDecline, state: Consultation) -> ConsultedSchool:
    known = state.school(command.provider_urn)
    if known is None:
        raise refusals.not_consulted(state.ref, command.provider_urn)
    if command.answered_on < known.consulted_on:
        raise refusals.before(
            state.ref,
            "answered_on",
            said("It would answer before %(earliest)s.", earliest=known.consulted_on),
            known.consulted_on,
        )
    return known


def _must_have_offered(urn: int, state: Consultation) -> None:
    known = state.school(urn)
    if known is None or not known.offered:
        raise refusals.no_offer(state.ref, urn)


def _check_lines(state: Consultation, command: commands.RecordOffer | commands.IssuePlacementAgreement) -> None:
    """Prices of a placement's own have no band, no setting and no void, and one line for a thing on a day."""
    if any(line.band is not None or line.setting is not None or line.void for line in command.rates):
        raise refusals.card_price(state.ref)
    start = state.wanted.wanted_from or state.identified_on
    if clash(command.rates, start) is not None:
        raise refusals.price_twice(state.ref)


_DECISIONS: dict[type[commands.ConsultationCommand], Callable[[Any, Consultation], list[Event]]] = {
    commands.ConsultSchool: _consult,
    commands.RecordOffer: _offer,
    commands.ApprovePlace: _approve,
    commands.NameSchool: _name,
    commands.IssuePlacementAgreement: _issue,
    commands.SignPlacementAgreement: _sign,
    commands.StartFromConsultation: _start,
}
