"""Judges a workbook's rows against the keys the ledger holds: references, and what a new key must bring."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, Final

from commissioning.importing.cells import expectation, shown
from commissioning.importing.checks import Keys
from commissioning.importing.faults import Fault
from commissioning.importing.rows import UNCHANGED, AgreementRow, PlacementRow, WorkbookRows
from commissioning.importing.sheets import AGREEMENTS, PLACEMENTS, PROVIDERS, Sheet
from commissioning.ledger.said import said

Present = Mapping[str, AbstractSet[str]]
"""The columns that each sheet has."""

_NONE: Final[frozenset[str | int]] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """The keys that the ledger holds already; a dict's keys will do as well as a set."""

    providers: AbstractSet[int] = field(default_factory=frozenset)
    agreements: AbstractSet[str] = field(default_factory=frozenset)
    placements: AbstractSet[str] = field(default_factory=frozenset)
    calendars: AbstractSet[str] = field(default_factory=frozenset)


NO_KEYS: Final = KnownKeys()
"""What an empty ledger knows."""

_REFERENCES: Final = (
    ("providers", "Providers", "calendar", "Calendar"),
    ("closures", "Closures", "calendar", "Calendar"),
    ("agreements", "Agreements", "provider_urn", "Providers"),
    ("tiers", "Tiers", "agreement_ref", "Agreements"),
    ("rates", "Rates", "agreement_ref", "Agreements"),
    ("rates", "Rates", "placement_ref", "Placements"),
    ("placements", "Placements", "agreement_ref", "Agreements"),
    ("suspensions", "Suspensions", "placement_ref", "Placements"),
    ("funding", "Funding", "placement_ref", "Placements"),
    ("reviews", "Reviews", "placement_ref", "Placements"),
    ("budgets", "Budgets", "provider_urn", "Providers"),
)
_DEFAULT_CALENDAR: Final = "default"


def check_references(rows: WorkbookRows, named: Keys, unjudged: AbstractSet[str], known: KnownKeys) -> Iterator[Fault]:
    """Find references to what neither the workbook nor the ledger has.

    `named` holds the keys of the workbook's own sheets, those of faulty rows included; references to the
    sheets in `unjudged`, whose keys could not all be read, are passed over.
    """
    held: dict[str, AbstractSet[Any]] = {
        "Providers": known.providers,
        "Calendar": known.calendars,
        "Agreements": known.agreements,
        "Placements": known.placements,
    }
    for field_name, sheet, column, target in _REFERENCES:
        if target in unjudged:
            continue
        own, ledger = named.get(target, _NONE), held[target]
        value_of = attrgetter(column)
        for row in getattr(rows, field_name):
            value = value_of(row)
            if value is None or value in own or value is UNCHANGED or value in ledger:
                continue
            if target == "Calendar" and value == _DEFAULT_CALENDAR:
                continue
            yield Fault(
                sheet,
                row.row,
                column,
                shown(value),
                said("one on the sheet %(target)s or already held", target=target),
                said(
                    "There is no %(column)s %(value)s on the sheet %(target)s, nor does the ledger hold one.",
                    column=column,
                    value=shown(value),
                    target=target,
                ),
            )


def check_new_keys(rows: WorkbookRows, present: Present, partial: Keys, known: KnownKeys) -> Iterator[Fault]:
    """Check the rows of keys that the ledger does not hold.

    `present` holds the columns each sheet has, `partial` the keys of rows left out for a fault; those are not
    judged. A key the ledger knows may come with a later version alone and without the needed columns.
    """
    yield from _needed(PROVIDERS, "urn", rows.providers, present, known.providers)
    yield from _needed(AGREEMENTS, "agreement_ref", rows.agreements, present, known.agreements)
    yield from _needed(PLACEMENTS, "placement_ref", rows.placements, present, known.placements)
    held = known.agreements | partial.get("Agreements", frozenset())
    yield from _first_versions("Agreements", "agreement_ref", rows.agreements, held)
    held = known.placements | partial.get("Placements", frozenset())
    yield from _first_versions("Placements", "placement_ref", rows.placements, held)


def _needed(
    sheet: Sheet, key: str, rows: tuple[Any, ...], present: Present, known: AbstractSet[Any]
) -> Iterator[Fault]:
    """Name each needed column that the sheet lacks, with the first row that is new."""
    there = present.get(sheet.name, frozenset())
    absent = [column for column in sheet.columns if column.demand == "new" and column.name not in there]
    first = next((row for row in rows if getattr(row, key) not in known), None) if absent else None
    if first is None:
        return
    value = shown(getattr(first, key))
    for column in absent:
        yield Fault(
            sheet.name,
            first.row,
            column.name,
            None,
            expectation(column),
            said(
                "The column %(column)s is missing, and %(key)s %(value)s is new.",
                column=column.name,
                key=key,
                value=value,
            ),
        )


def _first_versions(
    sheet: str, key: str, rows: tuple[AgreementRow, ...] | tuple[PlacementRow, ...], held: AbstractSet[Any]
) -> Iterator[Fault]:
    """Ask that the earliest effective_from of a new key is its start_on."""
    earliest: dict[str, tuple[date, AgreementRow | PlacementRow]] = {}
    for row in rows:
        ref = getattr(row, key)
        if ref in held or not isinstance(row.start_on, date):
            continue
        held_from = row.effective_from if isinstance(row.effective_from, date) else row.start_on
        if ref not in earliest or held_from < earliest[ref][0]:
            earliest[ref] = (held_from, row)
    for ref, (held_from, row) in earliest.items():
        if held_from != row.start_on:
            yield Fault(
                sheet,
                row.row,
                "effective_from",
                shown(held_from),
                said("%(start_on)s, its start_on", start_on=row.start_on),
                said(
                    "The earliest effective_from of %(ref)s must be its start_on, %(start_on)s.",
                    ref=ref,
                    start_on=row.start_on,
                ),
            )
