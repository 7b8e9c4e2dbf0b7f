"""What puts back how a placement stood before an event: the commands by which that event is undone. Pure.

An undone change of package leaves a version from its day that says what held before it: nothing is taken out of the
log, and every day is priced as it was.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from commissioning.ledger.events import Event
from commissioning.placements import commands, events
from commissioning.placements.facts import FundingSplit, PlacementVersion, Suspension
from commissioning.placements.placement import Placement
from commissioning.placements.suspensions import same_suspension, suspension_from
from contracts.series import line_at, same_line
from contracts.versions import resolved, version_on

Commands = list[commands.PlacementCommand]

_EDUCATION_ALONE = FundingSplit(education_pct=Decimal(100), health_pct=Decimal(0), care_pct=Decimal(0))


def reversal(event: Event, before: Placement | None, ref: str) -> Commands:
    """The commands that reverse an event, given the placement right before it; None where the event began it."""
    if before is None:
        return [commands.WithdrawPlacement(placement_ref=ref)]
    return _REVERSALS[type(event)](event, before)


def _version_back(event: events.PackageChanged | events.PlacementMoved, before: Placement) -> Commands:
    day = resolved(event.version, before.start_on)
    held = version_on(before.versions, day, before.start_on) or before.versions[0]
    return [_stating(before.ref, held, before, from_day=day)]


def _end_back(_event: events.PlacementEnded, before: Placement) -> Commands:
    return [_dates(before), _facts(before)]


def _exit_back(_event: events.ExitStated, before: Placement) -> Commands:
    return [commands.StateExit(placement_ref=before.ref, exit=before.exit)]


def _dates_back(event: events.NoticeGiven | events.PlacementDatesCorrected, before: Placement) -> Commands:
    """A start that moved may have let versions and splits go that no day needed; they are stated again."""
    if isinstance(event, events.NoticeGiven):
        return [_dates(before)]
    versions = [_stating(before.ref, one, before) for one in before.versions]
    return [_dates(before), *versions, *(_sharing(before, one) for one in before.funding)]


def _facts_back(_event: events.PlacementCorrected, before: Placement) -> Commands:
    return [_facts(before)]


def _rate_gone(event: events.OwnRateAgreed, before: Placement) -> Commands:
    return [commands.WithdrawOwnRate(placement_ref=before.ref, line=event.line)]


def _rate_back(event: events.OwnRateCorrected | events.OwnRateWithdrawn, before: Placement) -> Commands:
    held = line_at(before.lines, event.line, before.start_on)
    if held is None or (
        isinstance(event, events.OwnRateWithdrawn) and not same_line(held, event.line, before.start_on)
    ):
        return []  # a price was withdrawn that did not hold
    return [commands.AgreeOwnRate(placement_ref=before.ref, line=held)]


def _suspension_gone(event: events.PlacementSuspended, before: Placement) -> Commands:
    return [commands.WithdrawSuspension(placement_ref=before.ref, **_fields(event.suspension))]


def _suspension_back(event: events.SuspensionCorrected | events.SuspensionWithdrawn, before: Placement) -> Commands:
    held = suspension_from(before.suspensions, event.suspension.first_day)
    withdrawn = isinstance(event, events.SuspensionWithdrawn)
    if held is None or (withdrawn and not same_suspension(held, event.suspension)):
        return []
    return [commands.SuspendPlacement(placement_ref=before.ref, **_fields(held))]


def _funding_back(event: events.FundingAgreed, before: Placement) -> Commands:
    day = resolved(event.split, before.start_on)
    held = version_on(before.funding, day, before.start_on) or _EDUCATION_ALONE
    return [
        commands.AgreeFunding(
            placement_ref=before.ref,
            effective_from=day,
            education_pct=held.education_pct,
            health_pct=held.health_pct,
            care_pct=held.care_pct,
        )
    ]


def _reinstate(_event: events.PlacementWithdrawn, before: Placement) -> Commands:
    return [commands.ReinstatePlacement(placement_ref=before.ref)]


def _withdraw(_event: events.PlacementReinstated, before: Placement) -> Commands:
    return [commands.WithdrawPlacement(placement_ref=before.ref)]


def _dates(before: Placement) -> commands.CorrectPlacementDates:
    return commands.CorrectPlacementDates(
        placement_ref=before.ref,
        start_on=before.start_on,
        end_on=before.end_on,
        notice_given_on=before.notice_given_on,
    )


def _facts(before: Placement) -> commands.CorrectPlacement:
    return commands.CorrectPlacement(
        placement_ref=before.ref,
        need=before.need,
        birth_month=before.birth_month,
        signed_on=before.signed_on,
        end_reason=before.end_reason,
    )


def _stating(
    ref: str, version: PlacementVersion, before: Placement, from_day: Any = None
) -> commands.ChangePlacementVersion:
    return commands.ChangePlacementVersion(
        placement_ref=ref,
        effective_from=from_day or resolved(version, before.start_on),
        agreement_ref=version.agreement_ref,
        phase=version.phase,
        setting=version.setting,
        band=version.band,
        home_area=version.home_area,
        route=version.route,
    )


def _sharing(before: Placement, split: FundingSplit) -> commands.AgreeFunding:
    return commands.AgreeFunding(
        placement_ref=before.ref,
        effective_from=split.effective_from,
        education_pct=split.education_pct,
        health_pct=split.health_pct,
        care_pct=split.care_pct,
    )


def _fields(suspension: Suspension) -> dict[str, Any]:
    return {
        "first_day": suspension.first_day,
        "last_day": suspension.last_day,
        "payable_pct": suspension.payable_pct,
        "reason": suspension.reason,
    }


def _case_officer_back(event: events.CaseOfficerNamed, before: Placement) -> Commands:
    return [
        commands.NameCaseOfficer(
            placement_ref=before.ref, case_officer=before.case_officer, named_on=event.effective_on
        )
    ]


_REVERSALS: dict[type[Event], Callable[[Any, Placement], Commands]] = {
    events.PackageChanged: _version_back,
    events.PlacementMoved: _version_back,
    events.PlacementEnded: _end_back,
    events.ExitStated: _exit_back,
    events.NoticeGiven: _dates_back,
    events.PlacementDatesCorrected: _dates_back,
    events.PlacementCorrected: _facts_back,
    events.OwnRateAgreed: _rate_gone,
    events.OwnRateCorrected: _rate_back,
    events.OwnRateWithdrawn: _rate_back,
    events.PlacementSuspended: _suspension_gone,
    events.SuspensionCorrected: _suspension_back,
    events.SuspensionWithdrawn: _suspension_back,
    events.FundingAgreed: _funding_back,
    events.PlacementWithdrawn: _reinstate,
    events.PlacementReinstated: _withdraw,
    events.CaseOfficerNamed: _case_officer_back,
}
