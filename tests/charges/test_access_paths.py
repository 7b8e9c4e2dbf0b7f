"""How the database finds the rows of a question: never by looking through a book where an index leads to a few.

Plans are asked of SQLite, which keeps no statistics and so decides by the words of a query alone.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from commissioning.app import TYPES
from commissioning.charges import figures, places, pupils_on_roll
from commissioning.charges.deltas import deltas_of
from commissioning.charges.ledger_rows import load_open_rows
from commissioning.charges.movements import movements
from commissioning.charges.places import Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from commissioning.ledger.store import Row
from commissioning.ledger.tables import Tables
from tests.charges.test_queries import COUNCIL, YEAR
from tests.ledger_fixture import BOOK, new_ledgers_on
from tests.worlds.council import Council, new_council


class Watched(Reader):
    """A reader that keeps the questions it puts to the database."""

    def __init__(self) -> None:
        super().__init__(BOOK, TYPES)
        self.asked: list[tuple[str, Sequence[Any]]] = []

    async def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        self.asked.append((sql, parameters))
        return await super().query(sql, parameters)


@pytest.fixture(scope="module")
def council() -> Iterator[Council]:
    with new_ledgers_on("sqlite"), new_council() as made:
        made.take_in(COUNCIL)
        yield made


Asked = list[tuple[str, Sequence[Any]]]


def asked_by(council: Council, question: Callable[[Reader], Awaitable[object]]) -> Asked:
    """What the database was asked for a question."""

    async def watched(_: Reader) -> Asked:
        reader = Watched()
        await question(reader)
        return reader.asked

    return council.ask(watched)


def plan(council: Council, sql: str, parameters: Sequence[Any]) -> list[str]:
    """The steps that SQLite takes to rows, without those that only sort or hold them."""
    assert isinstance(council.database, Path)
    with closing(sqlite3.connect(council.database)) as raw:
        steps = [str(row[-1]) for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", list(parameters))]
    return [step for step in steps if step.startswith("SEARCH")]


FEW = [Filters(placement=("P1",)), Filters(placement=("P1", "P3")), Filters(agreement=("B",))]


@pytest.mark.parametrize("filters", FEW, ids=["placement", "placements", "agreement"])
@pytest.mark.parametrize("monthly", [True, False], ids=["monthly", "in all"])
def test_the_charges_of_a_few_are_found_by_their_series(council: Council, filters: Filters, monthly: bool) -> None:
    """The cost of a placement or an agreement leads from its series to its rows, and through nobody else's."""

    async def question(reader: Reader) -> None:
        asked = await figures.figures(reader, ("placement", "kind"), YEAR, 99, filters, monthly=monthly)
        await asked.cost(("placement", "kind"))

    steps = plan(council, *asked_by(council, question)[-1])
    owner = "placement" if filters.placement else "agreement"
    assert steps[0].startswith(f"SEARCH s USING INDEX charges_series_{owner} (book=? AND {owner}_ref=?)")
    assert steps[-1] == "SEARCH c USING INDEX charges_charge_series (series_id=? AND to_position>?)"


WANTED = {
    "all": Wanted(),
    "on a day": Wanted(on=YEAR.first_day),
    "of an agreement on a day": Wanted((("agreement", ("B",)),), on=YEAR.first_day),
    "live": Wanted(state="live"),
    "of a need": Wanted((("need", ("ASD",)),), state="live"),
    "searched": Wanted(search="p"),
}


@pytest.mark.parametrize("wanted", WANTED.values(), ids=list(WANTED))
@pytest.mark.parametrize("order", ["start", "school"])
def test_a_stay_leads_to_the_row_that_tells_of_it(council: Council, wanted: Wanted, order: str) -> None:
    """A list of placements looks up one row for each stay, never all stays for each row of a day."""

    async def question(reader: Reader) -> None:
        await places.page(reader, 99, YEAR.first_day, wanted, order, limit=2)
        await places.count(reader, 99, YEAR.first_day, wanted)

    for asked in asked_by(council, question)[-2:]:
        steps = [step for step in plan(council, *asked) if step.startswith("SEARCH o ")]
        assert [step.partition(" (")[0] for step in steps] == [
            "SEARCH o USING INDEX charges_occupancy_series",
            "SEARCH o USING INTEGER PRIMARY KEY",
        ]


def test_what_events_changed_for_one_owner_is_found_by_its_series(council: Council) -> None:
    """The pounds beside a placement's history are asked of its own series alone."""

    async def question(reader: Reader) -> None:
        await deltas_of(reader, "placement_ref", "P1", YEAR, 99)

    steps = plan(council, *asked_by(council, question)[-1])
    assert steps[0].startswith(
        "SEARCH charges_series USING COVERING INDEX charges_series_placement (book=? AND placement_ref=?)"
    )
    assert {step.partition(" (")[0] for step in steps[1:]} == {"SEARCH c USING INDEX charges_charge_series"}


def test_movements_are_found_by_their_positions(council: Council) -> None:
    """A bridge reads what was opened and closed between its positions, and the cause and event of each of those.

    Of whole years it reads no row at all: what every event moved stands in an index.
    """

    async def question(reader: Reader) -> None:
        await movements(reader, YEAR, 5, 9, Filters(model=("spot",)))
        await movements(reader, YEAR, 5, 9, Filters())

    filtered, whole = (plan(council, *one) for one in asked_by(council, question)[-2:])
    rows = [step for step in filtered if "charges_charge_" in step]
    assert "(book=? AND month=? AND from_position>? AND from_position<?)" in rows[0]
    assert "(book=? AND month=? AND to_position>? AND to_position<?)" in rows[1]
    index = "COVERING INDEX charges_year_movement_at (book=? AND year=? AND position>? AND position<?)"
    assert index in whole[0]
    assert all("(book=? AND position=?)" in step for step in (*filtered[-2:], *whole[1:]))
    assert len(whole) == 3


def test_totals_are_found_by_year_and_position(council: Council) -> None:
    """A common report reads one checkpoint and the changes since, by an index that holds the position."""

    async def question(reader: Reader) -> None:
        asked = await figures.figures(reader, ("model",), YEAR, 99, Filters(), monthly=False)
        await asked.cost(("model",))

    (checkpoint,), (changes,) = (plan(council, *one) for one in asked_by(council, question)[-2:])
    assert "charges_checkpoint_at (book=? AND year=? AND grouping=? AND position<?)" in checkpoint
    assert "charges_year_movement_at (book=? AND year=? AND position>? AND position<?)" in changes


def test_a_pupil_s_days_are_found_by_the_pupil(council: Council) -> None:
    """What is held of a pupil is read by the pupil's series, not out of everybody's days."""
    steps = plan(council, pupils_on_roll.SERIES, (1, "key")) + plan(council, pupils_on_roll.DAYS, (1, 1, 9, 9))
    assert [step.partition(" (")[0] for step in steps] == [
        "SEARCH s USING INDEX charges_series_pupil",
        "SEARCH h USING INTEGER PRIMARY KEY",
        "SEARCH charges_occupancy USING INDEX charges_occupancy_series",
    ]


def test_what_stands_in_a_place_is_found_by_its_series(council: Council) -> None:
    """Before a place is priced again: the open rows of any number of series lead to themselves, not through a book."""
    tables = _AskedTables()
    load_open_rows(cast(Tables, tables), dict.fromkeys(range(1, 8), "education"))
    assert len(tables.asked) == 4
    for sql, values in tables.asked:
        (step,) = [one for one in plan(council, sql, values) if "charges_" in one]
        assert step.endswith("_series (series_id=? AND to_position=?)"), step


class _AskedTables:
    """Tables that keep the questions put to them and answer with nothing."""

    book = 1

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[Any]]] = []

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        self.asked.append((sql, parameters))
        return []
