"""Rows of the sheets Agreements, Tiers and card Rates into commands."""

from datetime import date

from commissioning.importing.intake.rates import is_withdrawn, place_of_rate, rate_line, withdrawals_first
from commissioning.importing.intake.session import Place, Session, chosen, grouped, stated
from commissioning.importing.rows import AgreementRow, RateRow, TierRow, WorkbookRows
from contracts.agreement import AGREEMENTS, Agreement
from contracts.commands import (
    AgreeCardRate,
    ChangeAgreementDetails,
    CorrectAgreementDates,
    EndAgreement,
    MakeAgreement,
    SetTiers,
    TermsAsked,
    VaryTerms,
    WithdrawCardRate,
)
from contracts.rates import RateLine
from contracts.terms import Terms, Tier, TierSet
from contracts.versions import version_on

_FIRST = date.min


def take_agreements(session: Session, rows: WorkbookRows) -> None:
    """Makes new agreements, each with its tiers and card in one command, and changes known ones."""
    agreements: dict[str, list[AgreementRow]] = grouped(rows.agreements, lambda row: row.agreement_ref)
    tiers: dict[str, list[TierRow]] = grouped(rows.tiers, lambda row: row.agreement_ref)
    cards: dict[str, list[RateRow]] = grouped(
        (row for row in rows.rates if chosen(row.agreement_ref, None)), lambda row: row.agreement_ref
    )
    for ref in dict.fromkeys([*agreements, *tiers, *cards]):
        known = session.work.state(AGREEMENTS, ref)
        versions = sorted(agreements.get(ref, ()), key=_held_from)
        if known is None and versions:
            _make(session, versions, tiers.get(ref, []), cards.get(ref, []))
        elif known is not None:
            _change(session, known, versions)
            _set_tiers(session, known, tiers.get(ref, []))
            _agree_rates(session, ref, cards.get(ref, []))


def agreements_asked(rows: WorkbookRows) -> list[MakeAgreement]:
    """The agreements of a workbook that states each of them whole, as commands that make them."""
    tiers: dict[str, list[TierRow]] = grouped(rows.tiers, lambda row: row.agreement_ref)
    cards: dict[str, list[RateRow]] = grouped(
        (row for row in rows.rates if chosen(row.agreement_ref, None)), lambda row: row.agreement_ref
    )
    return [
        _asked(sorted(versions, key=_held_from), tiers.get(ref, []), cards.get(ref, []))
        for ref, versions in grouped(rows.agreements, lambda row: row.agreement_ref).items()
    ]


def _held_from(row: AgreementRow) -> date:
    return chosen(row.effective_from, None) or _FIRST


def _asked(versions: list[AgreementRow], tiers: list[TierRow], card: list[RateRow]) -> MakeAgreement:
    first, last = versions[0], versions[-1]
    terms: list[TermsAsked] = []
    for row in versions:
        terms.append(_terms(row, terms[-1] if terms else None))
    lines = [(rate_line(row, own=False), is_withdrawn(row)) for row in card]
    return MakeAgreement(
        agreement_ref=first.agreement_ref,
        provider_urn=stated(last.provider_urn),
        model=stated(last.model),
        title=chosen(last.title, None),
        start_on=stated(first.start_on),
        end_on=chosen(first.end_on, None),
        billing=chosen(last.billing, "termly_advance"),
        instalments=chosen(last.instalments, "by_days"),
        signed_on=chosen(last.signed_on, None),
        terms=tuple(terms),
        tier_sets=tuple(tier_set for tier_set, _ in _tier_sets(tiers)),
        rates=tuple(line for line, withdrawn in lines if not withdrawn),
        withdrawn_rates=tuple(line for line, withdrawn in lines if withdrawn),
    )


def _make(session: Session, versions: list[AgreementRow], tiers: list[TierRow], card: list[RateRow]) -> None:
    session.execute(
        _asked(versions, tiers, card),
        *[_place(row) for row in versions],
        *[Place("Tiers", row.row, "from_place", str(row.from_place)) for row in tiers],
        *[place_of_rate(row) for row in card],
        subject=("Agreements", versions[0].agreement_ref),
    )


def _change(session: Session, known: Agreement, versions: list[AgreementRow]) -> None:
    if not versions:
        return
    last, places = versions[-1], [_place(row) for row in versions]
    start_on, end_on = chosen(last.start_on, known.start_on), chosen(last.end_on, known.end_on)
    if known.end_on is None and end_on is not None and start_on == known.start_on:
        session.execute(EndAgreement(agreement_ref=known.ref, end_on=end_on), *places)
    else:
        session.execute(CorrectAgreementDates(agreement_ref=known.ref, start_on=start_on, end_on=end_on), *places)
    session.execute(
        ChangeAgreementDetails(
            agreement_ref=known.ref,
            provider_urn=chosen(last.provider_urn, known.provider_urn),
            model=chosen(last.model, known.model),
            title=chosen(last.title, known.title),
            billing=chosen(last.billing, known.billing),
            instalments=chosen(last.instalments, known.instalments),
            signed_on=chosen(last.signed_on, known.signed_on),
        ),
        *places,
    )
    for row, place in zip(versions, places, strict=True):
        now = session.work.state(AGREEMENTS, known.ref) or known
        in_force = version_on(now.terms, chosen(row.effective_from, None) or now.start_on, now.start_on)
        session.execute(VaryTerms(agreement_ref=known.ref, terms=_terms(row, in_force)), place)


def _terms(row: AgreementRow, before: Terms | TermsAsked | None) -> TermsAsked:
    """The terms a row states; an absent column keeps what held before, or the default of something new."""
    if before is None:
        before = TermsAsked(fee_year=stated(row.fee_year), accrual=stated(row.accrual))
    return TermsAsked(
        effective_from=chosen(row.effective_from, None),
        fee_year=chosen(row.fee_year, before.fee_year),
        accrual=chosen(row.accrual, before.accrual),
        leaver_rule=chosen(row.leaver_rule, before.leaver_rule),
        notice_weeks=chosen(row.notice_weeks, before.notice_weeks),
        tiering=chosen(row.tiering, before.tiering),
        commitment_places=chosen(row.commitment_places, before.commitment_places),
        # Terms without committed places are kept with a void_pct of 0, which nobody stated: it is not carried on.
        void_pct=chosen(row.void_pct, before.void_pct if before.commitment_places else None),
        void_band=chosen(row.void_band, before.void_band),
        void_setting=chosen(row.void_setting, before.void_setting),
    )


def _set_tiers(session: Session, known: Agreement, tiers: list[TierRow]) -> None:
    for tier_set, rows in _tier_sets(tiers):
        places = [Place("Tiers", row.row, "from_place", str(row.from_place)) for row in rows]
        session.execute(SetTiers(agreement_ref=known.ref, tier_set=tier_set), *places)


def _tier_sets(tiers: list[TierRow]) -> list[tuple[TierSet, list[TierRow]]]:
    dated = grouped(tiers, lambda row: chosen(row.effective_from, None))
    return [
        (
            TierSet(
                effective_from=day,
                tiers=tuple(
                    Tier(from_place=row.from_place, discount_pct=row.discount_pct)
                    for row in sorted(rows, key=lambda row: row.from_place)
                ),
            ),
            rows,
        )
        for day, rows in dated.items()
    ]


def _agree_rates(session: Session, ref: str, card: list[RateRow]) -> None:
    def line_of(row: RateRow) -> RateLine:
        known = _known(session, ref)
        return rate_line(row, own=False, known=known.card, owner_start=known.start_on)

    for row in withdrawals_first(card, line_of, _known(session, ref).start_on):
        kind = WithdrawCardRate if is_withdrawn(row) else AgreeCardRate
        session.execute(kind(agreement_ref=ref, line=line_of(row)), place_of_rate(row))


def _known(session: Session, ref: str) -> Agreement:
    known = session.work.state(AGREEMENTS, ref)
    assert known is not None  # noqa: S101 - the callers have met it
    return known


def _place(row: AgreementRow) -> Place:
    return Place("Agreements", row.row, "agreement_ref", row.agreement_ref)
