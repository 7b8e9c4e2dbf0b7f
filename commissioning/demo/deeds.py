"""What the invented council did besides importing workbooks: oversight of its schools, and a round of uplifts.

Pure and seeded like the workbooks (council.py); the commands are the very ones that forms and programs send.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from commissioning.demo.chance import seeded
from commissioning.demo.notebook import ACCOUNTS
from commissioning.demo.oversight import school_oversight
from commissioning.demo.schools import invent_schools
from commissioning.demo.timeline import Timeline, timeline_until, weekday_from
from commissioning.demo.uplift_round import uplift_round
from commissioning.ledger.work import Command

LATE_IN_THE_DAY = time(16, 30, tzinfo=UTC)
"""After the workbook of the same day, which is imported in the morning or at noon."""


@dataclass(frozen=True)
class Deed:
    """Commands that one account sent together, and when (UTC)."""

    recorded_at: datetime
    account: str
    commands: tuple[Command, ...]


def council_deeds(today: date, seed: int = 20260401) -> list[Deed]:
    """What was done on each day of the history, in order of time, none of it after the last day of entries."""
    timeline = timeline_until(today)
    schools = invent_schools(timeline, seeded(seed, "schools"))
    by_day: dict[date, list[Command]] = defaultdict(list)
    for known_on, command in (
        *school_oversight(schools, timeline, seeded(seed, "oversight")),
        *uplift_round(schools, timeline, seeded(seed, "uplift round")),
    ):
        by_day[_day_of_entry(known_on, timeline)].append(command)
    return [_deed(number, day, by_day[day]) for number, day in enumerate(sorted(by_day))]


def _day_of_entry(known_on: date, timeline: Timeline) -> date:
    """The weekday on which something that came to be known is entered."""
    return min(weekday_from(max(known_on, timeline.opened_on)), timeline.last_entry_on)


def _deed(number: int, day: date, commands: Sequence[Command]) -> Deed:
    account = ACCOUNTS[number % len(ACCOUNTS)]
    return Deed(datetime.combine(day, LATE_IN_THE_DAY), account, tuple(commands))
