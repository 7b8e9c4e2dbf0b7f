"""A small invented council for tests of pages: two schools, a block with an empty place, spot places and their faults.

On 23 November 2026 the block has two of its three places filled, PL-3 stands under an agreement that has ended, PL-4
was never signed, PL-5 has no price, the annual review of PL-1 was concluded in July and that of PL-2 is overdue.
"""

from datetime import UTC, date, datetime
from pathlib import Path

from commissioning.app import open_ledger
from commissioning.database import migrate
from commissioning.demo.loading import RecordingClock, load
from commissioning.demo.notebook import Recording, Sheets
from commissioning.settings import Settings

TODAY = date(2026, 11, 23)
BLOCK = {
    "agreement_ref": "BLOCK-1", "provider_urn": 900001, "model": "block", "title": "Three places at Larkfield",
    "start_on": date(2026, 4, 1), "fee_year": "financial", "accrual": "months", "commitment_places": 3,
    "void_pct": 100, "signed_on": date(2026, 3, 1),
}  # fmt: skip
SPOT = {
    "agreement_ref": "SPOT-1", "provider_urn": 900002, "model": "spot", "start_on": date(2026, 4, 1),
    "fee_year": "financial", "accrual": "months", "signed_on": date(2026, 3, 1), "end_on": date(2027, 1, 31),
}  # fmt: skip
ENDED = {**SPOT, "agreement_ref": "SPOT-0", "end_on": date(2026, 8, 31)}


def placement(ref: str, agreement: str, need: str, start: date, **more: object) -> dict[str, object]:
    """A row of the sheet Placements."""
    return {
        "placement_ref": ref, "pupil_ref": f"P{ref}", "agreement_ref": agreement, "need": need, "phase": "secondary",
        "setting": "day", "start_on": start, "home_area": "North", "signed_on": date(2026, 3, 20),
    } | more  # fmt: skip


def own_price(ref: str, pounds: int) -> dict[str, object]:
    """A row of the sheet Rates for a placement's own yearly price."""
    return {"placement_ref": ref, "component": "education", "unit": "year", "amount": pounds}


def review(ref: str, due_on: date, **more: object) -> dict[str, object]:
    """A row of the sheet Reviews for an annual review, unless told otherwise."""
    return {"placement_ref": ref, "kind": "ehc_annual", "due_on": due_on} | more


def first_sheets() -> Sheets:
    """What is known in April 2026."""
    terms = [
        {"calendar": "default", "academic_year": f"{year}-{year % 100 + 1}", "term": term, "first_day": date(*first),
         "last_day": date(*last)}
        for year in (2025, 2026, 2027)
        for term, first, last in (
            ("autumn", (year, 9, 3), (year, 12, 18)),
            ("spring", (year + 1, 1, 5), (year + 1, 3, 26)),
            ("summer", (year + 1, 4, 14), (year + 1, 7, 21)),
        )
    ]  # fmt: skip
    return {
        "Providers": [
            {"urn": 900001, "name": "Larkfield School", "type": "independent_special", "capacity": 60},
            {"urn": 900002, "name": "Fenside <School>", "type": "non_maintained_special"},
        ],
        "Calendar": terms,
        "Agreements": [BLOCK, SPOT, ENDED],
        "Tiers": [{"agreement_ref": "BLOCK-1", "from_place": 1, "discount_pct": 10}],
        "Rates": [
            {"agreement_ref": "BLOCK-1", "component": "education", "unit": "year", "amount": 60000, "void": "yes"},
            own_price("PL-2", 66000),
            own_price("PL-3", 54000),
        ],
        "Placements": [
            placement("PL-1", "BLOCK-1", "SEMH", date(2026, 4, 1)),
            placement("PL-2", "SPOT-1", "SEMH", date(2026, 4, 1)),
            placement("PL-3", "SPOT-0", "ASD", date(2026, 4, 1)),
        ],
        "Reviews": [review("PL-1", date(2026, 6, 30)), review("PL-2", date(2026, 10, 1))],
    }


def later_sheets() -> Sheets:
    """What is learnt on 10 November 2026."""
    return {
        "Rates": [own_price("PL-4", 72000)],
        "Placements": [
            placement("PL-4", "SPOT-1", "ASD", date(2026, 9, 1), signed_on=None),
            placement("PL-5", "SPOT-1", "ASD", date(2026, 10, 1)),
            placement("PL-6", "BLOCK-1", "ASD", date(2026, 9, 1)),
        ],
        "Reviews": [
            review(
                "PL-1", date(2026, 6, 30), held_on=date(2026, 7, 2), concluded_on=date(2026, 7, 20), outcome="amend"
            ),
            review("PL-6", date(2026, 11, 12), kind="six_week_check"),
        ],
    }


async def make_world(folder: Path) -> Settings:
    """The council's ledger in a folder, and its settings."""
    settings = Settings(
        database_url="", commissioning_data=folder / "data", commissioning_witness=folder / "witness",
        commissioning_keys=folder / "keys", commissioning_book="smallshire",
        commissioning_council="Smallshire County Council",
    )  # fmt: skip
    await migrate(settings.database_path)
    recordings = [
        Recording(datetime(2026, 4, 2, 9, tzinfo=UTC), "a.clerk", "the start", first_sheets()),
        Recording(datetime(2026, 11, 10, 9, tzinfo=UTC), "b.clerk", "what was learnt later", later_sheets()),
    ]
    clock = RecordingClock(recordings[0].recorded_at)
    with open_ledger(settings, clock) as ledger:
        load(ledger, clock, recordings, lambda _stage, _done, _total: None)
    return settings
