"""Lists of placements: whatever is asked of the database, a page is a cut of all rows in their order."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from commissioning.charges import places
from commissioning.charges.places import Place, State, Wanted
from commissioning.ledger.reading import Reader
from commissioning.ledger.time import OPEN_DAY
from tests.brute_force.facts import World
from tests.charges.test_queries import COUNCIL
from tests.worlds.council import Council, new_council
from tests.worlds.test_three_changes import child

pytestmark = pytest.mark.usefixtures("store")

DAY = date(2026, 10, 15)
WORLD: World = COUNCIL | {
    "Placements": [
        *COUNCIL["Placements"],
        child("P9", "S") | {"start_on": date(2026, 9, 7), "end_on": date(2026, 9, 30)},
        child("p4", "S") | {"start_on": date(2027, 1, 4)},
        child("P10", "B") | {"start_on": date(2026, 9, 7)},
    ]
}
Chosen = tuple[tuple[str, tuple[str, ...]], ...]
ORDERS: dict[str, Callable[[Place], Any]] = {
    "placement": lambda place: place.ref,
    "start": lambda place: place.first_day,
    "end": lambda place: place.last_day or OPEN_DAY,
    "school": lambda place: place.provider_name,
}


@pytest.fixture(scope="module")
def council(store: str) -> Iterator[Council]:
    assert store
    with new_council() as made:
        made.take_in(WORLD)
        yield made


@pytest.mark.parametrize("state", [None, "live", "ended", "future"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_a_page_is_a_cut_of_all_rows_in_their_order(
    council: Council, order: str, descending: bool, state: State | None
) -> None:
    """The rows of every page, sorted and cut here, are those that the database gives, with the count of them all."""

    async def both(reader: Reader) -> list[tuple[list[Place], int]]:
        position, day = (await reader.as_at()).position, DAY
        found = await places.places(reader, position, day, Wanted())
        every = [place for place in found if state in (None, place.state_on(day))]
        every.sort(key=lambda place: place.ref)
        every.sort(key=ORDERS[order], reverse=descending)
        answers = [(every, len(every))]
        for size in (1, 2, 3):
            cut: list[Place] = []
            for offset in range(0, len(every), size):
                page, count = await places.page(
                    reader, position, day, Wanted(state=state), order, descending=descending, limit=size, offset=offset
                )
                assert count == len(every)
                cut += page
            answers.append((cut, len(cut)))
        beyond = await places.page(
            reader, position, day, Wanted(state=state), order, descending=descending, limit=2, offset=len(every) + 5
        )
        assert beyond == ([], len(every))
        return answers

    first, *others = council.ask(both)
    assert others == [first] * 3


@pytest.mark.parametrize("on", [date(2026, 9, 1), date(2026, 9, 7), date(2026, 9, 30), date(2026, 10, 1), DAY])
@pytest.mark.parametrize("chosen", [(), (("agreement", ("S",)),)])
def test_who_is_on_roll_on_a_day_is_whose_stay_holds_it(council: Council, on: date, chosen: Chosen) -> None:
    """These placements have no break, so the days of a stay tell; so does the count, and a page of it."""

    async def answers(reader: Reader) -> list[list[Place]]:
        position = (await reader.as_at()).position
        everyone = await places.places(reader, position, DAY, Wanted(chosen))
        held = [one for one in everyone if one.first_day <= on <= (one.last_day or OPEN_DAY)]
        wanted = Wanted(chosen, on=on)
        assert await places.count(reader, position, DAY, wanted) == len(held)
        cut, _ = await places.page(reader, position, DAY, wanted, "placement", limit=2)
        return [held, await places.places(reader, position, DAY, wanted), [*cut, *held[2:]]]

    expected, *found = council.ask(answers)
    assert expected
    assert found == [expected] * 2


def test_the_council_has_placements_of_every_state(council: Council) -> None:
    """Else the pages above would have nothing to tell apart."""

    async def states(reader: Reader) -> list[State]:
        found = await places.places(reader, (await reader.as_at()).position, DAY, Wanted())
        return [place.state_on(DAY) for place in found]

    assert set(council.ask(states)) == {"live", "ended", "future"}
