"""For how long a pupil's details are kept, and whose time is over: what the council then erases, pupil by pupil.

An education, health and care plan can run to the age of 25, and a claim about it can be brought for six years more:
so details are commonly kept for 31 years from birth. Both figures are the council's to set; nothing is erased by
itself. The date of birth is sealed and is opened only to be counted from.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from commissioning.ledger.reading import Reader
from commissioning.ledger.time import instant_from_text, london_day
from commissioning.ledger.vault.vault import Vault
from commissioning.placements import queries
from commissioning.placements.pupil import PUPILS
from commissioning.web.language import _


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Years from birth, and years after the last placement's end; the later of the two days counts.

    Where no birth is recorded the first are counted from the last placement's end, and where there is no placement
    either, from the day on which the pupil became known.
    """

    years: int
    years_after_end: int


@dataclass(frozen=True, slots=True)
class Stay:
    """The days of one placement, whose end is None while it goes on."""

    ref: str
    start_on: date
    end_on: date | None


@dataclass(frozen=True, slots=True)
class PupilDue:
    """A pupil whose details need not be kept from a day on; `why` says in words what the day is counted from."""

    pupil: str
    reference: str
    due_on: date
    why: str
    placements: tuple[str, ...]


def kept_until(
    rule: RetentionRule, born_on: date | None, known_on: date, stays: Sequence[Stay]
) -> tuple[date, str] | None:
    """The day from which a pupil's details need not be kept, and why; None while a placement goes on."""
    ends = [stay.end_on for stay in stays if stay.end_on is not None]
    if len(ends) < len(stays):
        return None
    last_end = max(ends, default=None)
    if born_on is not None:
        found = [(years_after(born_on, rule.years), _("%(years)s years from birth", years=rule.years))]
    elif last_end is not None:
        why = _("%(years)s years from the end of the last placement, because no birth is recorded", years=rule.years)
        found = [(years_after(last_end, rule.years), why)]
    else:
        why = _(
            "%(years)s years from when the pupil became known, because neither birth nor placement is recorded",
            years=rule.years,
        )
        found = [(years_after(known_on, rule.years), why)]
    if last_end is not None:
        why = _("%(years)s years from the end of the last placement", years=rule.years_after_end)
        found.append((years_after(last_end, rule.years_after_end), why))
    return max(found, key=lambda one: one[0])


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 1 March for 29 February where that year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


async def pupils_due(reader: Reader, vault: Vault, rule: RetentionRule, on: date) -> list[PupilDue]:
    """The pupils whose details need not be kept any more on a day, those due longest first."""
    position = (await reader.as_at()).position
    stays = await _stays(reader)
    due = []
    for key, known_on in (await _known_on(reader)).items():
        own = stays.get(key, [])
        if (soonest := kept_until(rule, date.min, known_on, own)) is None or soonest[0] > on:
            continue  # not due whenever the pupil was born, so nothing need be opened
        pupil = await queries.pupil(reader, key, position)
        if pupil is None or pupil.erased_on is not None:
            continue
        born_on = await _born_on(reader, vault, key, pupil.sealed.get("date_of_birth"), own, position)
        until = kept_until(rule, born_on, known_on, own)
        if until is not None and until[0] <= on:
            reference = vault.open(key, "pupil_ref", pupil.sealed["pupil_ref"])
            due.append(PupilDue(key, reference, *until, tuple(stay.ref for stay in own)))
    return sorted(due, key=lambda one: (one.due_on, one.reference))


async def _known_on(reader: Reader) -> Mapping[str, date]:
    """When each pupil became known."""
    rows = await reader.query(
        "SELECT stream, recorded_at FROM ledger_event WHERE book = ? AND stream >= ? AND stream < ? AND version = 1",
        (await reader.number(), PUPILS.stream(""), f"{PUPILS.name};"),
    )
    return {stream.partition(":")[2]: london_day(instant_from_text(recorded_at)) for stream, recorded_at in rows}


async def _stays(reader: Reader) -> Mapping[str, list[Stay]]:
    """The placements of each pupil that were not withdrawn."""
    rows = await reader.query(
        "SELECT pupil, ref, start_on, end_on FROM placements_placement WHERE book = ? AND NOT withdrawn ORDER BY ref",
        (await reader.number(),),
    )
    stays: dict[str, list[Stay]] = defaultdict(list)
    for pupil, ref, start_on, end_on in rows:
        stays[pupil].append(Stay(ref, date.fromisoformat(start_on), date.fromisoformat(end_on) if end_on else None))
    return stays


async def _born_on(
    reader: Reader, vault: Vault, key: str, sealed: str | None, stays: Sequence[Stay], position: int
) -> date | None:
    """The recorded date of birth, else the last day of the latest birth month of a placement."""
    if sealed is not None:
        return date.fromisoformat(vault.open(key, "date_of_birth", sealed))
    placements = [await queries.placement(reader, stay.ref, position) for stay in stays]
    months = [known.birth_month for known in placements if known is not None and known.birth_month is not None]
    return _last_day(max(months)) if months else None


def _last_day(month: str) -> date:
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
