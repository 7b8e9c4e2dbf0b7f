"""What pages and upper floors ask about consultations."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from commissioning.consultations.consultation import CONSULTATIONS, Consultation
from commissioning.consultations.facts import STAGES
from commissioning.consultations.tables import LISTED
from commissioning.ledger.events import Recorded
from commissioning.ledger.reading import Reader
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.web.forms.fields import reference_after

_OPEN_STAGES = "stage NOT IN ('started', 'closed')"


@dataclass(frozen=True, slots=True)
class ConsultationSummary:
    """A row of the list."""

    ref: str
    pupil: str
    need: str
    phase: str
    setting: str
    home_area: str | None
    stage: str
    identified_on: date
    wanted_from: date | None
    respond_by: date | None
    consulted: int
    offers: int
    provider_urn: int | None
    placement_ref: str | None


@dataclass(frozen=True, slots=True)
class ConsultationFilter:
    """Which consultations a list shows; what is blank lets all pass. `state` is `open`, `over` or blank."""

    search: str = ""
    state: str = ""
    stage: str = ""
    need: str = ""
    setting: str = ""
    home_area: str = ""
    pupil: str = ""


_ORDINALS = " ".join(f"WHEN '{stage}' THEN {place}" for place, stage in enumerate(STAGES))
ORDERS = {
    "consultation": "ref",
    "identified": "identified_on",
    "wanted": "COALESCE(wanted_from, '9999')",
    "respond": "COALESCE(respond_by, '9999')",
    "offers": "offers",
    "stage": f"CASE stage {_ORDINALS} END",
}
"""What rows can be ordered by; by stage, those come first that have furthest to go."""


async def consultation(reader: Reader, ref: str, position: int) -> Consultation | None:
    """One consultation as it was known at a position, None where none was."""
    return await reader.state(CONSULTATIONS, ref, position)


async def history(reader: Reader, ref: str, position: int) -> list[Recorded]:
    """Everything recorded of a consultation up to a position, oldest first."""
    return await reader.history(CONSULTATIONS.stream(ref), position)


async def consultations(
    reader: Reader,
    position: int,
    wanted: ConsultationFilter,
    order: str = "consultation",
    *,
    descending: bool = False,
    limit: int = 1_000_000,
    offset: int = 0,
) -> tuple[list[ConsultationSummary], int]:
    """A page of the consultations that are wanted as known at a position, and how many all pages hold together.

    Of those at one stage the newest come first.
    """
    where, values = _where(wanted)
    known = f"book = ? AND from_position <= ? AND to_position > ?{where}"
    parameters = [await reader.number(), position, position, *values]
    counted = await reader.query(f"SELECT COUNT(*) FROM consultations_consultation WHERE {known}", parameters)
    way = "DESC" if descending else "ASC"
    newest = "identified_on DESC, " if order == "stage" else ""
    rows = await reader.query(
        f"SELECT {', '.join(LISTED)} FROM consultations_consultation WHERE {known} "
        f"ORDER BY {ORDERS[order]} {way}, {newest}ref LIMIT ? OFFSET ?",
        [*parameters, limit, offset],
    )
    return [_summary(row) for row in rows], counted[0][0]


async def next_reference(reader: Reader) -> str:
    """The reference after that of the consultation begun last, where it ends in a number; blank where it does not."""
    rows = await reader.query(
        "SELECT stream FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? AND version = 1 "
        "ORDER BY position DESC LIMIT 1",
        (await reader.number(), f"{CONSULTATIONS.name}:", f"{CONSULTATIONS.name};"),
    )
    ref = reference_after(rows[0][0].partition(":")[2]) if rows else "CN-0001"
    while ref and await reader.state(CONSULTATIONS, ref, OPEN_POSITION) is not None:
        ref = reference_after(ref)
    return ref


def _where(wanted: ConsultationFilter) -> tuple[str, list[Any]]:
    conditions, values = "", list[Any]()
    for column in ("stage", "need", "setting", "home_area", "pupil"):
        if value := getattr(wanted, column):
            conditions += f" AND {column} = ?"
            values.append(value)
    if wanted.state:
        conditions += f" AND {_OPEN_STAGES}" if wanted.state == "open" else f" AND NOT {_OPEN_STAGES}"
    if wanted.search:
        conditions += " AND (LOWER(ref) LIKE ? ESCAPE '!' OR LOWER(COALESCE(placement_ref, '')) LIKE ? ESCAPE '!')"
        plain = wanted.search.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        values += [f"%{plain}%"] * 2
    return conditions, values


def _summary(row: tuple[Any, ...]) -> ConsultationSummary:
    known = dict(zip(LISTED, row, strict=True))
    for column in ("identified_on", "wanted_from", "respond_by"):
        known[column] = None if known[column] is None else date.fromisoformat(known[column])
    return ConsultationSummary(**known)
