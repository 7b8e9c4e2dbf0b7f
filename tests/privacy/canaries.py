"""A small council whose every personal field and free-text reason holds an unmistakable word.

Everything is invented. Pupil REF-CANARY-1 has two placements, one of which was suspended and ended; REF-OTHER-2 is
there to show that others are untouched.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from tests.importing.workbooks import Rows, write

REFERENCE, OTHER = "REF-CANARY-1", "REF-OTHER-2"
CANARIES = (
    REFERENCE,
    "Canaryfeather",
    "2016-05-13",
    "CANARYUPN0001",
    "CAN4 4RY",
    "Canarymoved",
    "Canaryhospital",
    "Canarymistake",
)
"""One word of each field: reference, name, date of birth, UPN, postcode, end reason, and two suspensions' reasons."""
RECORDED_AT = datetime(2026, 9, 1, 9, tzinfo=UTC)


def council() -> Rows:
    """The workbook of the council."""
    placement = {
        "pupil_ref": REFERENCE,
        "agreement_ref": "AG1",
        "need": "SEMH",
        "phase": "primary",
        "setting": "day",
        "start_on": date(2026, 4, 1),
        "home_area": "North",
        "birth_month": "2016-05",
    }
    return {
        "Providers": [{"urn": 900001, "name": "Larkfield School", "type": "independent_special"}],
        "Calendar": [
            {"calendar": "default", "academic_year": f"{year}-{year % 100 + 1}", "term": term,
             "first_day": date(*first), "last_day": date(*last)}
            for year in (2025, 2026)
            for term, first, last in (
                ("autumn", (year, 9, 3), (year, 12, 18)),
                ("spring", (year + 1, 1, 5), (year + 1, 3, 26)),
                ("summer", (year + 1, 4, 14), (year + 1, 7, 21)),
            )
        ],
        "Agreements": [
            {"agreement_ref": "AG1", "provider_urn": 900001, "model": "spot", "start_on": date(2026, 4, 1),
             "fee_year": "financial", "accrual": "months"},
        ],
        "Rates": [
            {"placement_ref": ref, "component": "education", "unit": "year", "amount": 60000}
            for ref in ("PL1", "PL2", "PL3")
        ],
        "Placements": [
            {**placement, "placement_ref": "PL1", "end_on": date(2026, 7, 21), "end_reason": "Canarymoved away"},
            {**placement, "placement_ref": "PL2", "start_on": date(2026, 9, 1)},
            {**placement, "placement_ref": "PL3", "pupil_ref": OTHER},
        ],
        "Suspensions": [
            {"placement_ref": "PL1", "first_day": date(2026, 5, 4), "last_day": date(2026, 5, 15), "payable_pct": 50,
             "reason": "Canaryhospital stay"},
            {"placement_ref": "PL1", "first_day": date(2026, 6, 8), "last_day": date(2026, 6, 9), "payable_pct": 0,
             "reason": "Canarymistake", "withdrawn": "yes"},
        ],
        "Pupils": [
            {"pupil_ref": REFERENCE, "name": "Ida Canaryfeather", "date_of_birth": date(2016, 5, 13),
             "upn": "CANARYUPN0001", "postcode": "CAN4 4RY"},
            {"pupil_ref": OTHER, "name": "Olu Invented", "date_of_birth": date(2015, 1, 2)},
        ],
    }  # fmt: skip


def council_file(folder: Path, rows: Rows | None = None) -> Path:
    """The workbook as a file."""
    return write(folder / "council.xlsx", rows or council())


def forms_of(word: str) -> Iterator[bytes]:
    """A word as it may lie in a file: in two encodings, and in base64 at each of its three places."""
    plain = word.encode()
    yield plain
    yield word.encode("utf-16-le")
    for ahead in range(3):
        packed = base64.b64encode(bytes(ahead) + plain)
        yield packed[-(-ahead * 4 // 3) or 0 : -4]


def found_in(content: bytes) -> set[str]:
    """The canaries that stand in some bytes, in whatever form."""
    return {word for word in CANARIES if any(form in content for form in forms_of(word))}
