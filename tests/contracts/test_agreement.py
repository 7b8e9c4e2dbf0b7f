"""Agreements, told as given events, when command, then events."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from contracts.agreement import AGREEMENTS, Agreement, Change, decide
from contracts.commands import (
    AgreementCommand,
    ChangeAgreementDetails,
    CorrectAgreementDates,
    EndAgreement,
    ExtendAgreement,
    MakeAgreement,
    SetTiers,
    VaryTerms,
)
from contracts.events import (
    AgreementDatesCorrected,
    AgreementDetailsChanged,
    AgreementEnded,
    AgreementExtended,
    TermsVaried,
    TiersSet,
)
from contracts.pricing.facts import AgreementFacts
from contracts.pricing.prepared import prepare
from tests.contracts.examples import JANUARY, OCTOBER, START, asked, line, made, make, terms, tiers

JULY = date(2027, 7, 31)


def when(given: list[Event], command: MakeAgreement | Change) -> list[Event]:
    return decide(command, AGREEMENTS.fold(given))


def then(given: list[Event], *commands: Change) -> Agreement:
    for command in commands:
        given = [*given, *when(given, command)]
    agreement = AGREEMENTS.fold(given)
    assert agreement is not None
    return agreement


def codes(given: list[Event], command: MakeAgreement | Change) -> list[str]:
    with pytest.raises(Refused) as refused:
        when(given, command)
    return [fault.code for fault in refused.value.faults]


def dates(start_on: date, end_on: date | None) -> CorrectAgreementDates:
    return CorrectAgreementDates(agreement_ref="AG01", start_on=start_on, end_on=end_on)


def end(day: date) -> EndAgreement:
    return EndAgreement(agreement_ref="AG01", end_on=day)


def vary(**values: object) -> VaryTerms:
    return VaryTerms(agreement_ref="AG01", terms=asked(**values))


def test_an_agreement_is_made_in_one_event() -> None:
    """Everything known when an agreement is made stands in one event, versions sorted, the base undated."""
    command = make(
        end_on=JULY,
        terms=(asked(effective_from=JANUARY, notice_weeks=6), asked(effective_from=START)),
        tier_sets=(tiers((26, 0), (1, 11), effective_from=START),),
    )
    assert when([], command) == [
        made(
            end_on=JULY,
            terms=(terms(), terms(effective_from=JANUARY, notice_weeks=6)),
            tier_sets=(tiers((1, 11), (26, 0)),),
        )
    ]


def test_an_agreement_can_be_priced() -> None:
    """The state has the shape that pricing reads, and pricing accepts it."""
    agreement: AgreementFacts = then([made(tier_sets=(tiers((1, 11)),))], vary(effective_from=JANUARY))
    assert prepare(agreement).terms_on(JANUARY.toordinal()).effective_from == JANUARY


def test_making_the_same_agreement_again_does_nothing() -> None:
    """An identical restatement records nothing; another agreement under the reference is refused."""
    assert when([made()], make()) == []
    assert codes([made()], make(title="Another")) == ["agreement-known"]


def test_every_fault_of_a_new_agreement_is_named() -> None:
    """All that is wrong with a new agreement is refused together, not one thing at a time."""
    command = make(
        agreement_ref=" ",
        end_on=date(2026, 8, 31),
        terms=(
            asked(effective_from=JANUARY, commitment_places=4),
            asked(effective_from=JANUARY, notice_weeks=-1, commitment_places=-1),
            asked(effective_from=date(2026, 8, 1), void_pct=Decimal(101)),
        ),
        tier_sets=(tiers((2, 101), (2, 0)), tiers((0, 0), (1, 0), effective_from=START)),
        rates=(line(), line(amount=1, effective_from=START), line(unit="day", quantity=Decimal(-1))),
    )
    assert codes([], command) == [
        "agreement-ref",
        "end-before-start",
        "terms-missing",
        "version-twice",
        "version-twice",
        "void-pct-missing",
        "notice-weeks",
        "commitment",
        "terms-before-start",
        "void-pct",
        "tier-twice",
        "tier-one-missing",
        "discount",
        "tier-place",
        "quantity",
        "two-prices-on-one-date",
    ]


def test_committed_places_need_the_price_of_an_empty_one() -> None:
    """A void_pct may be left out where nothing is committed, and is then 0; a stated 0 is an answer too."""
    assert codes([made()], vary(commitment_places=25)) == ["void-pct-missing"]
    assert then([made()], vary()).terms[0].void_pct == 0
    assert then([made()], vary(commitment_places=25, void_pct=Decimal(0))).terms[0].commitment_places == 25


def test_terms_are_varied_from_a_day() -> None:
    """A new version holds from its day; the same said again records nothing."""
    command = vary(effective_from=JANUARY, notice_weeks=6)
    varied = TermsVaried(effective_on=JANUARY, terms=terms(effective_from=JANUARY, notice_weeks=6))
    assert when([made()], command) == [varied]
    assert when([made(), varied], command) == []
    assert then([made(), varied]).terms == (terms(), varied.terms)


def test_restated_terms_take_the_place_of_the_base() -> None:
    """Terms stated at the start, dated or not, correct the base; terms before the start are refused."""
    corrected = [TermsVaried(effective_on=START, terms=terms(notice_weeks=2))]
    assert when([made()], vary(notice_weeks=2)) == corrected
    assert when([made()], vary(effective_from=START, notice_weeks=2)) == corrected
    assert then([made(), *corrected]).terms == (terms(notice_weeks=2),)
    assert when([made()], vary(effective_from=START)) == []
    assert codes([made()], vary(effective_from=date(2026, 8, 31))) == ["terms-before-start"]


def test_a_dated_set_of_tiers_replaces_the_earlier_one() -> None:
    """Tiers are set whole from a day, sorted by place; the same set again records nothing."""
    given: list[Event] = [made(tier_sets=(tiers((1, 11)),))]
    command = SetTiers(agreement_ref="AG01", tier_set=tiers((26, 0), (1, 8), effective_from=JANUARY))
    sorted_set = tiers((1, 8), (26, 0), effective_from=JANUARY)
    set_anew = TiersSet(effective_on=JANUARY, tier_set=sorted_set)
    assert when(given, command) == [set_anew]
    assert when([*given, set_anew], command) == []
    assert then([*given, set_anew]).tier_sets == (tiers((1, 11)), sorted_set)
    assert codes(given, SetTiers(agreement_ref="AG01", tier_set=tiers((2, 5)))) == ["tier-one-missing"]


def test_the_first_last_day_ends_an_agreement() -> None:
    """The first recording of a last day is an end, whichever command brings it."""
    ended = AgreementEnded(effective_on=JULY, end_on=JULY)
    assert when([made()], end(JULY)) == [ended]
    assert when([made()], dates(START, JULY)) == [ended]
    assert when([made(), ended], end(JULY)) == []
    assert codes([made()], end(date(2026, 8, 31))) == ["end-before-start"]


def test_a_last_day_that_was_known_before_is_corrected() -> None:
    """Another last day, none, and one after none are corrections of a date, never a second end."""
    given: list[Event] = [made(end_on=JULY)]
    moved = AgreementDatesCorrected(effective_on=JANUARY, start_on=START, end_on=JANUARY)
    taken_back = AgreementDatesCorrected(effective_on=JULY, start_on=START, end_on=None)
    assert when(given, end(JANUARY)) == [moved]
    assert when(given, dates(START, None)) == [taken_back]
    assert when([*given, taken_back], dates(START, JANUARY)) == [moved]
    assert when(given, dates(START, JULY)) == []


def test_an_agreement_is_extended_from_the_day_after_its_end() -> None:
    """A later last day, or none, is no correction; an earlier one, or one of an open agreement, is no extension."""
    given: list[Event] = [made(end_on=JANUARY)]
    command = ExtendAgreement(agreement_ref="AG01", end_on=JULY)
    extended = AgreementExtended(effective_on=date(2027, 1, 2), end_on=JULY)
    assert when(given, command) == [extended]
    assert when([*given, extended], command) == []
    assert then(given, command).end_on == JULY
    assert then(given, ExtendAgreement(agreement_ref="AG01", end_on=None)).end_on is None
    assert codes(given, ExtendAgreement(agreement_ref="AG01", end_on=OCTOBER)) == ["no-extension"]
    assert codes([made()], command) == ["no-extension"]


def test_a_start_corrected_with_a_first_end_is_two_facts() -> None:
    """A corrected start and a first last day in one command are a correction and an end."""
    assert when([made()], dates(OCTOBER, JULY)) == [
        AgreementDatesCorrected(effective_on=START, start_on=OCTOBER, end_on=None),
        AgreementEnded(effective_on=JULY, end_on=JULY),
    ]


def test_terms_and_tiers_follow_a_corrected_start() -> None:
    """What held on the new start holds from it; what held only before it is let go."""
    given: list[Event] = [
        made(
            terms=(terms(), terms(effective_from=OCTOBER, notice_weeks=6)),
            tier_sets=(tiers((1, 11)), tiers((1, 8), effective_from=JANUARY)),
        )
    ]
    later = then(given, dates(OCTOBER, None))
    assert later.terms == (terms(notice_weeks=6),)
    assert later.tier_sets == (tiers((1, 11)), tiers((1, 8), effective_from=JANUARY))
    assert then(given, dates(date(2027, 2, 1), None)).tier_sets == (tiers((1, 8)),)
    assert then(given, dates(date(2026, 4, 1), None)).terms == (
        terms(),
        terms(effective_from=OCTOBER, notice_weeks=6),
    )


def test_a_corrected_start_that_gives_two_prices_one_date_is_refused() -> None:
    """A blank-dated price may not be moved onto the date of another one of its series."""
    given: list[Event] = [made(rates=(line(), line(amount=1, effective_from=OCTOBER)))]
    assert codes(given, dates(OCTOBER, None)) == ["two-prices-on-one-date"]
    assert then(given, dates(JANUARY, None)).card == given[0].rates  # type: ignore[attr-defined]


def test_undated_facts_are_changed_whole() -> None:
    """School, model, title, billing and signature are restated together; the same again records nothing."""
    command = ChangeAgreementDetails(
        agreement_ref="AG01",
        provider_urn=900002,
        model="retained",
        title=None,
        billing="monthly_arrears",
        instalments="equal",
        signed_on=START,
    )
    changed = AgreementDetailsChanged(
        effective_on=START, **command.model_dump(exclude=set(AgreementCommand.model_fields))
    )
    assert when([made()], command) == [changed]
    assert when([made(), changed], command) == []
    after = then([made(), changed])
    assert (after.provider_urn, after.model, after.signed_on) == (900002, "retained", START)


def test_an_unknown_agreement_cannot_be_changed() -> None:
    """A change of an agreement that nobody made is refused with its reference."""
    with pytest.raises(Refused, match="agreement AG01: No such agreement") as refused:
        when([], end(JULY))
    assert refused.value.faults[0].status == 404
