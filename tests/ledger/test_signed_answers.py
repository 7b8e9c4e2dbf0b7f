"""What an answer rests on carries the signed head that covers it: waited for when it is about to come."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from commissioning.database import APP
from commissioning.ledger.errors import LedgerDamaged
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.reading import Reader
from commissioning.ledger.witness.witness import Witness
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import BOOK, open_test_ledger, opened


def write(ledger: Ledger, *numbers: int) -> None:
    for number in numbers:
        ledger.execute(Count(tally="a", amount=1, times=3), command_id=str(number), account="ada")


def heads_file(folder: Path) -> Path:
    return folder / "witness" / f"{BOOK}.heads"


@asynccontextmanager
async def reading(folder: Path) -> AsyncIterator[Reader]:
    """A reader of the book and its witness."""
    config = {
        "connections": {"default": f"sqlite://{folder / 'ledger.sqlite3'}"},
        "apps": {APP: {"models": ["tests.ledger.tally"], "default_connection": "default"}},
    }
    async with TortoiseContext() as context:
        await context.init(config=config)
        yield Reader(BOOK, composition().types, Witness([folder / "witness"], BOOK, folder / "keys"))


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A folder with a ledger of two commands of three events each."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
    return tmp_path


async def test_a_position_is_covered_by_the_end_of_its_command(filled: Path) -> None:
    """Every position of a command, its last one too, is covered by the head signed after the command."""
    async with reading(filled) as reader:
        answers = [await reader.as_at(str(position)) for position in range(7)]
    assert [answer.witness and answer.witness.position for answer in answers] == [None, 3, 3, 3, 6, 6, 6]
    assert [answer.latest for answer in answers] == [False] * 6 + [True]
    assert answers[6].witness is not None
    assert answers[6].witness.hash == answers[6].head
    assert answers[6].witness.holds(BOOK)


async def test_an_answer_waits_for_the_witness_of_what_was_just_committed(filled: Path) -> None:
    """A commit that is read before it is witnessed is answered with its signed head, once that stands there."""
    lines = heads_file(filled).read_text().splitlines(keepends=True)
    heads_file(filled).write_text("".join(lines[:-1]))
    async with reading(filled) as reader:
        asking = asyncio.create_task(reader.as_at())
        await asyncio.sleep(0.1)
        assert not asking.done()
        heads_file(filled).write_text("".join(lines))
        answer = await asking
    assert answer.witness is not None
    assert answer.witness.position == 6


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long answers waited each time they looked at the witness in vain."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def counted(seconds: float) -> None:
        waited.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr("commissioning.ledger.reading.asyncio.sleep", counted)
    monkeypatch.setattr("commissioning.ledger.reading.WITNESS_SECONDS", 0.2)
    return waited


async def test_what_was_never_witnessed_is_waited_for_once(filled: Path, waits: list[float]) -> None:
    """An answer over events that nobody witnessed says so, and only the first asker waits for it."""
    heads_file(filled).write_text("".join(heads_file(filled).read_text().splitlines(keepends=True)[:-1]))
    async with reading(filled) as reader:
        assert (await reader.as_at()).witness is None
        assert waits
        waits.clear()
        assert (await reader.as_at()).witness is None
        assert (await reader.as_at("3")).witness is not None
    assert waits == []


@pytest.mark.parametrize("content", [None, "6 " + "ab" * 32 + "\n"])
async def test_without_signed_heads_nobody_waits(filled: Path, content: str | None, waits: list[float]) -> None:
    """Where heads are not kept, or are of before they were signed, the answer comes at once and has none."""
    heads_file(filled).unlink()
    if content is not None:
        heads_file(filled).write_text(content)
    async with reading(filled) as reader:
        assert (await reader.as_at()).witness is None
    assert waits == []


async def test_a_head_that_the_book_does_not_bear_out_is_never_shown(filled: Path) -> None:
    """An answer over a changed event at a witnessed position is refused; over a lost one it has no signed head."""
    with closing(sqlite3.connect(filled / "ledger.sqlite3")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE ledger_event SET hash = 'x' WHERE position = 3")
        database.execute("DELETE FROM ledger_event WHERE position = 6")
    async with reading(filled) as reader:
        with pytest.raises(LedgerDamaged, match="position 3 is not what was witnessed"):
            await reader.as_at("2")
        assert (await reader.as_at("5")).witness is None


async def test_an_answer_keeps_its_signed_head(filled: Path) -> None:
    """Later commits, another key and a start after a crash leave the signed head of a past position as it was."""
    async with reading(filled) as reader:
        before = [(await reader.as_at(str(position))).to_json() for position in range(1, 7)]
        lines = heads_file(filled).read_text().splitlines(keepends=True)
        with opened(filled, composition()) as ledger:
            write(ledger, 3)
            ledger.witness.change_key()
            write(ledger, 4)
        assert heads_file(filled).read_text().startswith("".join(lines))
        with closing(open_test_ledger(filled, composition())) as ledger:
            write(ledger, 5)
        assert [(await reader.as_at(str(position))).to_json() for position in range(1, 7)] == before
