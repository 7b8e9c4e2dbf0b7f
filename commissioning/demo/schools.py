"""The schools of the invented county, their owners and their habits with prices.

All names, numbers and owners are made up; a school's number (URN) lies between 900001 and 900060.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from commissioning.demo import names
from commissioning.demo.notebook import Notebook, Row
from commissioning.demo.prices import Uplift
from commissioning.demo.timeline import Timeline

_PERCENTS = tuple(Decimal(text) for text in ("0", "2", "2.5", "3", "3.5", "4", "4.5", "5", "6.2"))
_GRADES = ("outstanding", "good", "good", "good", "requires improvement")
# These schools agree their prices months after they ask the council to pay them: back-dated rate changes.
_LATE_WITH_PRICES = frozenset({8, 24, 31})
_OWN_CALENDARS = {6: "brackenfell", 11: "saltmere"}
_STATE_TYPES = ("state_special", "resource_base")
_OVER_THE_BORDER = frozenset({21, 32, 40})
FELL_SHORT = 33
"""Where the school stands that was found inadequate a year ago."""


@dataclass(frozen=True)
class School:
    """A school: what the Providers sheet says, and when and by how much its prices rise."""

    urn: int
    name: str
    type: str
    local_authority: str
    postcode: str
    capacity: int
    section_41: str
    inspection_grade: str
    owner_group: str | None
    calendar: str | None
    uplifts: tuple[Uplift, ...]

    def row(self) -> Row:
        """Return the school's row of the Providers sheet."""
        return {
            "urn": self.urn,
            "name": self.name,
            "type": self.type,
            "local_authority": self.local_authority,
            "postcode": self.postcode,
            "capacity": self.capacity,
            "section_41": self.section_41,
            "inspection_grade": self.inspection_grade,
            "owner_group": self.owner_group,
            "calendar": self.calendar,
        }


def yearly_uplifts(
    timeline: Timeline, month: int, lag_days: int, percents: tuple[Decimal, ...], dice: Random
) -> tuple[Uplift, ...]:
    """Draw a school's price changes since the history opened; a year in which nothing is agreed has none."""
    found = []
    for years in range(5):
        effective_on = date(timeline.opened_on.year + years, month, 1)
        percent = dice.choice(percents)
        if timeline.opened_on < effective_on <= timeline.last_entry_on and percent:
            known_on = effective_on + timedelta(days=lag_days + dice.randint(-20, 20))
            found.append(Uplift(effective_on, known_on, percent))
    return tuple(found)


def invent_schools(timeline: Timeline, dice: Random) -> tuple[School, ...]:
    """Make the sixty schools, in an order that the catalogue of agreements relies on."""
    kinds = (
        ("independent_special", names.INDEPENDENT_SCHOOLS),
        ("non_maintained_special", names.NON_MAINTAINED_SCHOOLS),
        ("special_post_16", names.COLLEGES),
        ("state_special", names.STATE_SCHOOLS),
        ("resource_base", names.BASES),
    )
    listed = [(kind, name) for kind, group in kinds for name in group]
    return tuple(_school(index, kind, name, timeline, dice) for index, (kind, name) in enumerate(listed))


def _school(index: int, kind: str, name: str, timeline: Timeline, dice: Random) -> School:
    state = kind in _STATE_TYPES
    month = 4 if state or index % 3 == 0 else 9
    lag = 150 if index in _LATE_WITH_PRICES else 0
    owned = next((owner for owner in names.OWNERS if name.partition(" ")[0] == owner.partition(" ")[0]), None)
    if owned is None and not state and index % 5 in (0, 2):
        owned = names.OWNERS[index % len(names.OWNERS)]
    away = index in _OVER_THE_BORDER
    return School(
        urn=900001 + index,
        name=name,
        type=kind,
        local_authority=names.NEIGHBOURS[index % 2] if away else names.COUNTY,
        postcode=names.postcode(dice),
        capacity=dice.randint(8, 20) if kind == "resource_base" else dice.randrange(50, 140, 5),
        section_41="yes" if kind == "independent_special" and index % 4 else "no",
        inspection_grade=dice.choice(_GRADES),
        owner_group=owned,
        calendar=_OWN_CALENDARS.get(index),
        uplifts=yearly_uplifts(timeline, month, lag, _PERCENTS, dice),
    )


def record_schools(schools: tuple[School, ...], timeline: Timeline, notebook: Notebook) -> None:
    """List every school at the opening; a year before today an inspector finds one of them inadequate."""
    for school in schools:
        notebook.note(timeline.opened_on, "Providers", school.row())
    found_on = timeline.last_entry_on - timedelta(days=365)
    notebook.note(found_on, "Providers", schools[FELL_SHORT].row() | {"inspection_grade": "inadequate"})
