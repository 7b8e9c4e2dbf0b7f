"""Putting one SQLite database in the place of another that no program has open, and keeping the other one."""

import sqlite3
from contextlib import closing
from datetime import UTC
from pathlib import Path

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.lines import flush_folder
from commissioning.ledger.said import said
from commissioning.ledger.time import system_clock

_SECONDS_TO_WAIT = 1.0
_COMPANIONS = ("", "-wal", "-shm", "-journal")


def beside(path: Path) -> Path:
    """Where a database is made that is to take another's place; what an earlier attempt left there is removed."""
    draft = path.with_name(f"{path.name}.restoring")
    for companion in _COMPANIONS:
        draft.with_name(draft.name + companion).unlink(missing_ok=True)
    return draft


def put_in_place(draft: Path, path: Path, book: str) -> Path:
    """Renames the old database and puts the draft in its place; gives the old one's new name.

    `Refused` where a program has the old database open, which would go on writing to it unseen, or where it holds
    other books, which would go with it.
    """
    _must_be_alone(path, book)
    kept = path.with_name(f"{path.name}.replaced-{system_clock().astimezone(UTC):%Y%m%dT%H%M%SZ}")
    if kept.exists():
        raise Refused(Fault("file-exists", "There is a file of this name already.", where=str(kept), status=409))
    _move(path, kept)
    _move(draft, path)
    flush_folder(path.parent)
    return kept


def _move(old: Path, new: Path) -> None:
    """Renames a database with whatever files SQLite keeps beside it."""
    for companion in _COMPANIONS:
        file = old.with_name(old.name + companion)
        if file.exists():
            file.rename(new.with_name(new.name + companion))


def _must_be_alone(path: Path, book: str) -> None:
    """Leaving write-ahead logging needs the whole file, so it tells whether anybody else has it open."""
    try:
        with closing(sqlite3.connect(path, timeout=_SECONDS_TO_WAIT)) as database:
            others = database.execute("SELECT name FROM ledger_book WHERE position > 0 AND name <> ?", (book,))
            if found := [name for (name,) in others]:
                raise _other_books(path, found)
            ((mode,),) = database.execute("PRAGMA journal_mode = delete").fetchall()
            if mode != "delete":
                raise _in_use(path)
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise _in_use(path) from problem
    except sqlite3.DatabaseError:
        return  # damaged, which is why it is replaced


def _in_use(path: Path) -> Refused:
    return Refused(
        Fault(
            "in-use",
            "Another program has the ledger open; it would go on writing to the database that is set aside.",
            where=str(path),
            mend="Stop every program that works with it, the pages among them, and restore again.",
            status=409,
        )
    )


def _other_books(path: Path, books: list[str]) -> Refused:
    return Refused(
        Fault(
            "other-books",
            said("The database holds other books, which would be set aside too: %(books)s.", books=", ".join(books)),
            where=str(path),
            mend="Restore into a database of its own and set DATABASE_URL to it.",
            status=409,
        )
    )
