"""Who has a place where: placements and rolls as at any position, for lists and pages.

Read from the days on roll that charges keep with their two positions, so that a list of the past is the same
query as one of now.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

from commissioning.ledger.reading import Reader
from commissioning.ledger.store import Row
from commissioning.ledger.time import OPEN_DAY

State = Literal["live", "ended", "future"]

COLUMNS = {
    "placement": "s.placement_ref",
    "agreement": "s.agreement_ref",
    "provider": "h.provider_urn",
    "model": "h.model",
    "need": "h.need",
    "phase": "h.phase",
    "setting": "h.setting",
    "area": "s.home_area",
    "pupil": "s.pupil",
}
"""What lists can be narrowed by, and the columns that hold it."""

EVERY = 1_000_000_000
"""More rows than any list has."""

_AFTER_A_DAY = len("2026-11-26") + 1
"""Where the words go on, counted from 1, that begin with a day."""
_ORDERS = {
    "placement": "placement_ref",
    "school": "provider_name",
    "agreement": "agreement_ref",
    "need": "need",
    "start": "start_day",
    "end": "end_day",
}
_ORDERS_OF_STAYS = {"placement": "ref", "start": "start_day", "end": "end_day"}
"""The orders for which a stay is enough: nothing has to be looked up for the rows of other pages."""


@dataclass(frozen=True, slots=True)
class Place:
    """A placement standing where it stood last, or on the day asked for. `last_day` None: no end is recorded."""

    ref: str
    agreement_ref: str
    provider_urn: int
    provider_name: str
    model: str
    pupil: str
    need: str
    phase: str
    setting: str
    band: str | None
    area: str | None
    first_day: date
    last_day: date | None

    def state_on(self, day: date) -> State:
        """Whether the placement is live on a day, over, or yet to begin."""
        if self.first_day > day:
            return "future"
        return "ended" if self.last_day is not None and self.last_day < day else "live"


_FACTS = tuple(item.name for item in fields(Place))[:-2]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which placements a list shows: every filter that is set must match. `on` is a day on roll."""

    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    search: str = ""
    on: date | None = None
    state: State | None = None
    refs: tuple[str, ...] | None = None


async def count(reader: Reader, position: int, day: date, wanted: Wanted) -> int:
    """How many placements are wanted, as known at a position; `state` is judged on `day`."""
    sql, values = await _listed(reader, position, day, wanted)
    rows = await reader.query(f"SELECT COUNT(*) FROM ({sql}) x", values)
    found: int = rows[0][0]
    return found


async def places(reader: Reader, position: int, day: date, wanted: Wanted) -> list[Place]:
    """All placements that are wanted, by reference."""
    found, _ = await page(reader, position, day, wanted, "placement")
    return found


async def page(
    reader: Reader,
    position: int,
    day: date,
    wanted: Wanted,
    order: str,
    *,
    descending: bool = False,
    limit: int = EVERY,
    offset: int = 0,
) -> tuple[list[Place], int]:
    """A page of the placements that are wanted, in an order, and how many all pages hold together."""
    way = "DESC" if descending else "ASC"
    in_order = f"ORDER BY {_ORDERS[order]} {way}, placement_ref"
    if order in _ORDERS_OF_STAYS and not (wanted.chosen or wanted.search):
        window = f"ORDER BY {_ORDERS_OF_STAYS[order]} {way}, ref LIMIT ? OFFSET ?"
        sql, values = await _listed(reader, position, day, wanted, window, (limit, offset))
        rows = await reader.query(f"{sql} {in_order}", values)
    else:
        sql, values = await _listed(reader, position, day, wanted)
        rows = await reader.query(f"{sql} {in_order} LIMIT ? OFFSET ?", [*values, limit, offset])
    if rows or not offset:
        return [_place(row[:-1]) for row in rows], rows[0][-1] if rows else 0
    return [], await count(reader, position, day, wanted)


async def on_roll(reader: Reader, position: int, day: date, agreement_ref: str) -> list[Place]:
    """The roll of an agreement on a day in the order of its places (pricing.md §5): first come, first placed."""
    wanted = Wanted((("agreement", (agreement_ref,)),), on=day)
    found = await places(reader, position, day, wanted)
    return sorted(found, key=lambda place: (place.first_day, place.ref))


async def live_by(reader: Reader, position: int, day: date, key: str) -> dict[Any, int]:
    """How many placements are live on a day, by one of `COLUMNS`."""
    rows = await reader.query(
        f"SELECT {COLUMNS[key]}, COUNT(DISTINCT s.placement_ref) FROM charges_occupancy o {_JOINED} "
        f"WHERE {_KNOWN} AND o.last_day >= ? AND o.first_day <= ? GROUP BY {COLUMNS[key]}",
        [await reader.number(), position, position, day.isoformat(), day.isoformat()],
    )
    return {row[0]: row[1] for row in rows}


_JOINED = (
    "JOIN charges_series s ON s.id = o.series_id AND s.book = o.book "
    "JOIN charges_cohort h ON h.id = s.cohort_id AND h.book = s.book"
)
_KNOWN = "o.book = ? AND o.from_position <= ? AND o.to_position > ?"


async def _listed(
    reader: Reader, position: int, day: date, wanted: Wanted, window: str = "", size: tuple[int, ...] = ()
) -> tuple[str, list[Any]]:
    """One row a placement: on the day asked for, or where it stands last; its first and last day over all its rows.

    A `window` of this `size` cuts the stays before anything else is looked up for them, and then counts them all.

    Which row that is comes out of the same pass as the first and last day: the greatest of the words that a row's
    first day and number make. Two windows over all rows took twice as long.
    """
    book = await reader.number()
    words = "o.first_day || CAST(o.id AS TEXT)"
    values: list[Any] = []
    if wanted.on is not None:
        words = f"CASE WHEN o.first_day <= ? AND o.last_day >= ? THEN '1' ELSE '0' END || {words}"
        values += [wanted.on.isoformat()] * 2
    stays = (
        "SELECT s.placement_ref AS ref, MIN(o.first_day) AS start_day, MAX(o.last_day) AS end_day, "
        f"MAX({words}) AS newest FROM charges_occupancy o "
        f"JOIN charges_series s ON s.id = o.series_id AND s.book = o.book WHERE {_KNOWN}"
    )
    values += [book, position, position]
    if wanted.refs is not None:
        stays += f" AND s.placement_ref IN ({_marks(wanted.refs)})"
        values += wanted.refs
    stays += " GROUP BY s.placement_ref"
    (when, days), (where, more) = _of_stays(wanted, day), _conditions(wanted)
    if window:
        stays = f"SELECT t.*, COUNT(*) OVER () AS total FROM ({stays}) t WHERE 1 = 1{when} {window}"
        values += [*days, *size]
    else:
        where, more = f"{where}{when}", [*more, *days]
    total = "t.total" if window else "COUNT(*) OVER () AS total"
    start_of_number = _AFTER_A_DAY + (wanted.on is not None)
    sql = (
        "SELECT s.placement_ref, s.agreement_ref, h.provider_urn, COALESCE(p.name, '') AS provider_name, h.model, "
        f"s.pupil, h.need, h.phase, h.setting, s.band, s.home_area, t.start_day, t.end_day, {total} "
        f"FROM ({stays}) t "
        f"JOIN charges_occupancy o ON o.id = CAST(SUBSTR(t.newest, {start_of_number}) AS BIGINT) {_JOINED} "
        f"LEFT JOIN providers_provider p ON p.book = o.book AND p.urn = h.provider_urn WHERE o.book = ?{where}"
    )
    return sql, [*values, book, *more]


def _of_stays(wanted: Wanted, day: date) -> tuple[str, list[str]]:
    """What a stay itself must be: in a state on `day`, and on roll on the day asked for, of which its words tell.

    Asked of the rows instead, SQLite would begin with those of the day and look through all stays for each.
    """
    where = " AND t.newest >= '1'" if wanted.on is not None else ""
    match wanted.state:
        case "live":
            return f"{where} AND t.start_day <= ? AND t.end_day >= ?", [day.isoformat()] * 2
        case "ended":
            return f"{where} AND t.end_day < ?", [day.isoformat()]
        case "future":
            return f"{where} AND t.start_day > ?", [day.isoformat()]
        case None:
            return where, []


def _conditions(wanted: Wanted) -> tuple[str, list[Any]]:
    where, values = "", list[Any]()
    for name, chosen in wanted.chosen:
        where += f" AND {COLUMNS[name]} IN ({_marks(chosen)})"
        values += [int(value) if value.isdigit() else -1 for value in chosen] if name == "provider" else chosen
    if wanted.search:
        where += " AND (LOWER(s.placement_ref) LIKE ? ESCAPE '!' OR LOWER(p.name) LIKE ? ESCAPE '!')"
        values += [_like(wanted.search)] * 2
    return where, values


def _place(row: Row) -> Place:
    *facts, first, last = row
    known: dict[str, Any] = dict(zip(_FACTS, facts, strict=True))
    end = date.fromisoformat(last)
    return Place(**known, first_day=date.fromisoformat(first), last_day=None if end == OPEN_DAY else end)


def _like(search: str) -> str:
    """A pattern that finds the words anywhere, its own signs taken as they are."""
    plain = search.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{plain}%"


def _marks(values: Collection[Any] | Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
