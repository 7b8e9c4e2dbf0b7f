"""Rows of the sheets Placements, own Rates, Suspensions and Funding into commands."""

from datetime import date

from commissioning.importing.intake.pupils import erased_pupil_of, named_again, pupil_key
from commissioning.importing.intake.rates import is_withdrawn, place_of_rate, rate_line, withdrawals_first
from commissioning.importing.intake.session import Place, Session, chosen, grouped, stated
from commissioning.importing.rows import UNCHANGED, FundingRow, PlacementRow, RateRow, SuspensionRow, WorkbookRows
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.placements import commands
from commissioning.placements.facts import FundingSplit
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.pupil import PUPILS
from contracts.rates import RateLine
from contracts.versions import version_on

_FIRST = date.min


def take_placements(session: Session, rows: WorkbookRows) -> None:
    """Starts new placements, each with its own prices and funding in one command, and changes known ones.

    Placements of an agreement come in the order of their places, so that no start moves an earlier place.
    """
    placements: dict[str, list[PlacementRow]] = grouped(rows.placements, lambda row: row.placement_ref)
    rates: dict[str, list[RateRow]] = grouped(
        (row for row in rows.rates if chosen(row.placement_ref, None)), lambda row: row.placement_ref
    )
    funding: dict[str, list[FundingRow]] = grouped(rows.funding, lambda row: row.placement_ref)
    suspensions: dict[str, list[SuspensionRow]] = grouped(rows.suspensions, lambda row: row.placement_ref)
    refs = dict.fromkeys([*placements, *rates, *funding, *suspensions])
    for ref in sorted(refs, key=lambda ref: (_start_of(placements.get(ref)), ref)):
        versions = sorted(placements.get(ref, ()), key=lambda row: chosen(row.effective_from, None) or _FIRST)
        if any(session.was_refused("Agreements", str(row.agreement_ref)) for row in versions):
            continue
        if session.work.state(PLACEMENTS, ref) is None:
            if not versions:
                continue
            _start(session, versions, rates.get(ref, []), funding.get(ref, []))
        else:
            _change(session, ref, versions)
            _agree_rates(session, ref, rates.get(ref, []))
            _agree_funding(session, ref, funding.get(ref, []))
        if session.work.state(PLACEMENTS, ref) is not None:
            _suspend(session, ref, suspensions.get(ref, []))
            _withdraw(session, ref, versions)


def _start_of(versions: list[PlacementRow] | None) -> date:
    return chosen(versions[0].start_on, _FIRST) if versions else _FIRST


def _start(session: Session, versions: list[PlacementRow], rates: list[RateRow], funding: list[FundingRow]) -> None:
    first, last = versions[0], versions[-1]
    ref, place = first.placement_ref, _place(first)
    pupil = pupil_key(session, stated(first.pupil_ref), place)
    held = [row for row in rates if not is_withdrawn(row)]
    session.execute(
        commands.StartPlacement(
            placement_ref=ref,
            pupil=pupil,
            need=stated(last.need),
            start_on=stated(first.start_on),
            end_on=chosen(first.end_on, None),
            notice_given_on=chosen(first.notice_given_on, None),
            end_reason=_sealed(session, pupil, "end_reason", chosen(last.end_reason, None), None, place),
            signed_on=chosen(last.signed_on, None),
            birth_month=chosen(last.birth_month, None),
            agreement_ref=stated(first.agreement_ref),
            phase=stated(first.phase),
            setting=stated(first.setting),
            band=chosen(first.band, None),
            home_area=chosen(first.home_area, None),
            route=chosen(first.route, None),
            rates=tuple(rate_line(row, own=True) for row in held),
            funding=tuple(
                FundingSplit(
                    effective_from=chosen(row.effective_from, None),
                    education_pct=row.education_pct,
                    health_pct=row.health_pct,
                    care_pct=row.care_pct,
                )
                for row in funding
            ),
        ),
        place,
        *[place_of_rate(row) for row in held],
        *[_place_of_funding(row) for row in funding],
        subject=("Placements", ref),
    )
    if session.work.state(PLACEMENTS, ref) is None:
        return
    _state_exit(session, ref, last, place)
    _state_versions(session, ref, versions[1:])
    if len(held) < len(rates):
        # A withdrawal takes away whatever its series has on its date; what was stated besides is then agreed again.
        _agree_rates(session, ref, rates)


def _change(session: Session, ref: str, versions: list[PlacementRow]) -> None:
    """Restates a known placement: its dates, then where it stood from when, then its undated facts."""
    if not versions:
        return
    last, place = versions[-1], _place(versions[-1])
    known = _known(session, ref)
    if not _same_pupil(session, last, known, place):
        return
    if last.withdrawn is False:
        session.execute(commands.ReinstatePlacement(placement_ref=ref), place)
    reason = known.end_reason
    if last.end_reason is not UNCHANGED:
        reason = _sealed(session, known.pupil, "end_reason", last.end_reason, known.end_reason, place)
    _state_dates(session, known, last, reason, place)
    _state_exit(session, ref, last, place)
    _state_versions(session, ref, versions)
    session.execute(
        commands.CorrectPlacement(
            placement_ref=ref,
            need=chosen(last.need, known.need),
            birth_month=chosen(last.birth_month, known.birth_month),
            signed_on=chosen(last.signed_on, known.signed_on),
            end_reason=reason,
        ),
        place,
    )


def _state_exit(session: Session, ref: str, row: PlacementRow, place: Place) -> None:
    """Says why it ended, where the sheet has that column."""
    if row.exit is not UNCHANGED:
        session.execute(commands.StateExit(placement_ref=ref, exit=row.exit), place)


def _state_dates(session: Session, known: Placement, row: PlacementRow, reason: str | None, place: Place) -> None:
    """Recording an end for the first time carries its reason; every other change of a date is a correction."""
    start_on, end_on = chosen(row.start_on, known.start_on), chosen(row.end_on, known.end_on)
    notice = chosen(row.notice_given_on, known.notice_given_on)
    if known.end_on is None and end_on is not None and start_on == known.start_on:
        session.execute(
            commands.EndPlacement(placement_ref=known.ref, end_on=end_on, end_reason=reason, notice_given_on=notice),
            place,
        )
    session.execute(
        commands.CorrectPlacementDates(
            placement_ref=known.ref, start_on=start_on, end_on=end_on, notice_given_on=notice
        ),
        place,
    )


def _state_versions(session: Session, ref: str, versions: list[PlacementRow]) -> None:
    for row in versions:
        known = _known(session, ref)
        day = chosen(row.effective_from, None) or known.start_on
        before = version_on(known.versions, day, known.start_on) or known.versions[0]
        session.execute(
            commands.ChangePlacementVersion(
                placement_ref=ref,
                effective_from=day,
                agreement_ref=chosen(row.agreement_ref, before.agreement_ref),
                phase=chosen(row.phase, before.phase),
                setting=chosen(row.setting, before.setting),
                band=chosen(row.band, before.band),
                home_area=chosen(row.home_area, before.home_area),
                route=chosen(row.route, before.route),
            ),
            Place("Placements", row.row, "effective_from", str(day)),
        )


def _agree_rates(session: Session, ref: str, rates: list[RateRow]) -> None:
    def line_of(row: RateRow) -> RateLine:
        known = _known(session, ref)
        return rate_line(row, own=True, known=known.lines, owner_start=known.start_on)

    for row in withdrawals_first(rates, line_of, _known(session, ref).start_on):
        kind = commands.WithdrawOwnRate if is_withdrawn(row) else commands.AgreeOwnRate
        session.execute(kind(placement_ref=ref, line=line_of(row)), place_of_rate(row))


def _agree_funding(session: Session, ref: str, funding: list[FundingRow]) -> None:
    for row in funding:
        session.execute(
            commands.AgreeFunding(
                placement_ref=ref,
                effective_from=chosen(row.effective_from, None),
                education_pct=row.education_pct,
                health_pct=row.health_pct,
                care_pct=row.care_pct,
            ),
            _place_of_funding(row),
        )


def _suspend(session: Session, ref: str, suspensions: list[SuspensionRow]) -> None:
    """Withdrawals first, then in the order of their days: so nothing overlaps what the workbook itself puts right."""
    for row in sorted(suspensions, key=lambda row: (row.withdrawn is not True, row.first_day)):
        known = _known(session, ref)
        every = (*known.suspensions, *known.withdrawn_suspensions)
        before = next((one for one in every if one.first_day == row.first_day), None)
        reason = before.reason if before else None
        place = Place("Suspensions", row.row, "first_day", str(row.first_day))
        if row.reason is not UNCHANGED:
            reason = _sealed(session, known.pupil, "suspension", row.reason, reason, place)
        kind = commands.WithdrawSuspension if row.withdrawn is True else commands.SuspendPlacement
        session.execute(
            kind(
                placement_ref=ref,
                first_day=row.first_day,
                last_day=chosen(row.last_day, before.last_day if before else None),
                payable_pct=row.payable_pct,
                reason=reason,
            ),
            place,
        )


def _withdraw(session: Session, ref: str, versions: list[PlacementRow]) -> None:
    if versions and versions[-1].withdrawn is True:
        session.execute(commands.WithdrawPlacement(placement_ref=ref), _place(versions[-1]))


def _same_pupil(session: Session, row: PlacementRow, known: Placement, place: Place) -> bool:
    if row.pupil_ref is UNCHANGED or session.work.vault.pupil_of(row.pupil_ref) == known.pupil:
        return True
    erased = erased_pupil_of(session, known.ref)
    refusal = _another_pupils(known.ref) if erased is None else named_again(erased)
    session.refuse(refusal, place._replace(column="pupil_ref", value=None))
    return False


def _another_pupils(ref: str) -> Refused:
    return Refused(
        Fault(
            "pupil-changed",
            said("Placement %(ref)s is another pupil's.", ref=ref),
            expected="the pupil_ref under which it was logged",
            mend="If it was logged for the wrong pupil, withdraw it and log a new one.",
        )
    )


def _known(session: Session, ref: str) -> Placement:
    known = session.work.state(PLACEMENTS, ref)
    assert known is not None  # noqa: S101 - the callers have met it
    return known


def _sealed(
    session: Session, pupil: str, field: str, text: str | None, earlier: str | None, place: Place
) -> str | None:
    """The text sealed; of an erased pupil what was sealed earlier stays, a blank cell being all that may be said."""
    if text is None and earlier is None:
        return None
    known = session.work.state(PUPILS, pupil)
    if known is None or known.erased_on is None:
        return session.work.vault.seal_again(pupil, field, text, earlier)
    if text is not None:
        column = "reason" if field == "suspension" else field
        session.refuse(_words_about_erased(known.erased_on), place._replace(column=column, value=None))
    return earlier


def _words_about_erased(erased_on: date) -> Refused:
    return Refused(
        Fault(
            "pupil-erased",
            said(
                "The pupil was erased on %(erased_on)s: no words about the pupil can be sealed any more.",
                erased_on=erased_on,
            ),
            expected="a blank cell, which leaves what was sealed as it is",
        )
    )


def _place(row: PlacementRow) -> Place:
    return Place("Placements", row.row, "placement_ref", row.placement_ref)


def _place_of_funding(row: FundingRow) -> Place:
    return Place("Funding", row.row, "education_pct", str(row.education_pct))
