"""A ledger that somebody works on past the program, with its guards taken away, and what verify says of it then."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from commissioning.ledger.stores.sqlite_guards import TRIGGERS
from commissioning.ledger.verify import Verdict, verify
from tests.ledger.tally import Count, NotePupil, composition
from tests.ledger_fixture import BOOK, SettableClock, open_test_ledger, opened

EVENTS = 9
"""Positions in the ledger these tests damage: commands of one, three and one event, then four more of one."""


def make_whole(folder: Path) -> Path:
    """Make a ledger that nobody has touched; another book stands in the same database."""
    clock = SettableClock()
    commands = (
        Count(tally="a", amount=1, note="first"),
        Count(tally="b", amount=2, note="three", times=3),
        Count(tally="a", amount=3, note="é", corrects=1),
        NotePupil(reference="R1", name="Ida Invented"),
        Count(tally="a", amount=5),
        Count(tally="c", amount=6),
        Count(tally="b", amount=7, note="last"),
    )
    with opened(folder, composition(), clock=clock) as ledger:
        for number, command in enumerate(commands):
            clock.advance(hours=1)
            ledger.execute(command, command_id=f"command-{number}", account="ada")
    with opened(folder, composition(), book="suffolk") as ledger:
        ledger.execute(Count(tally="z", amount=1), command_id="1", account="ada")
    return folder


def unguarded_copy(whole: Path, folder: Path) -> Path:
    """Copy a whole ledger, for one test to damage; its guards are gone until it is verified."""
    shutil.copytree(whole, folder, dirs_exist_ok=True)
    with closing(raw(folder)) as database:
        guards = database.execute(TRIGGERS).fetchall()
        assert len(guards) >= 6
        for name, _ in guards:
            database.execute(f"DROP TRIGGER {name}")
    (folder / "guards.sql").write_text("".join(f"{statement};\n" for _, statement in guards))
    return folder


def raw(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "ledger.sqlite3", isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    return database


@contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Puts the guards back for a while; where the file is too damaged even for that, verify finds it as it is."""
    guards = (folder / "guards.sql").read_text() if (folder / "guards.sql").exists() else ""
    with suppress(sqlite3.DatabaseError), closing(raw(folder)) as database:
        database.executescript(guards)
    yield
    with suppress(sqlite3.DatabaseError), closing(raw(folder)) as database:
        for name, _ in database.execute(TRIGGERS).fetchall() if guards else ():
            database.execute(f"DROP TRIGGER {name}")


def verdict_of(folder: Path, book: str = BOOK) -> Verdict:
    """What verify says with the guards back in their places, as a careful intruder would leave them."""
    with guarded(folder), closing(open_test_ledger(folder, composition(), book=book, check=False)) as ledger:
        return verify(ledger)


def change(folder: Path, *statements: str) -> Verdict:
    """The verdict after some SQL was run past the program."""
    with closing(raw(folder)) as database:
        for statement in statements:
            assert database.execute(statement).rowcount != 0
    return verdict_of(folder)
