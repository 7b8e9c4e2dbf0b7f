"""How many have come or gone already whom nobody has recorded yet: as many as a year ago, on the same day.

The ledger remembers what was known then; whoever had begun by then and was recorded later had been missing.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from commissioning.charges import places
from commissioning.charges.places import Place, Wanted
from commissioning.ledger.reading import Reader

LATEST: Final = timedelta(days=90)
"""How late an entry may have been; what came in later than that was no late entry but a correction."""
_A_YEAR: Final = timedelta(days=365)


class Late(NamedTuple):
    """How many days ago those came, and those went, who were not recorded on the day: a number for each of them."""

    came: tuple[int, ...] = ()
    went: tuple[int, ...] = ()


NONE_LATE: Final = Late()


async def late_a_year_ago(
    reader: Reader, everyone: Sequence[Place], others: Sequence[Place], wanted: Wanted, day: date
) -> Late:
    """Who was recorded late a year before a day; none where the ledger was not kept then.

    `everyone` are those who are `wanted`, as they are known now; `others` those of them whose leaving counts.
    """
    then = day - _A_YEAR
    position = await reader.position_by(then.isoformat())
    known = await places.places(reader, position, then, wanted) if position else []
    return late_entries(everyone, others, known, then) if known else NONE_LATE


def late_entries(everyone: Sequence[Place], others: Sequence[Place], known: Sequence[Place], then: date) -> Late:
    """Of those who are known now, who had come or gone by an earlier day and was not `known` then to have."""
    refs = {place.ref for place in known}
    staying = {place.ref for place in known if place.last_day is None}
    return Late(
        tuple(
            (then - place.first_day).days
            for place in everyone
            if then - LATEST < place.first_day <= then and place.ref not in refs
        ),
        tuple(
            (then - place.last_day).days
            for place in others
            if place.last_day is not None and then - LATEST < place.last_day <= then and place.ref in staying
        ),
    )
