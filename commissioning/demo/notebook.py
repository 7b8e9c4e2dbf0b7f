"""Facts with the day on which they became known, turned into the workbooks a commissioner imported.

The sheets and their re-import rules are those of the import workbook: a row states every value, a key that is
stated again changes or corrects what the ledger holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal

from commissioning.demo.timeline import Timeline
from commissioning.web.words import month as month_words

Value = str | int | Decimal | date | None
Row = dict[str, Value]
Sheets = dict[str, list[Row]]

KEYS: dict[str, tuple[str, ...]] = {
    "Providers": ("urn",),
    "Calendar": ("calendar", "academic_year", "term"),
    "Closures": ("calendar", "first_day"),
    "Agreements": ("agreement_ref", "effective_from"),
    "Tiers": ("agreement_ref", "from_place", "effective_from"),
    "Pupils": ("pupil_ref",),
    "Placements": ("placement_ref", "effective_from"),
    "Rates": ("agreement_ref", "placement_ref", "component", "unit", "band", "setting", "effective_from"),
    "Suspensions": ("placement_ref", "first_day"),
    "Funding": ("placement_ref", "effective_from"),
    "Reviews": ("placement_ref", "kind", "due_on"),
    "Budgets": ("financial_year", "model", "provider_urn"),
}
ACCOUNTS = ("m.okafor", "s.brightwater", "j.tallis", "r.vandermeer")
_Key = tuple[Value, ...]


@dataclass(frozen=True)
class Recording:
    """One workbook as it was imported: when (UTC), by which account, why, and its sheets of rows."""

    recorded_at: datetime
    account: str
    title: str
    sheets: Sheets


@dataclass(frozen=True)
class _Note:
    """A whole row of a plain sheet, or a change to a thing that is kept in dated versions."""

    known_on: date
    sheet: str
    row: Row
    ref: str | None = None
    version_from: date | None = None
    version: Row | None = None


@dataclass
class _Versioned:
    """An agreement or a placement as the workbooks have told it so far; None keys its first version."""

    shared: Row = field(default_factory=dict)
    versions: dict[date | None, Row] = field(default_factory=dict)

    def change(self, note: _Note) -> date | None:
        """Take a note in and return the version whose row has to be stated again."""
        self.shared |= note.row
        order = sorted(self.versions, key=lambda start: start or date.min)
        if note.version is None:
            return order[-1]
        if note.version_from not in self.versions:
            earlier = [start for start in order if (start or date.min) < (note.version_from or date.min)]
            self.versions[note.version_from] = dict(self.versions[earlier[-1]]) if earlier else {}
        self.versions[note.version_from] |= note.version
        return note.version_from


class Notebook:
    """Collects facts in any order and hands them out as recordings in the order of becoming known."""

    def __init__(self) -> None:
        self._notes: list[_Note] = []

    def note(self, known_on: date, sheet: str, row: Row) -> None:
        """Note a whole row of a sheet without versions; the same key noted later replaces it from then on."""
        self._notes.append(_Note(known_on, sheet, row))

    def change(
        self,
        known_on: date,
        sheet: str,
        ref: str,
        shared: Row,
        *,
        version: Row | None = None,
        version_from: date | None = None,
    ) -> None:
        """Note a change to an agreement or a placement.

        `shared` are values that all rows of the key agree on; `version` are values of the dated version that
        begins on `version_from` (None is the first). Without a version the latest one is stated again.
        """
        self._notes.append(_Note(known_on, sheet, shared, ref, version_from, version))

    def recordings(self, timeline: Timeline) -> Iterator[Recording]:
        """Yield one recording for each day of entries with something to say; later facts stay unknown."""
        notes = sorted(self._notes, key=lambda note: note.known_on)
        told: dict[str, _Versioned] = {}
        stated: dict[tuple[str, _Key], Row] = {}
        position = 0
        for number, day in enumerate(timeline.entry_days):
            until = position
            while until < len(notes) and notes[until].known_on <= day:
                until += 1
            sheets = _sheets(notes[position:until], told, stated)
            position = until
            if sheets:
                clock = time(9 + number * 5 % 7, number * 17 % 60, tzinfo=UTC)
                account = ACCOUNTS[number % len(ACCOUNTS)]
                yield Recording(datetime.combine(day, clock), account, _title(day, number, sheets), sheets)


def _sheets(notes: list[_Note], told: dict[str, _Versioned], stated: dict[tuple[str, _Key], Row]) -> Sheets:
    """Put the notes of one day on sheets: one row a key, and none that the ledger already holds."""
    rows: dict[str, dict[_Key, Row]] = {sheet: {} for sheet in KEYS}
    touched: dict[tuple[str, str, date | None], None] = {}
    for note in notes:
        if note.ref is None:
            rows[note.sheet][tuple(note.row.get(name) for name in KEYS[note.sheet])] = note.row
        else:
            version = told.setdefault(note.ref, _Versioned()).change(note)
            touched[note.sheet, note.ref, version] = None
    for sheet, ref, version in touched:
        thing = told[ref]
        rows[sheet][ref, version] = (
            {KEYS[sheet][0]: ref} | thing.shared | thing.versions[version] | {"effective_from": version}
        )
    fresh: Sheets = {}
    for sheet, by_key in rows.items():
        kept = [row for key, row in by_key.items() if stated.get((sheet, key)) != row]
        stated.update({(sheet, key): row for key, row in by_key.items()})
        if kept:
            fresh[sheet] = kept
    return fresh


def _title(day: date, number: int, sheets: Sheets) -> str:
    """Say in a few words what a workbook brought."""
    month = month_words(day)
    if number == 0:
        return f"Standing picture at {day.day} {month}, brought over from the old registers"
    if "Budgets" in sheets:
        return f"Budgets and changes, {month}"
    if "Calendar" in sheets:
        return f"Next year's school terms and changes, {month}"
    if len(sheets.get("Rates", [])) > len(sheets.get("Placements", [])):
        return f"Agreed prices and changes, {month}"
    return f"Starters, leavers and changes, {month}"
