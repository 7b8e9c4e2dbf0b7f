"""A small council to ask about value: a block, spot places and a price table, with as few facts as that needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from commissioning.charges.periods import financial_year
from tests.brute_force.facts import Row, Value, World
from tests.brute_force.school_years import year_of_terms
from tests.brute_force.workbook import full_row
from tests.brute_force.worlds import provider
from tests.worlds.council import Council, new_council

YEAR = financial_year("2026/27")
START = date(2026, 4, 1)


def agreement(ref: str, model: str, **more: Value) -> Row:
    """A row of Agreements: yearly prices fall on the calendar days of the financial year."""
    facts: dict[str, Any] = {"agreement_ref": ref, "provider_urn": 900001, "model": model, "start_on": START}
    facts |= {"fee_year": "financial", "accrual": "calendar_days", "void_pct": 100 if more else None}
    return full_row("Agreements", **(facts | more))


def price(pounds: int, **more: Value) -> Row:
    """A row of Rates for education a year; `agreement_ref` or `placement_ref` says whose."""
    return full_row("Rates", **({"component": "education", "unit": "year", "amount": pounds} | more))


def child(ref: str, agreement_ref: str, **more: Value) -> Row:
    """A row of Placements: an autistic pupil of secondary age, by day, all year."""
    facts: dict[str, Any] = {"placement_ref": ref, "pupil_ref": ref, "agreement_ref": agreement_ref, "need": "ASD"}
    facts |= {"phase": "secondary", "setting": "day", "start_on": START}
    return full_row("Placements", **(facts | more))


def world(agreements: list[Row], rates: list[Row], placements: list[Row], tiers: list[Row] | None = None) -> World:
    """The sheets of a council with one school and a calendar that covers the year."""
    return {
        "Providers": [provider(0, None)],
        "Calendar": [row for year in (2024, 2025, 2026) for row in year_of_terms("default", year, timedelta())],
        "Agreements": agreements,
        "Tiers": tiers or [],
        "Rates": rates,
        "Placements": placements,
    }


def tier(ref: str, from_place: int, discount_pct: int) -> Row:
    """A row of Tiers."""
    return full_row("Tiers", agreement_ref=ref, from_place=from_place, discount_pct=discount_pct)


@contextmanager
def council_of(facts: World) -> Iterator[Council]:
    """A ledger that holds these facts."""
    with new_council() as council:
        council.take_in(facts)
        yield council
