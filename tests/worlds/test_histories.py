"""Councils that change: later workbooks, and what every earlier and later position must go on saying.

The measure at every single position, also in the middle of an import, is the log folded up to there and priced
afresh (folded.py); at the end of every import it is the brute force on the world as it is then known.
"""

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import strategies as st

from commissioning.charges import checkpoints, queries, repricing
from commissioning.charges.periods import financial_year, whole_months
from commissioning.ledger.reading import Reader
from commissioning.ledger.rebuild import rebuild
from commissioning.ledger.verify import verify
from exports.renderings import json_text
from exports.result import Result
from exports.spending.bridge import bridge
from exports.spending.compare import compare
from exports.spending.spend import spend
from tests.brute_force import prices
from tests.examples import on_each_store
from tests.worlds.changes import History, Step, histories
from tests.worlds.council import ALL_YEARS, NO_FILTERS, Council, new_council, pence_of
from tests.worlds.folded import KEYS, SPAN_KEYS, Folded, Fresh

REPORTS = ("month,agreement,placement,component,kind,funder", "year,model,need", "placement,band,setting", "kind")
REPORTS_OF_MONTHS = ("month,model,provider", "quarter,provider,need,phase,setting", "model,funder")
MONTHS = whole_months(date(2025, 11, 1), date(2026, 2, 28))
YEAR = financial_year("2026/27")


@on_each_store(40, history=histories(), places=st.tuples(st.integers(0, 999), st.integers(0, 999)))
def test_every_position_of_a_changing_council(history: History, places: tuple[int, int]) -> None:
    """Through any imports, what was known at each position is priced right then and never said otherwise after."""
    with pytest.MonkeyPatch.context() as patch, new_council() as council:
        patch.setattr(checkpoints, "LEAST_CHANGES", history.least_changes)
        patch.setattr(repricing, "ROWS_KEPT", history.rows_kept)
        answers: dict[int, list[str]] = {}
        for step in history.steps:
            before(council, step)
            council.take_in(step.workbook)
            check_world(council, step)
            for position, answer in answers.items():
                assert reports(council, position) == answer
            answers.update({position: reports(council, position) for position in [last_position(council)]})
            check_again_changes_nothing(council)
        check_every_position(council)
        check_bridge(council, places)
        check_rebuild(council)


def before(council: Council, step: Step) -> None:
    """Restarts the program before the import, or rehearses it first and sees that nothing is left of that."""
    if step.before == "restart":
        council.restart()
    if step.before == "rehearsal":
        tables, kept = council.tables(), council.ledger.witness.last()
        path = council.write(step.workbook)
        told = council.import_file(path, rehearse=True)
        assert told.faults == ()
        assert council.tables() == tables
        assert council.ledger.witness.last() == kept
        assert last_position(council) == told.position


def check_world(council: Council, step: Step) -> None:
    """The spend as it is now known is the brute force's of the whole world."""
    found = pence_of(council.spend("month,agreement,placement,component,kind,funder"))
    assert found == prices.spend_rows(step.world, ALL_YEARS.first_day, ALL_YEARS.last_day)


def check_again_changes_nothing(council: Council) -> None:
    """The same file a second time writes no event."""
    path = council.folder / f"workbook-{council.imports}.xlsx"
    position = last_position(council)
    again = council.import_file(path)
    assert (again.faults, again.events, again.position, dict(again.changed)) == ((), 0, position, {})


def reports(council: Council, position: int) -> list[str]:
    """Reports as at a position, byte for byte."""

    async def question(reader: Reader) -> list[str]:
        as_at = await reader.as_at(str(position))
        spends = [await spend(reader, as_at, ALL_YEARS, by.split(","), NO_FILTERS) for by in REPORTS]
        spends += [await spend(reader, as_at, MONTHS, by.split(","), NO_FILTERS) for by in REPORTS_OF_MONTHS]
        compared = [await compare(reader, as_at, period, NO_FILTERS) for period in (ALL_YEARS, YEAR, MONTHS)]
        return [json_text(result) for result in [*spends, *compared]]

    return council.ask(question)


def last_position(council: Council) -> int:
    """Where the book ends."""

    async def question(reader: Reader) -> int:
        return (await reader.as_at()).position

    return council.ask(question)


def check_every_position(council: Council) -> None:
    """As at every position the stored charges and days are those of a fold of the log up to there."""
    folded, fresh = Folded(), []
    for recorded in council.events():
        folded.take(recorded)
        fresh.append(folded.priced())

    async def question(reader: Reader) -> None:
        for position, expected in enumerate(fresh, start=1):
            as_at = await reader.as_at(str(position))
            assert pence_of(await spend(reader, as_at, ALL_YEARS, KEYS, NO_FILTERS)) == expected.pence, position
            by_model = await spend(reader, as_at, ALL_YEARS, ("model",), NO_FILTERS)
            assert pence_of(by_model) == totals_by_model(expected), position
            assert await spans(reader, position) == [expected.occupied, expected.unpriced, expected.committed]

    council.ask(question)


def totals_by_model(fresh: Fresh) -> dict[tuple[str], int]:
    """What each model costs."""
    found: Counter[tuple[str]] = Counter()
    for key, pence in fresh.pence.items():
        found[(key[KEYS.index("model")],)] += pence
    return {key: pence for key, pence in found.items() if pence}


async def spans(reader: Reader, position: int) -> list[Counter[tuple[Any, ...]]]:
    """Days on roll, without a price and committed, as they are stored as at a position."""

    def group(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*values[:-1], str(values[-1]))

    occupied = await queries.occupied(reader, SPAN_KEYS, ALL_YEARS, position, NO_FILTERS)
    unpriced = await queries.unpriced(reader, ALL_YEARS, position, NO_FILTERS)
    committed = await queries.committed(reader, SPAN_KEYS, ALL_YEARS, position, NO_FILTERS)
    return [
        Counter((*group(span.group), span.first_day, span.last_day) for span in occupied),
        Counter(tuple(span) for span in unpriced),
        Counter((*group(span.group), *span[1:]) for span in committed),
    ]


def check_bridge(council: Council, places: tuple[int, int]) -> None:
    """The bridge's rows are the differences of the costs at neighbouring positions, and add up between any two."""

    async def question(reader: Reader) -> None:
        last = (await reader.as_at()).position
        costs = [await cost(reader, position) for position in range(last + 1)]
        deltas = {position + 1: after - before for position, (before, after) in enumerate(pairwise(costs))}
        detail = await movement(reader, 0, last, detail=True)
        assert {row[0]: row[-1] for row in detail.rows} == {at: delta for at, delta in deltas.items() if delta}
        first, second = sorted(place % (last + 1) for place in places)
        grouped = await movement(reader, first, second, detail=False)
        assert sum(row[2] for row in grouped.rows if isinstance(row[2], int)) == costs[second] - costs[first]
        assert sum(row[1] for row in grouped.rows if isinstance(row[1], int)) == grouped.total["events"]
        assert (grouped.total["cost_from"], grouped.total["cost_to"]) == (costs[first], costs[second])

    council.ask(question)


async def cost(reader: Reader, position: int) -> int:
    """The whole cost of all years as at a position, read by placement."""
    as_at = await reader.as_at(str(position))
    return sum(pence_of(await spend(reader, as_at, ALL_YEARS, ("placement",), NO_FILTERS)).values())


async def movement(reader: Reader, first: int, second: int, *, detail: bool) -> Result:
    """The bridge between two positions."""
    at = [await reader.as_at(str(position)) for position in (first, second)]
    return await bridge(reader, at[0], at[1], ALL_YEARS, NO_FILTERS, detail=detail)


def check_rebuild(council: Council) -> None:
    """A rebuild gives the very same rows, and verify finds nothing."""
    tables = council.tables()
    assert verify(council.ledger).findings == ()
    rebuild(council.ledger)
    assert council.tables() == tables
