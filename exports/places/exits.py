"""Why placements ended in a period, from the list of exits: by exit, or by school, need, phase or model.

An exit that nobody had agreed to beforehand (withdrawn, broken down, excluded, school closed) is unplanned.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, NamedTuple, get_args

from commissioning.charges import places
from commissioning.charges.known import placements_named
from commissioning.charges.periods import Period
from commissioning.charges.places import Place, Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.placements.facts import UNPLANNED, Exit
from commissioning.placements.words import EXITS
from commissioning.web.language import N_, _
from exports.result import Column, Result, Value
from exports.schools_named import schools_named

By = Literal["exit", "provider", "need", "phase", "model"]
BYS: tuple[By, ...] = get_args(By)
KEYS: Mapping[By, Column] = {
    "exit": Column("exit", "text", N_("Why it ended"), N_("Why a placement ended, from the list of exits.")),
    "provider": Column("provider", "text", N_("School")),
    "need": Column("need", "text", N_("Need")),
    "phase": Column("phase", "text", N_("Phase")),
    "model": Column("model", "text", N_("Model")),
}
COLUMNS = (
    Column("ended", "count", N_("Ended"), N_("Placements whose last day on roll falls into the period.")),
    Column(
        "unplanned",
        "count",
        N_("Unplanned"),
        N_("Those withdrawn, broken down, excluded or ended by a school's closing."),
    ),
    Column("not_said", "count", N_("Not said"), N_("Those of which nobody has said why they ended.")),
)
_NAMES = tuple(column.name for column in COLUMNS)
_NOT_SAID = N_("Not said")


class Ended(NamedTuple):
    """A placement that ended, where it stood last, and why."""

    place: Place
    exit: Exit | None


_KEY_OF: Mapping[By, Callable[[Ended], str]] = {
    "exit": lambda one: EXITS[one.exit] if one.exit else _(_NOT_SAID),
    "provider": lambda one: str(one.place.provider_urn),
    "need": lambda one: one.place.need,
    "phase": lambda one: one.place.phase,
    "model": lambda one: one.place.model,
}


@schools_named
async def exits(reader: Reader, as_at: AsAt, period: Period, filters: Filters, by: By) -> Result:
    """How many placements ended in a period and how many of them unplanned: the most first, exits as listed."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    whole: Counter[str] = Counter()
    ended = await _ended(reader, as_at.position, period, filters)
    for one in ended:
        counted = {"ended": 1, "unplanned": int(one.exit in UNPLANNED), "not_said": int(one.exit is None)}
        groups[_KEY_OF[by](one)].update(counted)
        whole.update(counted)
    schools = {str(one.place.provider_urn): one.place.provider_name for one in ended}
    order = (*EXITS.values(), _(_NOT_SAID))
    place = order.index if by == "exit" else (lambda key: -groups[key]["ended"])
    rows: list[tuple[Value, ...]] = [
        (key, *(groups[key][name] for name in _NAMES)) for key in sorted(sorted(groups), key=place)
    ]
    return Result(
        "exits",
        _("Why placements ended"),
        as_at,
        period,
        filters,
        (replace(KEYS[by], names=schools) if by == "provider" else KEYS[by], *COLUMNS),
        tuple(rows),
        {name: whole[name] for name in _NAMES},
        options={"by": by},
    )


async def _ended(reader: Reader, position: int, period: Period, filters: Filters) -> list[Ended]:
    wanted = Wanted(tuple((name, values) for name, values in filters.chosen().items()))
    found = [
        place
        for place in await places.places(reader, position, period.last_day, wanted)
        if place.last_day is not None and period.first_day <= place.last_day <= period.last_day
    ]
    known = await placements_named(reader, {place.ref for place in found}, position)
    return [Ended(place, known[place.ref].exit) for place in found]
