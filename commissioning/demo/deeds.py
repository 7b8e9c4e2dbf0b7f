"""What the invented council did besides importing workbooks, day by day, as forms and programs send it.

Seeded like the workbooks (council.py): oversight of its schools, a round of uplifts, places it looks for, invoices.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from commissioning.demo.billing import school_bills
from commissioning.demo.catalogue import Catalogue
from commissioning.demo.chance import seeded
from commissioning.demo.notebook import ACCOUNTS
from commissioning.demo.oversight import school_oversight
from commissioning.demo.schools import invent_schools
from commissioning.demo.search_for_places import places_sought
from commissioning.demo.timeline import Timeline, timeline_until, weekday_from
from commissioning.demo.uplift_round import uplift_round
from commissioning.ledger.work import Command, UnitOfWork

Act = Callable[[UnitOfWork, Mapping[str, str]], None]
"""Does something in one transaction; it is given the keys of the accounts by name."""
LATE_IN_THE_DAY = time(16, 30, tzinfo=UTC)
"""After the workbook of the same day, which is imported in the morning or at noon."""


@dataclass(frozen=True)
class Deed:
    """What one account did in one transaction, and when (UTC)."""

    recorded_at: datetime
    account: str
    act: Act


def council_deeds(today: date, seed: int = 20260401) -> list[Deed]:
    """What was done on each day of the history, in order of time, none of it after the last day of entries."""
    timeline = timeline_until(today)
    schools = invent_schools(timeline, seeded(seed, "schools"))
    agreements = Catalogue(schools, timeline, seeded(seed, "agreements")).agreements()
    by_day: dict[date, list[Command]] = defaultdict(list)
    for known_on, command in (
        *school_oversight(schools, timeline, seeded(seed, "oversight")),
        *uplift_round(schools, timeline, seeded(seed, "uplift round")),
        *places_sought(schools, timeline, seeded(seed, "search for places")),
    ):
        by_day[_day_of_entry(known_on, timeline)].append(command)
    deeds = [
        Deed(_late(day), ACCOUNTS[number % len(ACCOUNTS)], _sending(by_day[day]))
        for number, day in enumerate(sorted(by_day))
    ]
    for number, (day, account, act) in enumerate(school_bills(agreements, timeline)):
        deeds.append(Deed(_late(_day_of_entry(day, timeline)) + timedelta(seconds=20 * (1 + number)), account, act))
    return sorted(deeds, key=lambda deed: deed.recorded_at)


def _day_of_entry(known_on: date, timeline: Timeline) -> date:
    """The weekday on which something that came to be known is entered."""
    return min(weekday_from(max(known_on, timeline.opened_on)), timeline.last_entry_on)


def _late(day: date) -> datetime:
    return datetime.combine(day, LATE_IN_THE_DAY)


def _sending(commands: Iterable[Command]) -> Act:
    def act(work: UnitOfWork, _accounts: Mapping[str, str]) -> None:
        for command in commands:
            work.execute(command)

    return act
