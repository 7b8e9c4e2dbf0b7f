"""A small sound workbook, invented, and the means to write it with one thing changed."""

import copy
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from openpyxl import Workbook as Pages
from openpyxl.worksheet.worksheet import Worksheet

from commissioning.importing.faults import Fault
from commissioning.importing.known import NO_KEYS, KnownKeys
from commissioning.importing.sheets import SHEETS
from commissioning.importing.workbook import check_known, read_workbook

Rows = dict[str, list[dict[str, object]]]

COLUMNS = {sheet.name: [column.name for column in sheet.columns] for sheet in SHEETS}

_SOUND: Rows = {
    "Providers": [
        {"urn": 900001, "name": "Larkfield", "type": "independent_special", "section_41": "yes", "capacity": 60},
        {"urn": 900002, "name": "Fenside", "type": "state_special", "calendar": "north"},
    ],
    "Calendar": [
        {"calendar": "north", "academic_year": "2026-27", "term": "autumn", "first_day": date(2026, 9, 3),
         "last_day": date(2026, 12, 18)},
        {"calendar": "north", "academic_year": "2026-27", "term": "spring", "first_day": date(2027, 1, 5),
         "last_day": date(2027, 3, 25)},
        {"calendar": "north", "academic_year": "2026-27", "term": "summer", "first_day": date(2027, 4, 12),
         "last_day": date(2027, 7, 21)},
    ],
    "Closures": [
        {"calendar": "north", "first_day": date(2026, 10, 26), "last_day": date(2026, 10, 30), "reason": "half-term"},
    ],
    "Agreements": [
        {"agreement_ref": "AG1", "provider_urn": 900001, "model": "block", "start_on": date(2026, 4, 1),
         "fee_year": "academic", "accrual": "months", "commitment_places": 6, "void_pct": 100},
        {"agreement_ref": "AG1", "provider_urn": 900001, "model": "block", "start_on": date(2026, 4, 1),
         "fee_year": "academic", "accrual": "months", "commitment_places": 8, "void_pct": 90,
         "effective_from": date(2027, 4, 1)},
        {"agreement_ref": "AG2", "provider_urn": 900002, "model": "spot", "start_on": date(2026, 4, 1),
         "end_on": date(2028, 3, 31), "fee_year": "financial", "accrual": "terms"},
    ],
    "Tiers": [
        {"agreement_ref": "AG1", "from_place": 1, "discount_pct": 11},
        {"agreement_ref": "AG1", "from_place": 7, "discount_pct": -2.5},
    ],
    "Rates": [
        {"agreement_ref": "AG1", "component": "education", "unit": "year", "amount": 58250.1, "void": "yes"},
        {"agreement_ref": "AG1", "component": "transport", "unit": "day", "amount": 31.5},
        {"placement_ref": "PL2", "component": "support", "unit": "hour", "amount": 21.4, "quantity": 27.5},
        {"placement_ref": "PL2", "component": "education", "unit": "year", "amount": 61000},
        {"placement_ref": "PL2", "component": "education", "unit": "year", "amount": 63000,
         "effective_from": date(2027, 4, 1)},
    ],
    "Placements": [
        {"placement_ref": "PL1", "pupil_ref": 1001, "agreement_ref": "AG1", "need": "SEMH", "phase": "primary",
         "setting": "day", "start_on": date(2026, 9, 3), "birth_month": "2016-05", "route": "council"},
        {"placement_ref": "PL2", "pupil_ref": "PU2", "agreement_ref": "AG2", "need": "ASD", "phase": "secondary",
         "setting": "day", "start_on": date(2026, 9, 3), "end_on": date(2028, 7, 21)},
        {"placement_ref": "PL2", "pupil_ref": "PU2", "agreement_ref": "AG2", "need": "ASD", "phase": "secondary",
         "setting": "residential_52", "start_on": date(2026, 9, 3), "end_on": date(2028, 7, 21),
         "effective_from": date(2027, 9, 1)},
    ],
    "Suspensions": [
        {"placement_ref": "PL1", "first_day": date(2026, 11, 2), "last_day": date(2026, 11, 13), "payable_pct": 50},
        {"placement_ref": "PL1", "first_day": date(2027, 2, 1), "payable_pct": 0},
    ],
    "Pupils": [{"pupil_ref": 1001, "name": "Robin Example", "date_of_birth": date(2016, 5, 14)}],
    "Funding": [{"placement_ref": "PL1", "education_pct": 66.67, "health_pct": 33.33}],
    "Reviews": [
        {"placement_ref": "PL1", "kind": "ehc_annual", "due_on": date(2026, 11, 2), "held_on": date(2026, 11, 5),
         "concluded_on": date(2026, 11, 30), "outcome": "amend"},
        {"placement_ref": "PL1", "kind": "ehc_annual", "due_on": date(2027, 11, 30)},
    ],
}  # fmt: skip


def sound() -> Rows:
    """Give a copy of the sound workbook's rows, to be spoilt at will."""
    return copy.deepcopy(_SOUND)


def write(path: Path, rows: Rows, touch: Callable[[Pages], None] | None = None) -> Path:
    """Write rows under the full headers, header on row 1; `touch` may change the pages before they are saved."""
    pages = Pages()
    pages.remove(pages.worksheets[0])
    for name, lines in rows.items():
        page: Worksheet = pages.create_sheet(name)
        columns = COLUMNS[name]
        page.append(columns)
        for line in lines:
            page.append([line.get(column) for column in columns])
    if touch is not None:
        touch(pages)
    pages.save(path)
    return path


def faults_of(path: Path, known: KnownKeys = NO_KEYS) -> tuple[Fault, ...]:
    """Read a workbook for a ledger that holds these keys, and give its faults."""
    return check_known(read_workbook(path), known)


def rewrite(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Change the parts of a workbook's zip; a part for which None is given is left out."""
    parts: list[tuple[str, bytes]] = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = change(name, archive.read(name))
            if content is not None:
                parts.append((name, content))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    path.write_bytes(packed.getvalue())
    return path
