"""What pages, the API and upper floors ask about pupils and placements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Recorded
from commissioning.ledger.reading import Reader
from commissioning.ledger.said import said
from commissioning.ledger.store import Row
from commissioning.ledger.tables import BOOK_BITS
from commissioning.ledger.time import instant_from_text, london_day
from commissioning.placements.facts import Need, Phase, Review
from commissioning.placements.first_reviews import FIRST_REVIEWS, NONE_SET, THE_RULES, FirstReviews
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.projections import LISTED
from commissioning.placements.pupil import PUPILS, Pupil
from commissioning.placements.review import REVIEWS
from contracts.terms import Setting

Grouping = Literal["agreement_ref", "need", "phase", "setting", "home_area"]

_REVIEW_DAYS = ("due_on", "held_on", "concluded_on", "arranged", "invited", "reported", "final_plan")
_REFS_IN_A_QUERY = 500
_LIVE = "NOT withdrawn AND start_on <= ? AND (end_on IS NULL OR end_on >= ?)"
_ON_AGREEMENT = "ref IN (SELECT placement_ref FROM placements_membership WHERE book = ? AND agreement_ref = ?)"


@dataclass(frozen=True, slots=True)
class PlacementSummary:
    """A row of the list: a placement as it is known now, standing where its last version puts it."""

    ref: str
    pupil: str
    need: Need
    agreement_ref: str
    phase: Phase
    setting: Setting
    band: str | None
    home_area: str | None
    start_on: date
    end_on: date | None
    signed_on: date | None
    withdrawn: bool
    case_officer: str | None = None


@dataclass(frozen=True, slots=True)
class PlacementFilter:
    """Which placements a list shows; None lets all pass.

    `agreement_ref` finds every placement with a version on the agreement, the past ones too. `live_on` is a day on
    roll, on which a withdrawn placement never is.
    """

    agreement_ref: str | None = None
    pupil: str | None = None
    need: Need | None = None
    phase: Phase | None = None
    setting: Setting | None = None
    home_area: str | None = None
    live_on: date | None = None
    signed: bool | None = None
    withdrawn: bool | None = None
    case_officer: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, counted from 1."""

    number: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True)
class PlacementList:
    """The rows of one page, and how many rows all pages have together."""

    rows: tuple[PlacementSummary, ...]
    total: int


EVERY_PLACEMENT = PlacementFilter()
FIRST_PAGE = Page()


async def placement(reader: Reader, ref: str, position: int) -> Placement | None:
    """One placement as it was known at a position of the ledger, None where none was."""
    return await reader.state(PLACEMENTS, ref, position)


async def history(reader: Reader, ref: str, position: int) -> list[Recorded]:
    """Everything recorded of a placement up to a position, oldest first."""
    return await reader.history(PLACEMENTS.stream(ref), position)


async def pupil(reader: Reader, key: str, position: int) -> Pupil | None:
    """One pupil, sealed, as known at a position of the ledger."""
    return await reader.state(PUPILS, key, position)


async def list_placements(
    reader: Reader, wanted: PlacementFilter = EVERY_PLACEMENT, page: Page = FIRST_PAGE
) -> PlacementList:
    """The placements that are wanted, as they are known now, by reference."""
    where, parameters = _where(await reader.number(), wanted)
    before = (page.number - 1) * page.size
    rows = await reader.query(
        f"SELECT {', '.join(LISTED)} FROM placements_placement WHERE {where} ORDER BY ref LIMIT ? OFFSET ?",
        [*parameters, page.size, before],
    )
    summaries = tuple(_summary(row) for row in rows)
    if len(rows) < page.size and (rows or not before):
        return PlacementList(summaries, before + len(rows))
    counted = await reader.query(f"SELECT COUNT(*) FROM placements_placement WHERE {where}", parameters)
    return PlacementList(summaries, counted[0][0])


async def live_placements(reader: Reader, day: date) -> int:
    """How many placements are on roll on a day, as it is known now."""
    rows = await reader.query(
        f"SELECT COUNT(*) FROM placements_placement WHERE book = ? AND {_LIVE}",
        (await reader.number(), day.isoformat(), day.isoformat()),
    )
    count: int = rows[0][0]
    return count


async def live_placements_by(reader: Reader, day: date, grouping: Grouping) -> dict[str | None, int]:
    """How many placements are on roll on a day, for each value of a column of the list, None where it is blank.

    A placement counts where its last version puts it, also on a day before that version. Raises `Refused` where the
    list has no such grouping.
    """
    if grouping not in get_args(Grouping):
        raise Refused(
            Fault(
                "grouping",
                said("Placements are not counted by “%(grouping)s”.", grouping=grouping),
                expected=", ".join(get_args(Grouping)),
                status=400,
            )
        )
    rows = await reader.query(
        f"SELECT {grouping}, COUNT(*) FROM placements_placement WHERE book = ? AND {_LIVE} "
        f"GROUP BY {grouping} ORDER BY {grouping}",
        (await reader.number(), day.isoformat(), day.isoformat()),
    )
    return {row[0]: row[1] for row in rows}


async def history_of_reviews(reader: Reader, ref: str, position: int) -> list[Recorded]:
    """Everything recorded of the reviews of a placement up to a position, oldest first."""
    return await reader.history(REVIEWS.stream(ref), position)


async def reviews_as_at(reader: Reader, position: int) -> dict[str, list[Review]]:
    """All reviews as known at a position, by placement; those of one placement by the days on which they fall due."""
    rows = await reader.query(
        f"SELECT placement_ref, kind, outcome, escalated, {', '.join(_REVIEW_DAYS)} FROM placements_review "
        "WHERE book = ? AND from_position <= ? AND to_position > ? ORDER BY placement_ref, due_on, kind",
        (await reader.number(), position, position),
    )
    found: dict[str, list[Review]] = {}
    for ref, kind, outcome, escalated, *days in rows:
        known: dict[str, Any] = dict(zip(_REVIEW_DAYS, map(_day, days), strict=True))
        steps = tuple(int(step) for step in escalated.split(",")) if escalated else ()
        found.setdefault(ref, []).append(Review(kind=kind, outcome=outcome, escalated=steps, **known))
    return found


async def first_reviews_as_at(reader: Reader, position: int) -> FirstReviews:
    """When the first reviews of each kind fall due, as the council had set it by a position."""
    return await reader.state(FIRST_REVIEWS, THE_RULES, position) or NONE_SET


async def known_since(reader: Reader, refs: Sequence[str]) -> dict[str, date]:
    """The London day on which the ledger learnt of each of some placements, by reference."""
    found: dict[str, date] = {}
    for first in range(0, len(refs), _REFS_IN_A_QUERY):
        some = refs[first : first + _REFS_IN_A_QUERY]
        rows = await reader.query(
            "SELECT p.ref, e.recorded_at FROM placements_placement p JOIN ledger_event e "
            f"ON e.book = p.book AND e.position = p.id - p.book * {1 << BOOK_BITS} "
            f"WHERE p.book = ? AND p.ref IN ({', '.join('?' * len(some))})",
            (await reader.number(), *some),
        )
        found |= {ref: london_day(instant_from_text(recorded_at)) for ref, recorded_at in rows}
    return found


async def case_officers(reader: Reader) -> dict[str, str]:
    """The accounts that are responsible for placements now, by reference; those for which nobody is are left out."""
    rows = await reader.query(
        "SELECT ref, case_officer FROM placements_placement WHERE book = ? AND case_officer IS NOT NULL",
        (await reader.number(),),
    )
    return dict(rows)


def _where(book: int, wanted: PlacementFilter) -> tuple[str, list[Any]]:
    conditions: list[str] = ["book = ?"]
    parameters: list[Any] = [book]
    for column in ("pupil", "need", "phase", "setting", "home_area", "withdrawn", "case_officer"):
        value = getattr(wanted, column)
        if value is not None:
            conditions.append(f"{column} = ?")
            parameters.append(value)
    if wanted.agreement_ref is not None:
        conditions.append(_ON_AGREEMENT)
        parameters += [book, wanted.agreement_ref]
    if wanted.live_on is not None:
        conditions.append(_LIVE)
        parameters += [wanted.live_on.isoformat()] * 2
    if wanted.signed is not None:
        conditions.append("signed_on IS NOT NULL" if wanted.signed else "signed_on IS NULL")
    return " AND ".join(conditions), parameters


def _summary(row: Row) -> PlacementSummary:
    """A row of the list; days are read from ISO 8601 and SQLite's 1 and 0 become yes and no."""
    known = dict(zip(LISTED, row, strict=True))
    for column in ("start_on", "end_on", "signed_on"):
        known[column] = _day(known[column])
    known["withdrawn"] = bool(known["withdrawn"])
    return PlacementSummary(**known)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
