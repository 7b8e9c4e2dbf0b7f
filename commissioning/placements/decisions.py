"""What a command comes to, given the placement as it is: pure, and nothing where nothing would change."""

from collections.abc import Callable
from datetime import date
from typing import Any

from commissioning.ledger.events import Event
from commissioning.placements import commands, events, refusals
from commissioning.placements.facts import FundingSplit, Need, PlacementVersion, Suspension
from commissioning.placements.funding import is_whole, with_split
from commissioning.placements.placement import Placement, evolve
from commissioning.placements.suspensions import (
    overlapping,
    same_suspension,
    suspension_from,
    suspension_in_words,
)
from contracts.rates import RateLine
from contracts.series import clash, has_series, line_at, line_in_words, place_line, same_line
from contracts.versions import as_base, resolved, version_on

_WHOLE = 100


def decide(command: commands.PlacementCommand, state: Placement | None) -> list[Event]:
    """The events that carry the command out; raises `Refused` with the reason where it cannot be."""
    if isinstance(command, commands.StartPlacement):
        return _start(command, state)
    if state is None:
        raise refusals.unknown_placement(command.placement_ref)
    return _DECISIONS[type(command)](command, state)


def _start(command: commands.StartPlacement, state: Placement | None) -> list[Event]:
    ref, start_on = command.placement_ref, command.start_on
    if command.end_on is not None and command.end_on < start_on:
        raise refusals.ends_before_start(ref, start_on, command.end_on)
    if command.rates:
        _check_own_lines(ref, command.rates, start_on)
    if command.funding:
        _check_splits(ref, command.funding, start_on)
    event = events.PlacementStarted(
        effective_on=start_on,
        placement_ref=ref,
        pupil=command.pupil,
        need=command.need,
        start_on=start_on,
        end_on=command.end_on,
        notice_given_on=command.notice_given_on,
        end_reason=command.end_reason,
        signed_on=command.signed_on,
        birth_month=command.birth_month,
        version=_version(command, None),
        rates=command.rates,
        funding=command.funding,
    )
    if state is None:
        return [event]
    if evolve(None, event) == state:
        return []
    raise refusals.already_logged(ref)


def _change_version(command: commands.ChangePlacementVersion, state: Placement) -> list[Event]:
    version = as_base(_version(command, command.effective_from), state.start_on)
    day = resolved(version, state.start_on)
    in_force = version_on(state.versions, day, state.start_on)
    if in_force is None:
        raise refusals.version_before_start(state.ref, day, state.start_on)
    if in_force == version:
        return []
    if in_force.agreement_ref == version.agreement_ref:
        return [events.PackageChanged(effective_on=day, version=version)]
    return [events.PlacementMoved(effective_on=day, version=version)]


def _end(command: commands.EndPlacement, state: Placement) -> list[Event]:
    reason = state.end_reason if command.end_reason is None else command.end_reason
    notice = state.notice_given_on if command.notice_given_on is None else command.notice_given_on
    if state.end_on is not None:
        if (state.end_on, state.end_reason, state.notice_given_on) == (command.end_on, reason, notice):
            return []
        raise refusals.already_ended(state.ref, state.end_on)
    if command.end_on < state.start_on:
        raise refusals.ends_before_start(state.ref, state.start_on, command.end_on)
    found = _dates_stated(state, state.start_on, command.end_on, notice, reason)
    if state.end_recorded and reason != state.end_reason:
        found.append(_corrected(state.start_on, state.need, state.birth_month, state.signed_on, reason))
    return found


def _state_exit(command: commands.StateExit, state: Placement) -> list[Event]:
    if command.exit == state.exit:
        return []
    if command.exit is not None and state.end_on is None:
        raise refusals.not_ended(state.ref)
    return [events.ExitStated(effective_on=state.end_on or state.start_on, exit=command.exit)]


def _give_notice(command: commands.GiveNotice, state: Placement) -> list[Event]:
    if state.notice_given_on == command.notice_given_on:
        return []
    if state.notice_given_on is not None:
        raise refusals.notice_already_given(state.ref, state.notice_given_on)
    return [events.NoticeGiven(effective_on=command.notice_given_on, notice_given_on=command.notice_given_on)]


def _correct_dates(command: commands.CorrectPlacementDates, state: Placement) -> list[Event]:
    start_on, end_on = command.start_on, command.end_on
    if end_on is not None and end_on < start_on:
        raise refusals.ends_before_start(state.ref, start_on, end_on)
    if (line := clash(state.lines, start_on)) is not None:
        raise refusals.rates_clash(state.ref, line_in_words(line, start_on))
    return _dates_stated(state, start_on, end_on, command.notice_given_on, state.end_reason)


def _correct(command: commands.CorrectPlacement, state: Placement) -> list[Event]:
    known = (state.need, state.birth_month, state.signed_on, state.end_reason)
    stated = (command.need, command.birth_month, command.signed_on, command.end_reason)
    return [] if stated == known else [_corrected(state.start_on, *stated)]


def _agree_rate(command: commands.AgreeOwnRate, state: Placement) -> list[Event]:
    line, start_on = command.line, state.start_on
    _check_own_lines(state.ref, (line,), start_on)
    placing, _ = place_line(state.lines, line, start_on)
    if placing == "unchanged":
        return []
    day = resolved(line, start_on)
    if placing == "corrected":
        return [events.OwnRateCorrected(effective_on=day, line=line)]
    return [events.OwnRateAgreed(effective_on=day, line=line, extra=not has_series(state.lines, line))]


def _withdraw_rate(command: commands.WithdrawOwnRate, state: Placement) -> list[Event]:
    """Withdraws what the series has on that date, whatever its price, and the stated price where it is another.

    A price that nobody recorded is recorded as withdrawn: a workbook may list one.
    """
    line, start_on = command.line, state.start_on
    _check_own_lines(state.ref, (line,), start_on)
    if any(same_line(line, known, start_on) for known in state.withdrawn_lines):
        return []
    held = line_at(state.lines, line, start_on)
    gone = [line] if held is None or same_line(held, line, start_on) else [held, line]
    day = resolved(line, start_on)
    return [events.OwnRateWithdrawn(effective_on=day, line=one) for one in gone]


def _suspend(command: commands.SuspendPlacement, state: Placement) -> list[Event]:
    suspension = _suspension(command)
    known = suspension_from(state.suspensions, suspension.first_day)
    if known == suspension:
        return []
    if (other := overlapping(state.suspensions, suspension)) is not None:
        raise refusals.suspensions_overlap(state.ref, suspension_in_words(suspension), suspension_in_words(other))
    if known is None:
        return [events.PlacementSuspended(effective_on=suspension.first_day, suspension=suspension)]
    return [events.SuspensionCorrected(effective_on=suspension.first_day, suspension=suspension)]


def _withdraw_suspension(command: commands.WithdrawSuspension, state: Placement) -> list[Event]:
    """As with a price: what begins on that day is withdrawn, and what is stated where it is another."""
    suspension = _suspension(command)
    if any(same_suspension(suspension, known) for known in state.withdrawn_suspensions):
        return []
    day = suspension.first_day
    held = suspension_from(state.suspensions, day)
    gone = [suspension] if held is None or same_suspension(held, suspension) else [held, suspension]
    return [events.SuspensionWithdrawn(effective_on=day, suspension=one) for one in gone]


def _agree_funding(command: commands.AgreeFunding, state: Placement) -> list[Event]:
    split = FundingSplit(
        effective_from=command.effective_from,
        education_pct=command.education_pct,
        health_pct=command.health_pct,
        care_pct=command.care_pct,
    )
    if not is_whole(split):
        raise refusals.shares_not_whole(state.ref)
    if with_split(state.funding, split, state.start_on) == state.funding:
        return []
    return [events.FundingAgreed(effective_on=resolved(split, state.start_on), split=split)]


def _withdraw(_command: commands.WithdrawPlacement, state: Placement) -> list[Event]:
    return [] if state.withdrawn else [events.PlacementWithdrawn(effective_on=state.start_on)]


def _reinstate(_command: commands.ReinstatePlacement, state: Placement) -> list[Event]:
    return [events.PlacementReinstated(effective_on=state.start_on)] if state.withdrawn else []


def _version(
    command: commands.StartPlacement | commands.ChangePlacementVersion, effective_from: date | None
) -> PlacementVersion:
    return PlacementVersion(
        effective_from=effective_from,
        agreement_ref=command.agreement_ref,
        phase=command.phase,
        setting=command.setting,
        band=command.band,
        home_area=command.home_area,
        route=command.route,
    )


def _suspension(command: commands.SuspendPlacement | commands.WithdrawSuspension) -> Suspension:
    """The suspension that a command states, if it is sound."""
    first_day, last_day = command.first_day, command.last_day
    if last_day is not None and last_day < first_day:
        raise refusals.suspension_backwards(command.placement_ref, first_day, last_day)
    if not 0 <= command.payable_pct <= _WHOLE:
        raise refusals.suspension_percentage(command.placement_ref)
    return Suspension(first_day=first_day, last_day=last_day, payable_pct=command.payable_pct, reason=command.reason)


def _dates_stated(
    state: Placement, start_on: date, end_on: date | None, notice: date | None, end_reason: str | None
) -> list[Event]:
    """Recording a first end or a notice is no correction: it moves money for another cause (pricing.md §7)."""
    ends_now = end_on is not None and not state.end_recorded
    corrected_end = state.end_on if ends_now else end_on
    corrected_notice = None if state.notice_given_on is None else notice
    known = (state.start_on, state.end_on, state.notice_given_on)
    stated = (start_on, corrected_end, corrected_notice)
    found: list[Event] = []
    if stated != known:
        changed = [day for pair in zip(known, stated, strict=True) if pair[0] != pair[1] for day in pair]
        found.append(
            events.PlacementDatesCorrected(
                effective_on=min(day for day in changed if day is not None),
                start_on=start_on,
                end_on=corrected_end,
                notice_given_on=corrected_notice,
            )
        )
    if end_on is not None and ends_now:
        found.append(
            events.PlacementEnded(effective_on=end_on, end_on=end_on, end_reason=end_reason, notice_given_on=notice)
        )
    elif notice is not None and notice != corrected_notice:
        found.append(events.NoticeGiven(effective_on=notice, notice_given_on=notice))
    return found


def _corrected(
    day: date, need: Need, birth_month: str | None, signed_on: date | None, end_reason: str | None
) -> events.PlacementCorrected:
    return events.PlacementCorrected(
        effective_on=day, need=need, birth_month=birth_month, signed_on=signed_on, end_reason=end_reason
    )


def _check_own_lines(ref: str, lines: tuple[RateLine, ...], start_on: date) -> None:
    """Refuses lines that only a card can have, and two of one series on one date."""
    for line in lines:
        if line.band is not None or line.setting is not None or line.void:
            raise refusals.rate_not_own(ref, line_in_words(line, start_on))
    if len(lines) > 1 and (twice := clash(lines, start_on)) is not None:
        raise refusals.rates_clash(ref, line_in_words(twice, start_on))


def _check_splits(ref: str, funding: tuple[FundingSplit, ...], start_on: date) -> None:
    if not all(is_whole(split) for split in funding):
        raise refusals.shares_not_whole(ref)
    if len({resolved(split, start_on) for split in funding}) < len(funding):
        raise refusals.shares_clash(ref)


def _name_case_officer(command: commands.NameCaseOfficer, state: Placement) -> list[Event]:
    if command.case_officer == state.case_officer:
        return []
    return [events.CaseOfficerNamed(effective_on=command.named_on, case_officer=command.case_officer)]


_DECISIONS: dict[type[commands.PlacementCommand], Callable[[Any, Placement], list[Event]]] = {
    commands.ChangePlacementVersion: _change_version,
    commands.EndPlacement: _end,
    commands.StateExit: _state_exit,
    commands.GiveNotice: _give_notice,
    commands.CorrectPlacementDates: _correct_dates,
    commands.CorrectPlacement: _correct,
    commands.AgreeOwnRate: _agree_rate,
    commands.WithdrawOwnRate: _withdraw_rate,
    commands.SuspendPlacement: _suspend,
    commands.WithdrawSuspension: _withdraw_suspension,
    commands.AgreeFunding: _agree_funding,
    commands.WithdrawPlacement: _withdraw,
    commands.ReinstatePlacement: _reinstate,
    commands.NameCaseOfficer: _name_case_officer,
}
