"""The log held for writing: which streams there are and how far they have come, what waits included."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Log, Occasion, read_history
from tests.ledger.tally import DAY, Count, Counted, NotePupil, composition
from tests.ledger_fixture import open_test_ledger

pytestmark = pytest.mark.usefixtures("store")

OCCASION = Occasion("c", "d", "ada", "2026-09-01T09:00:00.000000Z")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A book with tallies a, of two events, and b:c, and one pupil; beside it another book with a tally c."""
    with closing(open_test_ledger(tmp_path, composition(), book="suffolk")) as other:
        other.execute(Count(tally="c", amount=1), command_id="1", account="ada")
    with closing(open_test_ledger(tmp_path, composition())) as opened:
        opened.execute(Count(tally="a", amount=1, times=2), command_id="1", account="ada")
        opened.execute(Count(tally="b:c", amount=1), command_id="2", account="ada")
        opened.execute(NotePupil(reference="R1", name="Ida Invented"), command_id="3", account="ada")
        yield opened


@pytest.mark.parametrize("asked_before", [False, True])
def test_streams_and_their_versions(ledger: Ledger, asked_before: bool) -> None:
    """Whether or not the keys of their kind were asked for, streams old, new and of another kind are told right."""
    with ledger.store.writing() as connection:
        log = Log(connection, ledger.book, ledger.store.lock_clause)
        if asked_before:
            assert log.keys("tally") == {"a", "b:c"}
        log.append("tally:new", 0, Counted(effective_on=DAY, amount=1), OCCASION)
        (pupil,) = log.keys("pupil")
        assert [log.version_of(f"tally:{key}") for key in ("a", "b:c", "c", "new", "newer")] == [2, 1, 0, 1, 0]
        assert (log.version_of(f"pupil:{pupil}"), log.version_of("pupil:nobody")) == (1, 0)
        assert log.keys("tally") == {"a", "b:c", "new"}
        assert log.keys("tall") == log.keys("tally:") == set()


def test_history_tells_every_event_of_a_book_with_its_stream(ledger: Ledger) -> None:
    """States are folded from it: all events of this book and of no other, in order of position."""
    with ledger.store.reading() as connection:
        told = list(read_history(connection, 2, ledger.composition.types))
    assert [stream.partition(":")[0] for stream, _ in told] == ["tally", "tally", "tally", "pupil"]
    assert [stream for stream, _ in told[:3]] == ["tally:a", "tally:a", "tally:b:c"]
    assert told[0][1] == Counted(effective_on=DAY, amount=1)
