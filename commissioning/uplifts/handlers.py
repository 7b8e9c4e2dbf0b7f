"""Carries commands about uplifts out: finds the prices they are about, decides, appends, and records the raised rates.

An agreed uplift and every rate that comes of it are one command: all of them land or none.
"""

from collections.abc import Sequence

from commissioning.charges.accounts import standing_on
from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.undoing import last_done
from commissioning.ledger.work import Command, Handler, UnitOfWork
from commissioning.placements.commands import AgreeOwnRate, WithdrawOwnRate
from commissioning.placements.placement import PLACEMENTS
from commissioning.uplifts import commands
from commissioning.uplifts.events import UpliftAgreed, UpliftRefused, UpliftRoundWithdrawn
from commissioning.uplifts.facts import RaisedRate, Subject
from commissioning.uplifts.policy import may_decide_uplifts
from commissioning.uplifts.raising import Meant, prices_meant
from commissioning.uplifts.request import UPLIFTS, UpliftRequest, in_words, key_of
from commissioning.uplifts.request import decide as decide_request
from commissioning.uplifts.reversing import reversal
from commissioning.uplifts.round import UPLIFT_ROUNDS, UpliftRound, unknown_round
from commissioning.uplifts.round import decide as decide_round
from commissioning.uplifts.round import reversal as reversal_of_round
from contracts.agreement import AGREEMENTS
from contracts.commands import AgreeCardRate, WithdrawCardRate
from contracts.projections import agreements_of_provider
from contracts.series import line_at, same_line
from providers.provider import PROVIDERS, unknown_provider


def change_round(command: commands.OpenUpliftRound | commands.ChangeUpliftRound, work: UnitOfWork) -> None:
    """Record what a command about a round comes to."""
    _ask(work)
    found = decide_round(command, work.state(UPLIFT_ROUNDS, command.round))
    work.record(UPLIFT_ROUNDS, command.round, found, expected_version=command.expected_version)


def change_request(command: commands.RequestCommand, work: UnitOfWork) -> None:
    """Record what a command about a request comes to, and the rates that follow from it."""
    _ask(work)
    in_round = work.state(UPLIFT_ROUNDS, command.round)
    if in_round is None or in_round.withdrawn:
        raise unknown_round(command.round)
    _must_be_known(command.subject, work)
    key = key_of(command.round, command.subject)
    known = work.state(UPLIFTS, key)
    found = decide_request(command, known, _meant(command, in_round, work))
    corrects = _decision(key, work) if isinstance(command, commands.TakeBackUpliftDecision) else None
    work.record(UPLIFTS, key, found, expected_version=command.expected_version, corrects=corrects)
    if not found:
        return
    if isinstance(command, commands.AgreeUplift):
        _record_rates(_now(key, work).rates, work)
    elif isinstance(command, commands.TakeBackUpliftDecision) and known is not None:
        _withdraw_rates(known.rates, work)


def undo_round_change(command: commands.UndoUpliftRoundChange, work: UnitOfWork) -> None:
    """Reverse the events of a command about a round; one in which a school has asked is not withdrawn."""
    _ask(work)
    for recorded, earlier in last_done(work, UPLIFT_ROUNDS, command.round, command.command_id):
        found = reversal_of_round(recorded.event, earlier)
        asked = any(key.partition("|")[0] == command.round for key in work.log.keys(UPLIFTS.name))
        if asked and any(isinstance(event, UpliftRoundWithdrawn) for event in found):
            raise Refused(
                Fault(
                    "round-asked",
                    "A school has asked in this round, so its opening cannot be undone.",
                    said("uplift round %(round)s", round=command.round),
                    mend="Change the days of the round instead.",
                    status=409,
                )
            )
        work.record(UPLIFT_ROUNDS, command.round, found, corrects=recorded.position)


def undo_change(command: commands.UndoUpliftChange, work: UnitOfWork) -> None:
    """Reverse the events of a command, the newest first, and the rates that came of them."""
    _ask(work)
    for recorded, earlier in last_done(work, UPLIFTS, command.key, command.command_id):
        known = _now(command.key, work)
        found = reversal(recorded.event, earlier, work.today)
        if not found:
            raise Refused(
                Fault(
                    "nothing-to-undo",
                    "There is nothing left of this to undo.",
                    in_words(known.round, known.subject),
                    mend="Look at the request's own page.",
                    status=409,
                )
            )
        work.record(UPLIFTS, command.key, found, corrects=recorded.position)
        _withdraw_rates(known.rates, work)
        _record_rates(_now(command.key, work).rates, work)


def _ask(work: UnitOfWork) -> None:
    if not may_decide_uplifts(work.actor):
        raise forbidden("decide uplifts")


def _must_be_known(subject: Subject, work: UnitOfWork) -> None:
    """The school must be known, the agreement be one with it, and the placement stand under one of those."""
    if work.state(PROVIDERS, str(subject.provider_urn)) is None:
        raise Refused(unknown_provider(subject.provider_urn))
    agreements = agreements_of_provider(work.tables, subject.provider_urn)
    if subject.agreement_ref is not None and subject.agreement_ref not in agreements:
        raise Refused(
            Fault(
                "agreement-of-another-school",
                said("The school has no agreement “%(agreement)s”.", agreement=subject.agreement_ref),
                "agreement_ref",
                said("one of %(agreements)s", agreements=", ".join(agreements))
                if agreements
                else said("one of none: no agreement with it is recorded"),
            )
        )
    if subject.placement_ref is None:
        return
    placement = work.state(PLACEMENTS, subject.placement_ref)
    if placement is None or not any(version.agreement_ref in agreements for version in placement.versions):
        raise Refused(
            Fault(
                "placement-elsewhere",
                said(
                    "No placement “%(placement)s” stands under an agreement with this school.",
                    placement=subject.placement_ref,
                ),
                "placement_ref",
                "the reference of a placement at the school",
            )
        )


def _meant(command: commands.RequestCommand, in_round: UpliftRound, work: UnitOfWork) -> list[Meant]:
    """The prices that a request is about, from the day that it is agreed from, or the round's."""
    subject, urn = command.subject, command.subject.provider_urn
    day = command.applies_from if isinstance(command, commands.AgreeUplift) else in_round.applies_from
    refs = agreements_of_provider(work.tables, urn)
    agreements = [agreement for ref in refs if (agreement := work.state(AGREEMENTS, ref)) is not None]
    standing = {ref: standing_on(ref, work) for ref in refs}
    others = [one.subject for one in _others(command.round, subject, work)]
    return prices_meant(subject, day, agreements, standing, others)


def _others(round_name: str, subject: Subject, work: UnitOfWork) -> list[UpliftRequest]:
    """The other requests of a school in a round for the same component, less those withdrawn."""
    whole = key_of(round_name, Subject(provider_urn=subject.provider_urn, component=subject.component))
    own = key_of(round_name, subject)
    keys = [key for key in sorted(work.log.keys(UPLIFTS.name)) if key == whole or key.startswith(f"{whole}|")]
    known = [work.state(UPLIFTS, key) for key in keys if key != own]
    return [one for one in known if one is not None and one.state != "withdrawn"]


def _decision(key: str, work: UnitOfWork) -> int:
    """The position of the decision that stands, the last one of the request's events that is one."""
    return max(
        stored.position
        for stored in work.log.events_of(UPLIFTS.stream(key))
        if stored.type in (UpliftAgreed.__name__, UpliftRefused.__name__)
    )


def _now(key: str, work: UnitOfWork) -> UpliftRequest:
    state = work.state(UPLIFTS, key)
    if state is None:
        raise AssertionError("an event of the request has just been recorded")
    return state


def _record_rates(rates: Sequence[RaisedRate], work: UnitOfWork) -> None:
    for one in rates:
        if one.placement_ref is None:
            work.execute(AgreeCardRate(agreement_ref=one.agreement_ref, line=one.line))
        else:
            work.execute(AgreeOwnRate(placement_ref=one.placement_ref, line=one.line))


def _withdraw_rates(rates: Sequence[RaisedRate], work: UnitOfWork) -> None:
    """Withdraw the rates that still stand as they were agreed; one that was corrected since is somebody's own word."""
    for one in rates:
        if one.placement_ref is None:
            agreement = work.state(AGREEMENTS, one.agreement_ref)
            held = agreement and line_at(agreement.card, one.line, agreement.start_on)
            if agreement and held and same_line(held, one.line, agreement.start_on):
                work.execute(WithdrawCardRate(agreement_ref=one.agreement_ref, line=one.line))
        else:
            placement = work.state(PLACEMENTS, one.placement_ref)
            held = placement and line_at(placement.lines, one.line, placement.start_on)
            if placement and held and same_line(held, one.line, placement.start_on):
                work.execute(WithdrawOwnRate(placement_ref=one.placement_ref, line=one.line))


HANDLERS: dict[type[Command], Handler] = {
    commands.OpenUpliftRound: change_round,
    commands.ChangeUpliftRound: change_round,
    commands.AskUplift: change_request,
    commands.OfferUplift: change_request,
    commands.AgreeUplift: change_request,
    commands.RefuseUplift: change_request,
    commands.TakeBackUpliftDecision: change_request,
    commands.WithdrawUplift: change_request,
    commands.UndoUpliftChange: undo_change,
    commands.UndoUpliftRoundChange: undo_round_change,
}
