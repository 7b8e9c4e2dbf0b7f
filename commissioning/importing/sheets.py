"""The schema of the import workbook: every sheet and column, what may stand there, and the words that say so.

Reading, the checks and the template are all driven from this one table, so that they cannot disagree.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from commissioning.importing import rows
from commissioning.ledger.said import said
from commissioning.placements import facts
from commissioning.web.language import N_
from contracts import rates, terms
from contracts.pricing.calendar import TermName
from providers.facts import ProviderType

Kind = Literal[
    "text",
    "ref",
    "date",
    "month",
    "academic_year",
    "financial_year",
    "yes_no",
    "integer",
    "money",
    "decimal",
    "percent",
    "choice",
]
Demand = Literal["key", "new", "optional"]
"""key: the column must be there and filled; new: it must be filled, and may be absent only where every row
changes something the ledger already holds; optional: it may be blank or absent."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `note` is English words, which are said where they are read.

    `low` and `high` bound numbers; `high` bounds the length of text, in characters. `default` is what a blank cell
    means and stays None where a blank means blank; with `absent_is_blank` an absent column means it too. `sealed` marks
    personal data, which a log must not print.
    """

    name: str
    kind: Kind
    demand: Demand
    note: str
    default: object = None
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    absent_is_blank: bool = False
    sealed: bool = False
    example: str | int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the type of its rows, its field in `WorkbookRows` and its columns in order."""

    name: str
    row_type: type
    field: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Give the column of that name; a KeyError says that the sheet has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


_TEXT_LIMIT: Final = 200
_REF_LIMIT: Final = 64
_AMOUNT_LIMIT: Final = 10_000_000
_BUDGET_LIMIT: Final = 10_000_000_000
_PLACES_LIMIT: Final = 100_000
_WEEKS_LIMIT: Final = 104
_QUANTITY_LIMIT: Final = 10_000


def _text(
    name: str,
    note: str,
    demand: Demand = "optional",
    *,
    sealed: bool = False,
    example: str | int | None = None,
) -> Column:
    return Column(name, "text", demand, note, high=_TEXT_LIMIT, sealed=sealed, example=example)


def _ref(
    name: str,
    note: str,
    demand: Demand = "optional",
    *,
    sealed: bool = False,
    example: str | int | None = None,
) -> Column:
    return Column(name, "ref", demand, note, high=_REF_LIMIT, sealed=sealed, example=example)


def _date(
    name: str,
    note: str,
    demand: Demand = "optional",
    *,
    sealed: bool = False,
    example: str | int | None = None,
) -> Column:
    return Column(name, "date", demand, note, sealed=sealed, example=example)


def _yes_no(name: str, note: str, default: bool | None = None, example: str | int | None = None) -> Column:
    return Column(name, "yes_no", "optional", note, default=default, example=example)


def _choice(
    name: str,
    note: str,
    choices: object,
    demand: Demand = "optional",
    *,
    default: str | None = None,
    example: str | int | None = None,
) -> Column:
    words = tuple(str(word) for word in get_args(choices))
    return Column(name, "choice", demand, note, default=default, choices=words, example=example)


def _effective_from(owner: str) -> Column:
    return _date(
        "effective_from", said("The first day on which this row holds. Blank: the %(owner)s's start_on.", owner=owner)
    )


_WITHDRAWN: Final = _yes_no("withdrawn", N_("yes: this row never held, so it has no days and no charge."), False)
_CALENDAR: Final = _ref("calendar", N_("The name of the calendar, such as default."), "key", example="default")

PROVIDERS: Final = Sheet(
    "Providers",
    rows.ProviderRow,
    "providers",
    (
        Column(
            "urn", "integer", "key", N_("The DfE's number of the school: six digits."),
            low=100_000, high=999_999, example=900_001,
        ),
        _text("name", N_("The school's name."), "new", example="Larkfield School (invented)"),
        _choice("type", N_("The kind of school."), ProviderType, "new", example="independent_special"),
        _text("local_authority", N_("The local authority in whose area it stands."), example="Norfolk"),
        _text("postcode", N_("The school's postcode."), example="NR99 1AA"),
        Column(
            "capacity", "integer", "optional", N_("How many pupils it may take."),
            high=_PLACES_LIMIT, example=60,
        ),
        _yes_no("section_41", N_("yes: on the section 41 list, so that a plan may name it."), example="yes"),
        _text("inspection_grade", N_("The latest inspection's outcome."), example="good"),
        _text("owner_group", N_("The company or trust that owns it."), example="Larkfield Trust (invented)"),
        _ref("calendar", N_("Its calendar on the Calendar sheet. Blank: the one called default.")),
    ),
)  # fmt: skip

CALENDAR: Final = Sheet(
    "Calendar",
    rows.TermRow,
    "calendar",
    (
        _CALENDAR,
        Column(
            "academic_year", "academic_year", "key", N_("1 September to 31 August, such as 2026-27."),
            example="2026-27",
        ),
        _choice("term", N_("The term."), TermName, "key", example="autumn"),
        _date("first_day", N_("The first school day of the term."), "key", example="2026-09-03"),
        _date("last_day", N_("The last school day of the term."), "key", example="2026-12-18"),
    ),
)  # fmt: skip

CLOSURES: Final = Sheet(
    "Closures",
    rows.ClosureRow,
    "closures",
    (
        _CALENDAR,
        _date("first_day", N_("The first day closed."), "key", example="2026-10-26"),
        _date("last_day", N_("The last day closed; the same day for a single one."), "key", example="2026-10-30"),
        _text("reason", N_("Half-term, INSET, bank holiday."), example="half-term"),
    ),
)

AGREEMENTS: Final = Sheet(
    "Agreements",
    rows.AgreementRow,
    "agreements",
    (
        _ref("agreement_ref", N_("The council's reference of the agreement."), "key", example="AG-001"),
        Column(
            "provider_urn", "integer", "new", N_("The school's URN, on the Providers sheet or already held."),
            low=100_000, high=999_999, example=900_001,
        ),
        _choice("model", N_("The commissioning model."), terms.CommissioningModel, "new", example="block"),
        _text("title", N_("What people call it."), example="Larkfield block of six"),
        _date("start_on", N_("Its first day."), "new", example="2026-09-01"),
        _date("end_on", N_("Its last day. Blank: no end recorded.")),
        _choice("fee_year", N_("The year that a yearly price covers."), terms.FeeYear, "new", example="academic"),
        _choice(
            "accrual", N_("How a yearly price falls on days."), terms.Accrual, "new", example="calendar_days"
        ),
        _choice(
            "leaver_rule", N_("How long a leaver's place stays payable. Blank: last_day."), terms.LeaverRule,
            default="last_day", example="end_of_month",
        ),
        Column(
            "notice_weeks", "integer", "optional", N_("Weeks of notice that are paid. Blank: 0."),
            default=0, high=_WEEKS_LIMIT, example=4,
        ),
        Column(
            "commitment_places", "integer", "optional", N_("Places paid for, filled or empty. Blank: 0."),
            default=0, high=_PLACES_LIMIT, example=6,
        ),
        Column(
            "void_pct", "percent", "optional",
            N_("Per cent of the price paid for an empty place: 100 for a block, 40 for a 40% retainer. "
            "Needed where commitment_places is above 0."),
            high=100, example=100,
        ),
        _text("void_band", N_("The band at which an empty place is priced.")),
        _choice("void_setting", N_("The setting at which an empty place is priced."), terms.Setting,
                example="day"),
        _choice("tiering", N_("marginal: each place has its own tier's discount. whole_roll: every place has "
                "the discount of the tier reached. Blank: marginal."), terms.Tiering,
                default="marginal", example="marginal"),
        _choice("billing", N_("When the school bills. Blank: termly_advance."), terms.Billing,
                default="termly_advance", example="termly_advance"),
        _choice("instalments", N_("How a bill is shared out. Blank: by_days."), terms.Instalments,
                default="by_days", example="by_days"),
        _date("signed_on", N_("The day it was signed. Blank: not recorded."), example="2026-07-10"),
        _effective_from(said("agreement")),
    ),
)  # fmt: skip

TIERS: Final = Sheet(
    "Tiers",
    rows.TierRow,
    "tiers",
    (
        _ref("agreement_ref", N_("The agreement."), "key", example="AG-001"),
        Column("from_place", "integer", "key", N_("The place of the roll from which this tier holds; every set "
               "has a place 1."), low=1, high=_PLACES_LIMIT, example=1),
        Column("discount_pct", "percent", "key", N_("The discount in per cent; a negative one is a surcharge."),
               low=-100, high=100, example=11),
        _effective_from(said("agreement")),
    ),
)  # fmt: skip

RATES: Final = Sheet(
    "Rates",
    rows.RateRow,
    "rates",
    (
        _ref("agreement_ref", N_("The agreement whose card has this price. Either this or placement_ref."),
             example="AG-001"),
        _ref("placement_ref", N_("The placement whose own price this is. Either this or agreement_ref.")),
        _choice("component", N_("What is bought."), rates.Component, "key", example="education"),
        _choice("unit", N_("What the amount is for."), rates.Unit, "key", example="year"),
        Column("amount", "money", "key", N_("Pounds and pence without VAT; 0 ends the series."),
               low=-_AMOUNT_LIMIT, high=_AMOUNT_LIMIT, example=58_250),
        Column("quantity", "decimal", "optional", N_("For a day the days a week, for an hour the hours a week. "
               "Blank: 5 for a day, else 1."), high=_QUANTITY_LIMIT),
        _text("band", N_("The band it is for. Blank: any. Never on a placement's own price.")),
        _choice("setting", N_("The setting it is for. Blank: any. Never on a placement's own price."),
                terms.Setting),
        _effective_from(said("agreement's or placement")),
        _yes_no("void", N_("yes: also charged on an empty committed place. Blank: no. Never on a placement's "
                "own price."), example="yes"),
        _yes_no("discount", N_("yes: the tiers' discount applies. Blank: yes on a card, no on a placement's "
                "own price."), example="yes"),
        _yes_no("notice", N_("yes: charged on notice days. Blank: yes, but no for transport or an hourly "
                "price."), example="yes"),
        _WITHDRAWN,
    ),
)  # fmt: skip

PLACEMENTS: Final = Sheet(
    "Placements",
    rows.PlacementRow,
    "placements",
    (
        _ref("placement_ref", N_("The council's reference of the placement."), "key", example="PL-0001"),
        _ref("pupil_ref", N_("The council's reference of the pupil (sealed)."), "new", sealed=True,
             example="PU-0001"),
        _ref("agreement_ref", N_("The agreement it is placed under."), "new", example="AG-001"),
        _choice("need", N_("The SEN2 code of the main need."), facts.Need, "new", example="SEMH"),
        _choice("phase", N_("The phase of education."), facts.Phase, "new", example="secondary"),
        _choice("setting", N_("Day or residential."), terms.Setting, "new", example="day"),
        _text("band", N_("The band, where the agreement has bands.")),
        _date("start_on", N_("The first day on roll."), "new", example="2026-09-03"),
        _date("end_on", N_("The last day on roll. Blank: no end recorded.")),
        _choice("exit", N_("Why it ended, from the list."), facts.Exit),
        _text("end_reason", N_("More about why it ended, in words (sealed)."), sealed=True),
        _date("notice_given_on", N_("The day notice was given.")),
        _date("signed_on", N_("The day the placement agreement was signed. Blank: not recorded."),
              example="2026-08-20"),
        Column("birth_month", "month", "optional", N_("Year and month of birth, such as 2013-05."),
               example="2013-05"),
        _text("home_area", N_("The district in which the pupil lives."), example="Breckland"),
        _choice("route", N_("How the placement came about."), facts.Route, example="council"),
        _effective_from(said("placement")),
        _WITHDRAWN,
    ),
)  # fmt: skip

SUSPENSIONS: Final = Sheet(
    "Suspensions",
    rows.SuspensionRow,
    "suspensions",
    (
        _ref("placement_ref", N_("The placement."), "key", example="PL-0001"),
        _date("first_day", N_("The first day of the suspension."), "key", example="2026-11-02"),
        _date("last_day", N_("The last day. Blank: until the placement ends."), example="2026-11-13"),
        Column("payable_pct", "percent", "key", N_("Per cent of the price still paid: 0 to 100, never blank."),
               high=100, example=50),
        _text("reason", N_("Why (sealed)."), sealed=True, example="in hospital"),
        _WITHDRAWN,
    ),
)  # fmt: skip

PUPILS: Final = Sheet(
    "Pupils",
    rows.PupilRow,
    "pupils",
    (
        _ref("pupil_ref", N_("The council's reference of the pupil. Everything on this sheet is sealed."), "key",
             sealed=True, example="PU-0001"),
        _text("name", N_("The pupil's name."), sealed=True, example="Robin Example (invented)"),
        _date("date_of_birth", N_("The date of birth."), sealed=True, example="2013-05-14"),
        _text("upn", N_("The unique pupil number."), sealed=True, example="Z999000000001"),
        _text("postcode", N_("The home postcode."), sealed=True, example="NR99 9ZZ"),
    ),
)  # fmt: skip

_SHARE: Final = said("The three shares add up to 100.")
FUNDING: Final = Sheet(
    "Funding",
    rows.FundingRow,
    "funding",
    (
        _ref("placement_ref", N_("The placement."), "key", example="PL-0001"),
        Column("education_pct", "percent", "key", said("Education's share. %(rule)s", rule=_SHARE),
               high=100, example=60),
        Column("health_pct", "percent", "optional", said("Health's share. Blank: 0. %(rule)s", rule=_SHARE),
               default=0, absent_is_blank=True, high=100, example=30),
        Column("care_pct", "percent", "optional", said("Social care's share. Blank: 0. %(rule)s", rule=_SHARE),
               default=0, absent_is_blank=True, high=100, example=10),
        _effective_from(said("placement")),
    ),
)  # fmt: skip

REVIEWS: Final = Sheet(
    "Reviews",
    rows.ReviewRow,
    "reviews",
    (
        _ref("placement_ref", N_("The placement."), "key", example="PL-0001"),
        _choice("kind", N_("What is reviewed."), facts.ReviewKind, "key", example="ehc_annual"),
        _date("due_on", N_("The day on which it falls due. It stays, whatever day the review is held on."), "key",
              example="2027-06-30"),
        _date("held_on", N_("The day of the meeting or visit. Blank: not held yet.")),
        _date("concluded_on", N_("The day of the decision; the next year runs from it. Blank: not concluded yet.")),
        _choice("outcome", N_("What the review came to. Blank until it is concluded."), facts.ReviewOutcome),
    ),
)  # fmt: skip

BUDGETS: Final = Sheet(
    "Budgets",
    rows.BudgetRow,
    "budgets",
    (
        Column(
            "financial_year", "financial_year", "key", N_("1 April to 31 March, such as 2026/27."),
            example="2026/27",
        ),
        _choice("model", N_("The commissioning model that it is for. Either this or provider_urn."),
                terms.CommissioningModel, example="block"),
        Column(
            "provider_urn", "integer", "optional", N_("The school that it is for. Either this or model."),
            low=100_000, high=999_999,
        ),
        Column("amount", "money", "key", N_("Pounds and pence without VAT; it replaces an earlier budget."),
               high=_BUDGET_LIMIT, example=350_000),
    ),
)  # fmt: skip

SHEETS: Final = (
    PROVIDERS,
    CALENDAR,
    CLOSURES,
    AGREEMENTS,
    TIERS,
    RATES,
    PLACEMENTS,
    SUSPENSIONS,
    PUPILS,
    FUNDING,
    REVIEWS,
    BUDGETS,
)
