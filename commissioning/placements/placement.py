"""A placement as its events leave it; pricing reads the state as it is (contracts.pricing.facts.PlacementFacts)."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced, quick_to_copy
from commissioning.ledger.events import Event
from commissioning.placements import events
from commissioning.placements.facts import Exit, FundingSplit, Need, PlacementVersion, Suspension
from commissioning.placements.funding import after_start_moved, with_split
from commissioning.placements.suspensions import with_suspension, without_suspension
from contracts.series import Lines, place_line, without_same_line
from contracts.versions import rebased, with_version


@quick_to_copy
class Placement(NamedTuple):
    """One pupil's place, with everything that ever held and what was withdrawn as never having held.

    `pupil` is the pupil's random key; `end_reason` is ciphertext. `versions` are in order of their days, the first
    without a date; `suspensions` in order of their first days, never overlapping; `lines` and `funding` have
    one row a date (and series), a blank date being start_on. A `withdrawn` placement has no days and no charge.
    `end_recorded` says that an end was recorded at some time: only the first recording ends a placement, whatever is
    said of it later is a correction. `case_officer` is the account that is responsible, None while it is nobody; `exit`
    says why it ended, None while nobody has said.
    """

    ref: str
    pupil: str
    need: Need
    start_on: date
    end_on: date | None
    end_recorded: bool
    notice_given_on: date | None
    end_reason: str | None
    signed_on: date | None
    birth_month: str | None
    withdrawn: bool
    versions: tuple[PlacementVersion, ...]
    lines: Lines
    withdrawn_lines: Lines
    suspensions: tuple[Suspension, ...]
    withdrawn_suspensions: tuple[Suspension, ...]
    funding: tuple[FundingSplit, ...]
    case_officer: str | None = None
    exit: Exit | None = None


def evolve(state: Placement | None, event: Event) -> Placement:
    """The placement after an event; raises `LedgerDamaged` where the event cannot follow."""
    if state is None and isinstance(event, events.PlacementStarted):
        return _started(event)
    evolution = _EVOLUTIONS.get(type(event))
    if state is None or evolution is None:
        raise misplaced(event, state)
    return evolution(state, event)


PLACEMENTS = Aggregate("placement", evolve)


def _started(event: events.PlacementStarted) -> Placement:
    funding: tuple[FundingSplit, ...] = ()
    for split in event.funding:
        funding = with_split(funding, split, event.start_on)
    return Placement(
        ref=event.placement_ref,
        pupil=event.pupil,
        need=event.need,
        start_on=event.start_on,
        end_on=event.end_on,
        end_recorded=event.end_on is not None,
        notice_given_on=event.notice_given_on,
        end_reason=event.end_reason,
        signed_on=event.signed_on,
        birth_month=event.birth_month,
        withdrawn=False,
        versions=(event.version,),
        lines=event.rates,
        withdrawn_lines=(),
        suspensions=(),
        withdrawn_suspensions=(),
        funding=funding,
    )


def _version_stated(state: Placement, event: events.PackageChanged | events.PlacementMoved) -> Placement:
    return state._replace(versions=with_version(state.versions, event.version, state.start_on))


def _ended(state: Placement, event: events.PlacementEnded) -> Placement:
    return state._replace(
        end_on=event.end_on,
        end_recorded=True,
        end_reason=event.end_reason,
        notice_given_on=event.notice_given_on,
    )


def _exit_stated(state: Placement, event: events.ExitStated) -> Placement:
    return state._replace(exit=event.exit)


def _notice_given(state: Placement, event: events.NoticeGiven) -> Placement:
    return state._replace(notice_given_on=event.notice_given_on)


def _dates_corrected(state: Placement, event: events.PlacementDatesCorrected) -> Placement:
    return state._replace(
        start_on=event.start_on,
        end_on=event.end_on,
        notice_given_on=event.notice_given_on,
        versions=rebased(state.versions, state.start_on, event.start_on),
        funding=after_start_moved(state.funding, event.start_on),
    )


def _corrected(state: Placement, event: events.PlacementCorrected) -> Placement:
    return state._replace(
        need=event.need,
        birth_month=event.birth_month,
        signed_on=event.signed_on,
        end_reason=event.end_reason,
    )


def _rate_agreed(state: Placement, event: events.OwnRateAgreed) -> Placement:
    return state._replace(
        lines=(*state.lines, event.line),
        withdrawn_lines=without_same_line(state.withdrawn_lines, event.line, state.start_on),
    )


def _rate_corrected(state: Placement, event: events.OwnRateCorrected) -> Placement:
    return state._replace(
        lines=place_line(state.lines, event.line, state.start_on)[1],
        withdrawn_lines=without_same_line(state.withdrawn_lines, event.line, state.start_on),
    )


def _rate_withdrawn(state: Placement, event: events.OwnRateWithdrawn) -> Placement:
    return state._replace(
        lines=without_same_line(state.lines, event.line, state.start_on),
        withdrawn_lines=(*without_same_line(state.withdrawn_lines, event.line, state.start_on), event.line),
    )


def _suspension_stated(state: Placement, event: events.PlacementSuspended | events.SuspensionCorrected) -> Placement:
    return state._replace(
        suspensions=with_suspension(state.suspensions, event.suspension),
        withdrawn_suspensions=without_suspension(state.withdrawn_suspensions, event.suspension),
    )


def _suspension_withdrawn(state: Placement, event: events.SuspensionWithdrawn) -> Placement:
    others = without_suspension(state.withdrawn_suspensions, event.suspension)
    return state._replace(
        suspensions=without_suspension(state.suspensions, event.suspension),
        withdrawn_suspensions=(*others, event.suspension),
    )


def _funding_agreed(state: Placement, event: events.FundingAgreed) -> Placement:
    return state._replace(funding=with_split(state.funding, event.split, state.start_on))


def _withdrawn(state: Placement, _event: events.PlacementWithdrawn) -> Placement:
    return state._replace(withdrawn=True)


def _reinstated(state: Placement, _event: events.PlacementReinstated) -> Placement:
    return state._replace(withdrawn=False)


def _case_officer_named(state: Placement, event: events.CaseOfficerNamed) -> Placement:
    return state._replace(case_officer=event.case_officer)


_EVOLUTIONS: dict[type[Event], Callable[[Placement, Any], Placement]] = {
    events.PackageChanged: _version_stated,
    events.PlacementMoved: _version_stated,
    events.PlacementEnded: _ended,
    events.ExitStated: _exit_stated,
    events.NoticeGiven: _notice_given,
    events.PlacementDatesCorrected: _dates_corrected,
    events.PlacementCorrected: _corrected,
    events.OwnRateAgreed: _rate_agreed,
    events.OwnRateCorrected: _rate_corrected,
    events.OwnRateWithdrawn: _rate_withdrawn,
    events.PlacementSuspended: _suspension_stated,
    events.SuspensionCorrected: _suspension_stated,
    events.SuspensionWithdrawn: _suspension_withdrawn,
    events.FundingAgreed: _funding_agreed,
    events.PlacementWithdrawn: _withdrawn,
    events.PlacementReinstated: _reinstated,
    events.CaseOfficerNamed: _case_officer_named,
}
