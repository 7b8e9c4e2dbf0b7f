"""One example of every event as today's code writes it, from which missing golden files are made.

Each is as full as its class allows, so that a field that changes its form shows. All references, names and
prices are invented; the sealed values are not ciphertext of anything.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from commissioning.finance.events import BudgetSet, CodeMapped, MonthClosed
from commissioning.ledger.copies.giving_up import PositionsGivenUp
from commissioning.ledger.events import Event
from commissioning.placements import events as placements
from commissioning.placements.facts import FundingSplit, PlacementVersion, PupilField, Suspension
from commissioning.proposals import events as proposals
from commissioning.proposals.facts import ProposedCommand
from contracts import events as contracts
from contracts.rates import RateLine
from contracts.school_year import Closure, TermDates
from contracts.terms import Terms, Tier, TierSet
from exports.leaving.events import FileExported
from exports.leaving.facts import ExportedFile
from exports.redactions.events import RedactionDecided
from exports.scenarios import events as scenarios
from exports.scenarios.facts import StatedAgreement, StatedYear
from exports.views import events as views
from providers import events as providers
from providers.bank.events import BankDetailsChanged
from providers.facts import ProviderFacts
from tests.golden_events.examples_of_accounts import ACCOUNT_EXAMPLES
from tests.golden_events.examples_of_consultations import CONSULTATION_EXAMPLES
from tests.golden_events.examples_of_invoice_files import INVOICE_FILE_EXAMPLES
from tests.golden_events.examples_of_invoices import INVOICE_EXAMPLES
from tests.golden_events.examples_of_oversight import OVERSIGHT_EXAMPLES
from tests.golden_events.examples_of_uplifts import UPLIFT_EXAMPLES

START, CHANGE, END = date(2026, 9, 1), date(2027, 1, 4), date(2027, 7, 21)
PUPIL = "0123456789abcdef0123456789abcdef"
SEALED: dict[PupilField, str] = {"pupil_ref": "c2VhbGVk", "name": "aW52ZW50ZWQ=", "date_of_birth": "dGVu"}

SCHOOL = ProviderFacts(
    name="Larkfield School (invented)",
    type="independent_special",
    local_authority="Norrowshire",
    postcode="NW9 9ZZ",
    capacity=48,
    section_41=True,
    inspection_grade="good",
    owner_group="Invented Schools Group",
    calendar="norrowshire",
)
TERMS = Terms(
    effective_from=CHANGE,
    fee_year="academic",
    accrual="calendar_days",
    leaver_rule="end_of_term",
    notice_weeks=6,
    tiering="whole_roll",
    commitment_places=8,
    void_pct=Decimal("62.5"),
    void_band="B2",
    void_setting="day",
)
TIERS = TierSet(
    effective_from=CHANGE,
    tiers=(Tier(from_place=5, discount_pct=Decimal("2.50")), Tier(from_place=9, discount_pct=Decimal(-1))),
)
CARD_LINE = RateLine(
    component="education",
    unit="year",
    amount=5_712_050,
    quantity=Decimal(1),
    band="B2",
    setting="day",
    effective_from=CHANGE,
    void=True,
    discount=True,
    notice=True,
)
OWN_LINE = RateLine(
    component="therapy", unit="hour", amount=-6_550, quantity=Decimal("1.5"), void=False, discount=False, notice=True
)
VERSION = PlacementVersion(
    effective_from=CHANGE,
    agreement_ref="AG-INV-1",
    phase="secondary",
    setting="day",
    band="B2",
    home_area="North (invented)",
    route="tribunal",
)
SPLIT = FundingSplit(
    effective_from=CHANGE, education_pct=Decimal("66.67"), health_pct=Decimal("33.33"), care_pct=Decimal(0)
)
SUSPENSION = Suspension(first_day=CHANGE, last_day=date(2027, 1, 29), payable_pct=Decimal(50), reason="c2VhbGVk")

SCHOOL_STREAM, CALENDAR_STREAM = "provider:900001", "calendar:norrowshire"
AGREEMENT_STREAM, PLACEMENT_STREAM, PUPIL_STREAM = "agreement:AG-INV-1", "placement:PL-INV-1", f"pupil:{PUPIL}"

PROPOSAL_STREAM, DECLINED_STREAM, WITHDRAWN_STREAM = (f"proposal:{key * 16}" for key in ("a", "b", "c"))
PROPOSAL = proposals.ProposalMade(
    effective_on=START,
    kind="bank_details",
    about="school 900001",
    what="School 900001 would be paid to an account that ends in 4321",
    asked_by=PUPIL,
    until="2026-09-15T08:00:00.000000Z",
    commands=(ProposedCommand(name="ChangeBankDetails", body='{"urn":900001}'),),
)

EXAMPLES: tuple[tuple[str, Event], ...] = (
    (SCHOOL_STREAM, providers.ProviderRegistered(effective_on=START, urn=900001, facts=SCHOOL)),
    (SCHOOL_STREAM, providers.ProviderChanged(effective_on=CHANGE, facts=SCHOOL)),
    (SCHOOL_STREAM, providers.ProviderClosed(effective_on=END, closed_on=END)),
    (SCHOOL_STREAM, providers.ProviderReopened(effective_on=END)),
    (
        "bank:900001",
        BankDetailsChanged(
            effective_on=START,
            urn=900001,
            holder=PUPIL,
            sealed={"account_name": "c2VhbGVk", "sort_code": "dGVu", "account_number": "aW52ZW50ZWQ="},
            ending="4321",
        ),
    ),
    (PROPOSAL_STREAM, PROPOSAL),
    (PROPOSAL_STREAM, proposals.ProposalAgreed(effective_on=CHANGE, asked_by=PUPIL)),
    (DECLINED_STREAM, PROPOSAL),
    (DECLINED_STREAM, proposals.ProposalDeclined(effective_on=CHANGE, why="facts")),
    (WITHDRAWN_STREAM, PROPOSAL),
    (WITHDRAWN_STREAM, proposals.ProposalWithdrawn(effective_on=CHANGE)),
    (
        CALENDAR_STREAM,
        contracts.AcademicYearListed(
            effective_on=START,
            calendar="norrowshire",
            academic_year="2026-27",
            terms={
                "autumn": TermDates(first_day=START, last_day=date(2026, 12, 18)),
                "spring": TermDates(first_day=CHANGE, last_day=date(2027, 3, 25)),
                "summer": TermDates(first_day=date(2027, 4, 12), last_day=END),
            },
            closures=(
                Closure(first_day=date(2026, 10, 26), last_day=date(2026, 10, 30), reason="half-term"),
                Closure(first_day=date(2027, 5, 3), last_day=date(2027, 5, 3)),
            ),
        ),
    ),
    (
        AGREEMENT_STREAM,
        contracts.AgreementMade(
            effective_on=START,
            agreement_ref="AG-INV-1",
            provider_urn=900001,
            model="volume_discount",
            title="Larkfield block (invented)",
            start_on=START,
            end_on=END,
            billing="termly_advance",
            instalments="equal",
            signed_on=date(2026, 7, 1),
            terms=(TERMS,),
            tier_sets=(TIERS,),
            rates=(CARD_LINE, OWN_LINE),
        ),
    ),
    (AGREEMENT_STREAM, contracts.TermsVaried(effective_on=CHANGE, terms=TERMS)),
    (AGREEMENT_STREAM, contracts.TiersSet(effective_on=CHANGE, tier_set=TIERS)),
    (AGREEMENT_STREAM, contracts.CardRateAgreed(effective_on=CHANGE, line=CARD_LINE)),
    (AGREEMENT_STREAM, contracts.CardRateCorrected(effective_on=CHANGE, line=CARD_LINE)),
    (AGREEMENT_STREAM, contracts.CardRateWithdrawn(effective_on=CHANGE, line=CARD_LINE)),
    (AGREEMENT_STREAM, contracts.AgreementEnded(effective_on=END, end_on=END)),
    (AGREEMENT_STREAM, contracts.AgreementExtended(effective_on=date(2027, 7, 22), end_on=date(2028, 7, 21))),
    (AGREEMENT_STREAM, contracts.AgreementDatesCorrected(effective_on=START, start_on=START, end_on=None)),
    (
        AGREEMENT_STREAM,
        contracts.AgreementDetailsChanged(
            effective_on=START,
            provider_urn=900001,
            model="block",
            title=None,
            billing="monthly_arrears",
            instalments="by_days",
            signed_on=date(2026, 7, 1),
        ),
    ),
    (PUPIL_STREAM, placements.PupilIdentified(effective_on=START, pupil=PUPIL, sealed=SEALED)),
    (PUPIL_STREAM, placements.PupilDetailsChanged(effective_on=CHANGE, pupil=PUPIL, sealed=SEALED)),
    (PUPIL_STREAM, placements.PupilErased(effective_on=END, pupil=PUPIL)),
    (
        PLACEMENT_STREAM,
        placements.PlacementStarted(
            effective_on=START,
            placement_ref="PL-INV-1",
            pupil=PUPIL,
            need="SEMH",
            start_on=START,
            end_on=END,
            notice_given_on=date(2027, 5, 14),
            end_reason="c2VhbGVk",
            signed_on=date(2026, 7, 1),
            birth_month="2013-02",
            version=replace(VERSION, effective_from=None),
            rates=(OWN_LINE,),
            funding=(SPLIT,),
        ),
    ),
    (PLACEMENT_STREAM, placements.PackageChanged(effective_on=CHANGE, version=VERSION)),
    (PLACEMENT_STREAM, placements.PlacementMoved(effective_on=CHANGE, version=VERSION)),
    (
        PLACEMENT_STREAM,
        placements.PlacementEnded(effective_on=END, end_on=END, end_reason="c2VhbGVk", notice_given_on=CHANGE),
    ),
    (PLACEMENT_STREAM, placements.ExitStated(effective_on=END, exit="phase_end")),
    (PLACEMENT_STREAM, placements.NoticeGiven(effective_on=CHANGE, notice_given_on=CHANGE)),
    (
        PLACEMENT_STREAM,
        placements.PlacementDatesCorrected(effective_on=START, start_on=START, end_on=None, notice_given_on=CHANGE),
    ),
    (
        PLACEMENT_STREAM,
        placements.PlacementCorrected(
            effective_on=START, need="ASD", birth_month=None, signed_on=CHANGE, end_reason="c2VhbGVk"
        ),
    ),
    (PLACEMENT_STREAM, placements.OwnRateAgreed(effective_on=START, line=OWN_LINE, extra=True)),
    (PLACEMENT_STREAM, placements.OwnRateCorrected(effective_on=START, line=OWN_LINE)),
    (PLACEMENT_STREAM, placements.OwnRateWithdrawn(effective_on=START, line=OWN_LINE)),
    (PLACEMENT_STREAM, placements.PlacementSuspended(effective_on=CHANGE, suspension=SUSPENSION)),
    (PLACEMENT_STREAM, placements.SuspensionCorrected(effective_on=CHANGE, suspension=SUSPENSION)),
    (PLACEMENT_STREAM, placements.SuspensionWithdrawn(effective_on=CHANGE, suspension=SUSPENSION)),
    (PLACEMENT_STREAM, placements.FundingAgreed(effective_on=CHANGE, split=SPLIT)),
    (PLACEMENT_STREAM, placements.PlacementWithdrawn(effective_on=START)),
    (PLACEMENT_STREAM, placements.PlacementReinstated(effective_on=START)),
    (PLACEMENT_STREAM, placements.CaseOfficerNamed(effective_on=START, case_officer="fedcba9876543210" * 2)),
    (
        "view:Blocks in June",
        views.ViewSaved(
            effective_on=START,
            name="Blocks in June",
            path="/compare",
            query=(("model", "block"), ("year", "2026/27")),
            position=812,
        ),
    ),
    ("view:Blocks in June", views.ViewDropped(effective_on=END, name="Blocks in June")),
    (
        "scenario:Block of eight",
        scenarios.ScenarioSaved(
            effective_on=START,
            name="Block of eight",
            owner="ada",
            agreements=(
                StatedAgreement(
                    agreement_ref="AG-INV-2",
                    provider_urn=900001,
                    model="block",
                    title="Larkfield block of eight (invented)",
                    start_on=START,
                    end_on=END,
                    billing="termly_advance",
                    instalments="equal",
                    signed_on=None,
                    terms=(replace(TERMS, effective_from=None), TERMS),
                    tier_sets=(TIERS,),
                    rates=(CARD_LINE,),
                ),
            ),
            years=(
                StatedYear(
                    calendar="norrowshire",
                    academic_year="2026-27",
                    terms={"autumn": TermDates(first_day=START, last_day=date(2026, 12, 18))},
                    closures=(Closure(first_day=date(2026, 10, 26), last_day=date(2026, 10, 30), reason="half-term"),),
                ),
            ),
        ),
    ),
    ("scenario:Block of eight", scenarios.ScenarioDropped(effective_on=END, name="Block of eight")),
    (
        "review:PL001",
        placements.ReviewScheduled(effective_on=END, placement_ref="PL001", kind="ehc_annual", due_on=END),
    ),
    ("review:PL001", placements.ReviewHeld(effective_on=CHANGE, kind="ehc_annual", due_on=END, held_on=CHANGE)),
    (
        "review:PL001",
        placements.ReviewConcluded(effective_on=END, kind="ehc_annual", due_on=END, concluded_on=END, outcome="amend"),
    ),
    (
        "review:PL001",
        placements.ReviewCorrected(
            effective_on=END, kind="ehc_annual", due_on=END, held_on=CHANGE, concluded_on=END, outcome="satisfactory"
        ),
    ),
    (
        "review:PL001",
        placements.ReviewStageRecorded(effective_on=CHANGE, kind="ehc_annual", due_on=END, stage="invited", day=CHANGE),
    ),
    (
        "review:PL001",
        placements.ReviewEscalated(effective_on=CHANGE, kind="ehc_annual", due_on=END, step=-30, told="Team manager"),
    ),
    (
        "review:PL001",
        placements.ReviewEscalationTakenBack(effective_on=CHANGE, kind="ehc_annual", due_on=END, step=-30),
    ),
    ("review:PL001", placements.ReviewWithdrawn(effective_on=END, kind="ehc_annual", due_on=END)),
    (
        "review:PL001",
        placements.ReviewReinstated(
            effective_on=END,
            kind="ehc_annual",
            due_on=END,
            held_on=CHANGE,
            concluded_on=END,
            outcome="satisfactory",
            stages={"invited": CHANGE},
            escalated=(-60,),
        ),
    ),
    (
        "first_reviews:council",
        placements.FirstReviewsSet(effective_on=START, fee=12, contract_monitoring=None, quality_visit=6),
    ),
    (
        "budget:2026/27",
        BudgetSet(
            effective_on=date(2026, 4, 1), financial_year="2026/27", model="block", provider_urn=None, amount=350_000_00
        ),
    ),
    (
        "coding:codes",
        CodeMapped(
            effective_on=date(2026, 4, 1), code="5210-410-00", model="block", component="education", balance=False
        ),
    ),
    ("closing:months", MonthClosed(effective_on=date(2026, 4, 30), month="2026-04")),
    (
        f"export:{'ab' * 32}",
        FileExported(
            effective_on=CHANGE,
            file=ExportedFile(
                sha256="ab" * 32,
                name="norrowshire_spend_2026-27_position-812.xlsx",
                size=20_480,
                form="xlsx",
                variant="working",
                report="spend",
                position=812,
                head="cd" * 32,
                first_day=date(2026, 4, 1),
                last_day=date(2027, 3, 31),
                filters={"model": ("spot", "block")},
                options={"by": "month,model"},
                rows=24,
                figures="ef" * 32,
            ),
        ),
    ),
    (
        PUPIL_STREAM,
        placements.SealedFieldsOpened(
            effective_on=CHANGE, pupil=PUPIL, fields=("name", "pupil_ref"), reason="c2VhbGVk"
        ),
    ),
    *ACCOUNT_EXAMPLES,
    *OVERSIGHT_EXAMPLES,
    *UPLIFT_EXAMPLES,
    *INVOICE_EXAMPLES,
    (
        "redaction:" + "ab" * 16,
        RedactionDecided(effective_on=END, invoice="ab" * 16, name_withheld=True),
    ),
    *CONSULTATION_EXAMPLES,
    *INVOICE_FILE_EXAMPLES,
    ("book:norrowshire", PositionsGivenUp(effective_on=END, first=813, last=840, head="0123456789abcdef" * 4)),
)
