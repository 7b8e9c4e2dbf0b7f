"""Small random councils, shaped as import workbooks, that between them reach every pricing rule.

Every world is valid by the rules of the import workbook; that includes facts that reach beyond the span they
qualify. All names, pupils and schools in them are invented.
"""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.brute_force.facts import ONE_DAY, Row, Value, World
from tests.brute_force.packages import placement_sheets
from tests.brute_force.price_lines import card_lines
from tests.brute_force.school_years import Draw, a_day, calendars, rarely
from tests.brute_force.workbook import full_row, world_to_workbook

__all__ = ["periods", "world_to_workbook", "worlds"]

MODELS = [
    "spot", "national_contract", "dynamic_market", "approved_list", "open_framework", "framework",
    "need_band", "price_band", "block", "retained", "cost_volume", "volume_discount", "state_place",
]  # fmt: skip
SETTINGS = ["day", "residential_weekly", "residential_term", "residential_52"]


@st.composite
def worlds(draw: Draw) -> World:
    """Make a valid world of 1-3 schools, 1-4 agreements and 1-8 placements, every column stated."""
    own_calendars = [f"calendar-{number}" for number in range(1, draw(st.integers(0, 2)) + 1)]
    names = ["default", *own_calendars]
    world: World = draw(calendars(names))
    world["Providers"] = [
        provider(number, draw(st.sampled_from([None, *names]))) for number in range(draw(st.integers(1, 3)))
    ]
    agreements: list[Row] = []
    tiers: list[Row] = []
    rates: list[Row] = []
    for number in range(draw(st.sampled_from([2, 1, 3, 4]))):
        urn = draw(st.sampled_from([row["urn"] for row in world["Providers"]]))
        versions = agreement_versions(draw, f"AG{number}", urn)
        start_on = versions[0]["start_on"]
        assert isinstance(start_on, date)
        agreements += versions
        tiers += tier_sets(draw, f"AG{number}", start_on)
        rates += card_lines(draw, f"AG{number}", start_on)
    world |= {"Agreements": agreements, "Tiers": tiers, "Rates": rates}
    placement_sheets(draw, world, sorted({str(row["agreement_ref"]) for row in agreements}))
    return world


def periods() -> st.SearchStrategy[tuple[date, date]]:
    """Make a period of whole months, inside one financial year or across two."""
    return st.sampled_from(
        [
            (date(2026, 4, 1), date(2027, 3, 31)),
            (date(2026, 4, 1), date(2028, 3, 31)),
            (date(2027, 4, 1), date(2028, 3, 31)),
            (date(2026, 9, 1), date(2027, 8, 31)),
            (date(2026, 12, 1), date(2026, 12, 31)),
            (date(2027, 11, 1), date(2028, 2, 29)),
        ]
    )


def provider(number: int, calendar: str | None) -> Row:
    """Return one school."""
    return full_row(
        "Providers",
        urn=900001 + number,
        name=f"Invented School {number + 1}",
        type="independent_special",
        local_authority="Norfolk",
        postcode="NR1 1AA",
        capacity=60,
        section_41="yes",
        inspection_grade="good",
        owner_group="Invented Group",
        calendar=calendar,
    )


def agreement_versions(draw: Draw, ref: str, urn: object) -> list[Row]:
    """Make one agreement: a row for its start and perhaps rows that change its terms from later days."""
    start_on = draw(st.sampled_from([date(2025, 4, 1), date(2025, 9, 1)]) | a_day(last=date(2026, 11, 30)))
    end_on = draw(a_day(first=max(start_on, date(2026, 5, 1)))) if rarely(draw, 4) else None
    model = draw(st.sampled_from(MODELS))
    signed_on = start_on if draw(st.booleans()) else None
    changes = draw(st.lists(a_day(start_on + ONE_DAY), max_size=2, unique=True))
    first = draw(st.sampled_from([None, start_on]))
    return [
        full_row(
            "Agreements",
            agreement_ref=ref,
            provider_urn=urn if isinstance(urn, int) else str(urn),
            model=model,
            title=f"Agreement {ref}",
            start_on=start_on,
            end_on=end_on,
            signed_on=signed_on,
            effective_from=effective_from,
            **terms(draw),
        )
        for effective_from in [first, *sorted(changes)]
    ]


def terms(draw: Draw) -> Row:
    """Make the dated part of an agreement's row."""
    places = draw(st.sampled_from([None, 0, 1, 2, 3, 4, 5]))
    shares: list[Value] = [100, 40, Decimal("62.5"), 0]
    void_pct = draw(st.sampled_from(shares))
    if not places and draw(st.booleans()):
        void_pct = None
    return {
        "fee_year": draw(st.sampled_from(["academic", "financial"])),
        "accrual": draw(st.sampled_from(["calendar_days", "school_days", "months", "terms"])),
        "leaver_rule": draw(
            st.sampled_from([None, "last_day", "end_of_month", "end_of_term", "term_notice", "term_notice"])
        ),
        "notice_weeks": draw(st.sampled_from([None, None, 0, 2, 6, 13])),
        "commitment_places": places,
        "void_pct": void_pct,
        "void_band": draw(st.sampled_from([None, "A", "B"])),
        "void_setting": draw(st.sampled_from([None, "day", *SETTINGS, "residential_52"])),
        "tiering": draw(st.sampled_from([None, "marginal", "whole_roll", "whole_roll"])),
    }


def tier_sets(draw: Draw, ref: str, start_on: date) -> list[Row]:
    """Make no, one or two dated sets of tiers, each with a place 1."""
    number = draw(st.sampled_from([1, 0, 1, 2]))
    possible = st.just(start_on) | a_day() | st.just(start_on - timedelta(days=40))
    dates = draw(st.lists(possible, min_size=number, max_size=number, unique=True))
    rows: list[Row] = []
    discounts: list[Value] = [0, 5, 11, 20, 100, Decimal("2.5"), Decimal("12.75")]
    for held_from in dates:
        blank = held_from == start_on and draw(st.booleans())
        for place in [1, *sorted(draw(st.sets(st.integers(2, 5), max_size=3)))]:
            discount = draw(st.sampled_from(discounts))
            rows.append(
                full_row(
                    "Tiers",
                    agreement_ref=ref,
                    from_place=place,
                    discount_pct=discount,
                    effective_from=None if blank else held_from,
                )
            )
    return rows
