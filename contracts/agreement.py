"""An agreement: what may be agreed, varied, corrected and ended, and what it is after its events.

The state is what pricing reads (`contracts.pricing.facts.AgreementFacts`): withdrawn prices stand apart, versions
are sorted, and the first version of the terms has no date, so that it follows a corrected start.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced, quick_to_copy
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from contracts import events as happened
from contracts.commands import (
    AgreeCardRate,
    AgreementCommand,
    ChangeAgreementDetails,
    CorrectAgreementDates,
    EndAgreement,
    ExtendAgreement,
    MakeAgreement,
    SetTiers,
    TermsAsked,
    VaryTerms,
    WithdrawCardRate,
)
from contracts.rates import RateLine
from contracts.series import Lines, line_at, place_line, same_line, without_same_line
from contracts.soundness import (
    clash_faults,
    date_faults,
    line_faults,
    one_a_date_faults,
    terms_faults,
    tier_faults,
)
from contracts.terms import Billing, CommissioningModel, Instalments, Terms, TierSet
from contracts.versions import as_base, in_order, rebased, resolved, version_at, with_version

Change = (
    VaryTerms
    | SetTiers
    | AgreeCardRate
    | WithdrawCardRate
    | EndAgreement
    | ExtendAgreement
    | CorrectAgreementDates
    | ChangeAgreementDetails
)
"""Every command but the one that makes an agreement."""


@quick_to_copy
class Agreement(NamedTuple):
    """An agreement as it is known. `end_recorded` says that some last day was recorded at some time.

    Only the first recording of a last day ends an agreement; whatever is said of it later is a correction.
    """

    ref: str
    provider_urn: int
    model: CommissioningModel
    title: str | None
    start_on: date
    end_on: date | None
    billing: Billing
    instalments: Instalments
    signed_on: date | None
    terms: tuple[Terms, ...]
    tier_sets: tuple[TierSet, ...]
    card: Lines
    withdrawn: Lines = ()
    end_recorded: bool = False


def decide(  # noqa: C901, PLR0911 - one way out for each command
    command: MakeAgreement | Change, agreement: Agreement | None
) -> list[Event]:
    """Give the events of a command; none where nothing would change. Raises `Refused`."""
    if isinstance(command, MakeAgreement):
        return _make(command, agreement)
    if agreement is None:
        raise Refused(unknown_agreement(command.agreement_ref))
    match command:
        case VaryTerms(terms=terms):
            return _vary_terms(terms, agreement)
        case SetTiers(tier_set=tier_set):
            return _set_tiers(tier_set, agreement)
        case AgreeCardRate(line=line):
            return _agree_rate(line, agreement)
        case WithdrawCardRate(line=line):
            return _withdraw_rate(line, agreement)
        case EndAgreement(end_on=end_on):
            return _correct_dates(agreement.start_on, end_on, agreement)
        case ExtendAgreement(end_on=end_on):
            return _extend(end_on, agreement)
        case CorrectAgreementDates(start_on=start_on, end_on=end_on):
            return _correct_dates(start_on, end_on, agreement)
        case ChangeAgreementDetails():
            return _change_details(command, agreement)


def evolve(agreement: Agreement | None, event: Event) -> Agreement:
    """Give the agreement after an event; raise `LedgerDamaged` where the event cannot follow."""
    if agreement is None and isinstance(event, happened.AgreementMade):
        return _made(event)
    evolution = _EVOLUTIONS.get(type(event))
    if agreement is None or evolution is None:
        raise misplaced(event, agreement)
    return evolution(agreement, event)


def unknown_agreement(ref: str) -> Fault:
    """Word the fault of naming an agreement that nobody has recorded."""
    return Fault(
        "agreement-unknown",
        "No such agreement is known.",
        where=_place_of(ref),
        mend="Record the agreement first, or correct its reference.",
        status=404,
    )


def _make(command: MakeAgreement, agreement: Agreement | None) -> list[Event]:
    if faults := list(_faults_of_new(command)):
        raise Refused(*faults)
    start = command.start_on
    made = happened.AgreementMade(
        effective_on=start,
        agreement_ref=command.agreement_ref,
        provider_urn=command.provider_urn,
        model=command.model,
        title=command.title,
        start_on=start,
        end_on=command.end_on,
        billing=command.billing,
        instalments=command.instalments,
        signed_on=command.signed_on,
        terms=in_order(map(_terms, command.terms), start),
        tier_sets=in_order(map(_sorted_tiers, command.tier_sets), start),
        rates=command.rates,
    )
    events: list[Event] = [
        made,
        *(
            happened.CardRateWithdrawn(effective_on=resolved(line, start), line=line)
            for line in command.withdrawn_rates
            if not any(same_line(line, held, start) for held in command.rates)
        ),
    ]
    if agreement is None:
        return events
    if AGREEMENTS.fold(events) == agreement:
        return []
    raise Refused(
        Fault(
            "agreement-known",
            "An agreement with this reference is known already and says something else.",
            where=_place_of(command.agreement_ref),
            mend="Record a change of it, or give the new one another reference.",
            status=409,
        )
    )


def _faults_of_new(command: MakeAgreement) -> Iterator[Fault]:
    where, start = _place_of(command.agreement_ref), command.start_on
    if not command.agreement_ref.strip():
        yield Fault("agreement-ref", "The agreement has no reference.", expected="a reference such as AG01")
    yield from date_faults(start, command.end_on, where)
    if all(resolved(terms, start) != start for terms in command.terms):
        yield Fault(
            "terms-missing", "No terms hold from the start.", where, said("terms from %(start_on)s", start_on=start)
        )
    yield from one_a_date_faults(command.terms, said("versions of the terms"), start, where)
    yield from one_a_date_faults(command.tier_sets, said("sets of tiers"), start, where)
    for terms in command.terms:
        yield from terms_faults(terms, start, where)
    for tier_set in command.tier_sets:
        yield from tier_faults(tier_set, start, where)
    for line in (*command.rates, *command.withdrawn_rates):
        yield from line_faults(line, start, where)
    yield from clash_faults(command.rates, start, where)


def _vary_terms(asked: TermsAsked, agreement: Agreement) -> list[Event]:
    start = agreement.start_on
    if faults := list(terms_faults(asked, start, _place_of(agreement.ref))):
        raise Refused(*faults)
    day, terms = resolved(asked, start), as_base(_terms(asked), start)
    if version_at(agreement.terms, day, start) == terms:
        return []
    return [happened.TermsVaried(effective_on=day, terms=terms)]


def _set_tiers(asked: TierSet, agreement: Agreement) -> list[Event]:
    start = agreement.start_on
    if faults := list(tier_faults(asked, start, _place_of(agreement.ref))):
        raise Refused(*faults)
    day, tier_set = resolved(asked, start), as_base(_sorted_tiers(asked), start)
    if version_at(agreement.tier_sets, day, start) == tier_set:
        return []
    return [happened.TiersSet(effective_on=day, tier_set=tier_set)]


def _agree_rate(line: RateLine, agreement: Agreement) -> list[Event]:
    start = agreement.start_on
    if faults := list(line_faults(line, start, _place_of(agreement.ref))):
        raise Refused(*faults)
    day = resolved(line, start)
    match place_line(agreement.card, line, start)[0]:
        case "agreed":
            return [happened.CardRateAgreed(effective_on=day, line=line)]
        case "corrected":
            return [happened.CardRateCorrected(effective_on=day, line=line)]
        case "unchanged":
            return []


def _withdraw_rate(line: RateLine, agreement: Agreement) -> list[Event]:
    """Withdraw what the series has on that date, whatever its price, and the stated price where it is another."""
    start = agreement.start_on
    if any(same_line(line, other, start) for other in agreement.withdrawn):
        return []
    day, held = resolved(line, start), line_at(agreement.card, line, start)
    gone = [line] if held is None or same_line(held, line, start) else [held, line]
    return [happened.CardRateWithdrawn(effective_on=day, line=one) for one in gone]


def _extend(end_on: date | None, agreement: Agreement) -> list[Event]:
    if end_on == agreement.end_on:
        return []
    if agreement.end_on is None or (end_on is not None and end_on < agreement.end_on):
        message = (
            said("The agreement has no recorded end: that would not extend it.")
            if agreement.end_on is None
            else said("The agreement ends on %(end_on)s already: that would not extend it.", end_on=agreement.end_on)
        )
        raise Refused(
            Fault(
                "no-extension",
                message,
                "end_on",
                "a later last day than the recorded one",
                "End the agreement, or correct its dates.",
            )
        )
    return [happened.AgreementExtended(effective_on=agreement.end_on + timedelta(days=1), end_on=end_on)]


def _correct_dates(start_on: date, end_on: date | None, agreement: Agreement) -> list[Event]:
    where = _place_of(agreement.ref)
    faults = [*date_faults(start_on, end_on, where), *clash_faults(agreement.card, start_on, where)]
    if faults:
        raise Refused(*faults)
    events: list[Event] = []
    ends_now = end_on is not None and not agreement.end_recorded
    corrected_end = agreement.end_on if ends_now else end_on
    if (start_on, corrected_end) != (agreement.start_on, agreement.end_on):
        changed = [
            day
            for old, new in ((agreement.start_on, start_on), (agreement.end_on, corrected_end))
            for day in (old, new)
            if old != new and day is not None
        ]
        events.append(
            happened.AgreementDatesCorrected(effective_on=min(changed), start_on=start_on, end_on=corrected_end)
        )
    if end_on is not None and ends_now:
        events.append(happened.AgreementEnded(effective_on=end_on, end_on=end_on))
    return events


def _change_details(command: ChangeAgreementDetails, agreement: Agreement) -> list[Event]:
    event = happened.AgreementDetailsChanged(
        effective_on=agreement.start_on, **command.model_dump(exclude=set(AgreementCommand.model_fields))
    )
    return [] if _with_details(agreement, event) == agreement else [event]


def _made(event: happened.AgreementMade) -> Agreement:
    return Agreement(
        ref=event.agreement_ref,
        provider_urn=event.provider_urn,
        model=event.model,
        title=event.title,
        start_on=event.start_on,
        end_on=event.end_on,
        billing=event.billing,
        instalments=event.instalments,
        signed_on=event.signed_on,
        terms=event.terms,
        tier_sets=event.tier_sets,
        card=event.rates,
        end_recorded=event.end_on is not None,
    )


def _terms_varied(agreement: Agreement, event: happened.TermsVaried) -> Agreement:
    return agreement._replace(terms=with_version(agreement.terms, event.terms, agreement.start_on))


def _tiers_set(agreement: Agreement, event: happened.TiersSet) -> Agreement:
    return agreement._replace(tier_sets=with_version(agreement.tier_sets, event.tier_set, agreement.start_on))


def _rate_agreed(agreement: Agreement, event: happened.CardRateAgreed) -> Agreement:
    return agreement._replace(
        card=(*agreement.card, event.line),
        withdrawn=without_same_line(agreement.withdrawn, event.line, agreement.start_on),
    )


def _rate_corrected(agreement: Agreement, event: happened.CardRateCorrected) -> Agreement:
    return agreement._replace(
        card=place_line(agreement.card, event.line, agreement.start_on)[1],
        withdrawn=without_same_line(agreement.withdrawn, event.line, agreement.start_on),
    )


def _rate_withdrawn(agreement: Agreement, event: happened.CardRateWithdrawn) -> Agreement:
    line, start = event.line, agreement.start_on
    return agreement._replace(
        card=without_same_line(agreement.card, line, start),
        withdrawn=(*without_same_line(agreement.withdrawn, line, start), line),
    )


def _ended(agreement: Agreement, event: happened.AgreementEnded) -> Agreement:
    return agreement._replace(end_on=event.end_on, end_recorded=True)


def _extended(agreement: Agreement, event: happened.AgreementExtended) -> Agreement:
    return agreement._replace(end_on=event.end_on)


def _dates_corrected(agreement: Agreement, event: happened.AgreementDatesCorrected) -> Agreement:
    return agreement._replace(
        start_on=event.start_on,
        end_on=event.end_on,
        end_recorded=agreement.end_recorded or event.end_on is not None,
        terms=rebased(agreement.terms, agreement.start_on, event.start_on),
        tier_sets=rebased(agreement.tier_sets, agreement.start_on, event.start_on),
    )


def _with_details(agreement: Agreement, event: happened.AgreementDetailsChanged) -> Agreement:
    return agreement._replace(
        provider_urn=event.provider_urn,
        model=event.model,
        title=event.title,
        billing=event.billing,
        instalments=event.instalments,
        signed_on=event.signed_on,
    )


def _terms(asked: TermsAsked) -> Terms:
    """Give the terms asked for; where no place is committed an unstated void_pct is 0."""
    return Terms(**{**dict(asked), "void_pct": Decimal(0) if asked.void_pct is None else asked.void_pct})


def _sorted_tiers(tier_set: TierSet) -> TierSet:
    """Give the set with its tiers by place, so that the same set always has the same bytes."""
    tiers = tuple(sorted(tier_set.tiers, key=lambda tier: tier.from_place))
    return replace(tier_set, tiers=tiers)


def _place_of(ref: str) -> str:
    return said("agreement %(agreement)s", agreement=ref)


_EVOLUTIONS: dict[type[Event], Callable[[Agreement, Any], Agreement]] = {
    happened.TermsVaried: _terms_varied,
    happened.TiersSet: _tiers_set,
    happened.CardRateAgreed: _rate_agreed,
    happened.CardRateCorrected: _rate_corrected,
    happened.CardRateWithdrawn: _rate_withdrawn,
    happened.AgreementEnded: _ended,
    happened.AgreementExtended: _extended,
    happened.AgreementDatesCorrected: _dates_corrected,
    happened.AgreementDetailsChanged: _with_details,
}
AGREEMENTS = Aggregate("agreement", evolve)
