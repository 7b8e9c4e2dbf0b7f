"""Checks that one cell cannot answer: the rows of a workbook against each other and against their own dates.

Groups of rows in which one is already faulty are not judged as a whole, so that one slip is told once.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter
from typing import Final, Protocol, TypeVar

from commissioning.importing.cells import shown
from commissioning.importing.faults import Fault
from commissioning.importing.rows import (
    UNCHANGED,
    AgreementRow,
    BudgetRow,
    ClosureRow,
    FundingRow,
    PlacementRow,
    RateRow,
    ReviewRow,
    SuspensionRow,
    TermRow,
    TierRow,
    Unchanged,
    WorkbookRows,
)
from commissioning.ledger.said import said

Keys = Mapping[str, AbstractSet[str | int]]
"""Keys by the name of the sheet whose key they are."""


class _Numbered(Protocol):
    @property
    def row(self) -> int: ...


_Row = TypeVar("_Row", bound=_Numbered)
_NONE: Final[frozenset[str | int]] = frozenset()


def check_rows(rows: WorkbookRows, partial: Keys) -> Iterator[Fault]:
    """Check a workbook's rows within themselves; `partial` holds the keys of rows left out for a fault."""
    starts = _Starts.of(rows)
    yield from _repeated("Providers", rows.providers, ("urn",))
    yield from _calendar(rows.calendar)
    yield from _closures(rows.closures)
    yield from _agreements(rows.agreements, starts)
    yield from _tiers(rows.tiers, starts, partial.get("Tiers", _NONE))
    yield from _rates(rows.rates, starts)
    yield from _placements(rows.placements, starts)
    yield from _suspensions(rows.suspensions)
    yield from _repeated("Pupils", rows.pupils, ("pupil_ref",))
    yield from _funding(rows.funding, starts)
    yield from _reviews(rows.reviews)
    yield from _budgets(rows.budgets)


@dataclass(frozen=True, slots=True)
class _Starts:
    """The start_on of the agreements and placements that stand in the workbook."""

    agreements: dict[str, date]
    placements: dict[str, date]

    @classmethod
    def of(cls, rows: WorkbookRows) -> "_Starts":
        return cls(
            {row.agreement_ref: row.start_on for row in rows.agreements if isinstance(row.start_on, date)},
            {row.placement_ref: row.start_on for row in rows.placements if isinstance(row.start_on, date)},
        )


def _held_from(effective_from: date | Unchanged | None, start_on: date | None) -> date | None:
    """Resolve a blank effective_from; None where the owner is not in the workbook."""
    return effective_from if isinstance(effective_from, date) else start_on


def _fault(sheet: str, row: int, column: str, value: object, expected: str, message: str) -> Fault:
    text = None if value is None or value is UNCHANGED else shown(value)
    return Fault(sheet, row, column, text, expected, message)


def _repeated(sheet: str, rows: Iterable[_Row], columns: tuple[str, ...]) -> Iterator[Fault]:
    key = attrgetter(*columns)
    yield from _repeats(sheet, rows, key, columns[0], columns)


def _repeats(
    sheet: str, rows: Iterable[_Row], key: Callable[[_Row], Hashable], column: str, columns: tuple[str, ...]
) -> Iterator[Fault]:
    seen: dict[Hashable, int] = {}
    words = _listed(columns)
    for row in rows:
        first = seen.setdefault(key(row), row.row)
        if first != row.row:
            yield _fault(
                sheet,
                row.row,
                column,
                getattr(row, column),
                said("each %(columns)s once", columns=words),
                said("Row %(row)s has the same %(columns)s.", row=first, columns=words),
            )


def _listed(columns: tuple[str, ...]) -> str:
    *first, last = columns
    return said("%(columns)s and %(last)s", columns=", ".join(first), last=last) if first else last


def _in_order(sheet: str, row: int, first: tuple[str, object], last: tuple[str, object]) -> Iterator[Fault]:
    """Check that a last day does not come before its first; blanks and absent columns pass."""
    if isinstance(first[1], date) and isinstance(last[1], date) and last[1] < first[1]:
        yield _fault(
            sheet,
            row,
            last[0],
            last[1],
            said("a date from %(first_day)s on", first_day=first[1]),
            said(
                "%(last)s %(last_day)s comes before %(first)s %(first_day)s.",
                last=last[0],
                last_day=last[1],
                first=first[0],
                first_day=first[1],
            ),
        )


_TERMS: Final = ("autumn", "spring", "summer")


def _calendar(rows: tuple[TermRow, ...]) -> Iterator[Fault]:
    yield from _repeated("Calendar", rows, ("calendar", "academic_year", "term"))
    years: dict[tuple[str, str], dict[str, TermRow]] = defaultdict(dict)
    for row in rows:
        yield from _in_order("Calendar", row.row, ("first_day", row.first_day), ("last_day", row.last_day))
        first_year = int(row.academic_year[:4])
        opens, ends = date(first_year, 9, 1), date(first_year + 1, 8, 31)
        for column, day in (("first_day", row.first_day), ("last_day", row.last_day)):
            if not opens <= day <= ends:
                yield _fault(
                    "Calendar",
                    row.row,
                    column,
                    day,
                    said("a date from %(opens)s to %(ends)s", opens=opens, ends=ends),
                    said(
                        "%(day)s lies outside the academic year %(academic_year)s.",
                        day=day,
                        academic_year=row.academic_year,
                    ),
                )
        years[row.calendar, row.academic_year].setdefault(row.term, row)
    for terms in years.values():
        listed = [terms[name] for name in _TERMS if name in terms]
        for before, after in pairwise(listed):
            if after.first_day <= before.last_day:
                yield _fault(
                    "Calendar",
                    after.row,
                    "first_day",
                    after.first_day,
                    said("a date after %(last_day)s", last_day=before.last_day),
                    said(
                        "The %(later)s term begins before the %(earlier)s term on row %(row)s has ended.",
                        later=after.term,
                        earlier=before.term,
                        row=before.row,
                    ),
                )


def _closures(rows: tuple[ClosureRow, ...]) -> Iterator[Fault]:
    seen: dict[tuple[str, date, date], ClosureRow] = {}
    for row in rows:
        yield from _in_order("Closures", row.row, ("first_day", row.first_day), ("last_day", row.last_day))
        first = seen.setdefault((row.calendar, row.first_day, row.last_day), row)
        if first.reason != row.reason:
            yield _fault(
                "Closures",
                row.row,
                "reason",
                row.reason,
                said("the reason of row %(row)s", row=first.row),
                said("Row %(row)s gives the same closure another reason.", row=first.row),
            )


def _disagreements(sheet: str, rows: Iterable[_Row], key: str, columns: tuple[str, ...]) -> Iterator[Fault]:
    """Find rows of one key that disagree on a fact which a key has but once."""
    firsts: dict[object, _Row] = {}
    of_key, facts = attrgetter(key), attrgetter(*columns)
    for row in rows:
        first = firsts.setdefault(of_key(row), row)
        if first is row or facts(first) == facts(row):
            continue
        for column in columns:
            there, here = getattr(first, column), getattr(row, column)
            if there != here:
                value = said("blank") if there is None else shown(there)
                yield _fault(
                    sheet,
                    row.row,
                    column,
                    "" if here is None else here,
                    value,
                    said(
                        "Rows %(first)s and %(row)s are of one %(key)s and disagree on %(column)s.",
                        first=first.row,
                        row=row.row,
                        key=key,
                        column=column,
                    ),
                )


def _agreements(rows: tuple[AgreementRow, ...], starts: _Starts) -> Iterator[Fault]:
    yield from _repeats(
        "Agreements",
        rows,
        lambda row: (
            row.agreement_ref,
            _held_from(row.effective_from, starts.agreements.get(row.agreement_ref)),
        ),
        "agreement_ref",
        ("agreement_ref", "effective_from"),
    )
    yield from _disagreements("Agreements", rows, "agreement_ref", ("provider_urn", "start_on", "end_on"))
    for row in rows:
        yield from _in_order("Agreements", row.row, ("start_on", row.start_on), ("end_on", row.end_on))
        places = row.commitment_places
        if isinstance(places, int) and places > 0 and row.void_pct is None:
            yield _fault(
                "Agreements",
                row.row,
                "void_pct",
                "",
                "a number from 0 to 100",
                said(
                    "void_pct is blank, and %(places)s places are committed. Write 100 for a block, 40 for a "
                    "40%% retainer.",
                    places=places,
                ),
            )


def _tiers(rows: tuple[TierRow, ...], starts: _Starts, partial: AbstractSet[str | int]) -> Iterator[Fault]:
    sets: dict[tuple[str, date | None], dict[int, int]] = defaultdict(dict)
    for row in rows:
        held_from = _held_from(row.effective_from, starts.agreements.get(row.agreement_ref))
        places = sets[row.agreement_ref, held_from]
        first = places.setdefault(row.from_place, row.row)
        if first != row.row:
            yield _fault(
                "Tiers",
                row.row,
                "from_place",
                row.from_place,
                "each from_place once in a set",
                said("Row %(row)s of the same set has the same from_place.", row=first),
            )
    for (agreement, _), places in sets.items():
        if 1 not in places and agreement not in partial:
            row_number = min(places.values())
            yield _fault(
                "Tiers",
                row_number,
                "from_place",
                min(places),
                "a row with from_place 1",
                said("The set of tiers of %(agreement)s that begins on this row has no place 1.", agreement=agreement),
            )


def _rates(rows: tuple[RateRow, ...], starts: _Starts) -> Iterator[Fault]:
    series: dict[Hashable, int] = {}
    for row in rows:
        agreement, placement = row.agreement_ref, row.placement_ref
        if isinstance(agreement, str) == isinstance(placement, str):
            both = isinstance(agreement, str)
            yield _fault(
                "Rates",
                row.row,
                "agreement_ref",
                agreement or "",
                "either agreement_ref or placement_ref",
                "Both agreement_ref and placement_ref are filled in. Keep one."
                if both
                else "Neither agreement_ref nor placement_ref is filled in.",
            )
            continue
        if isinstance(placement, str):
            yield from _own_line(row)
        if row.withdrawn is True:
            continue
        start_on = (
            starts.agreements.get(agreement) if isinstance(agreement, str) else starts.placements.get(str(placement))
        )
        held_from = _held_from(row.effective_from, start_on)
        key = (agreement, placement, row.component, row.unit, row.band, row.setting, held_from)
        first = series.setdefault(key, row.row)
        if first != row.row:
            yield _fault(
                "Rates",
                row.row,
                "effective_from",
                held_from,
                "one price of a series on a day",
                said(
                    "Row %(row)s has a price with the same owner, component, unit, band, setting and date. "
                    "Withdraw one, or give it another date.",
                    row=first,
                ),
            )


def _own_line(row: RateRow) -> Iterator[Fault]:
    for column, value in (("band", row.band), ("setting", row.setting)):
        if isinstance(value, str):
            yield _fault(
                "Rates",
                row.row,
                column,
                value,
                "a blank cell",
                said("A placement's own price has no %(column)s: it is that placement's alone.", column=column),
            )
    if row.void is True:
        yield _fault(
            "Rates",
            row.row,
            "void",
            "yes",
            "no or a blank cell",
            "A placement's own price is never charged on an empty place.",
        )


def _placements(rows: tuple[PlacementRow, ...], starts: _Starts) -> Iterator[Fault]:
    yield from _repeats(
        "Placements",
        rows,
        lambda row: (
            row.placement_ref,
            _held_from(row.effective_from, starts.placements.get(row.placement_ref)),
        ),
        "placement_ref",
        ("placement_ref", "effective_from"),
    )
    facts = ("pupil_ref", "start_on", "end_on", "notice_given_on", "withdrawn")
    yield from _disagreements("Placements", rows, "placement_ref", facts)
    for row in rows:
        yield from _in_order("Placements", row.row, ("start_on", row.start_on), ("end_on", row.end_on))


def _suspensions(rows: tuple[SuspensionRow, ...]) -> Iterator[Fault]:
    by_placement: dict[str, list[SuspensionRow]] = defaultdict(list)
    for row in rows:
        days = (("first_day", row.first_day), ("last_day", row.last_day))
        yield from _in_order("Suspensions", row.row, *days)
        if row.withdrawn is not True:
            by_placement[row.placement_ref].append(row)
    for suspensions in by_placement.values():
        reach: SuspensionRow | None = None
        for row in sorted(suspensions, key=attrgetter("first_day", "row")):
            if reach is not None and row.first_day <= _last_day(reach):
                yield _fault(
                    "Suspensions",
                    row.row,
                    "first_day",
                    row.first_day,
                    "suspensions of a placement that do not overlap",
                    said("It overlaps the suspension on row %(row)s.", row=reach.row),
                )
            if reach is None or _last_day(row) > _last_day(reach):
                reach = row


def _last_day(row: SuspensionRow) -> date:
    return row.last_day if isinstance(row.last_day, date) else date.max


def _funding(rows: tuple[FundingRow, ...], starts: _Starts) -> Iterator[Fault]:
    yield from _repeats(
        "Funding",
        rows,
        lambda row: (
            row.placement_ref,
            _held_from(row.effective_from, starts.placements.get(row.placement_ref)),
        ),
        "placement_ref",
        ("placement_ref", "effective_from"),
    )
    for row in rows:
        shares = (row.education_pct, row.health_pct, row.care_pct)
        whole = sum((share for share in shares if isinstance(share, Decimal)), Decimal(0))
        if whole != 100:  # noqa: PLR2004 - per cent
            yield _fault(
                "Funding",
                row.row,
                "education_pct",
                row.education_pct,
                "shares that add up to 100",
                said("The three shares add up to %(whole)s, not to 100.", whole=whole),
            )


def _reviews(rows: tuple[ReviewRow, ...]) -> Iterator[Fault]:
    key = attrgetter("placement_ref", "kind", "due_on")
    yield from _repeats("Reviews", rows, key, "due_on", ("placement_ref", "kind", "due_on"))
    for row in rows:
        yield from _in_order("Reviews", row.row, ("held_on", row.held_on), ("concluded_on", row.concluded_on))
        if isinstance(row.outcome, str) and row.concluded_on is None:
            yield _fault(
                "Reviews",
                row.row,
                "outcome",
                row.outcome,
                "a blank cell until the review is concluded",
                "There is an outcome, and concluded_on is blank.",
            )


def _budgets(rows: Iterable[BudgetRow]) -> Iterator[Fault]:
    yield from _repeated("Budgets", rows, ("financial_year", "model", "provider_urn"))
    for row in rows:
        model = None if row.model is UNCHANGED else row.model
        urn = None if row.provider_urn is UNCHANGED else row.provider_urn
        if (model is None) == (urn is None):
            message = (
                said("The row names both a model and a school.")
                if model
                else said("The row names neither a model nor a school.")
            )
            yield _fault("Budgets", row.row, "model", model, "one of model and provider_urn, the other blank", message)
