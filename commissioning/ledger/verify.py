"""Verifying a book: its chain, its head, its receipts, its witness, and its read tables against a fold.

Every finding names the position where it shows. The read tables are checked on a throw-away copy, so that the
real ledger goes on working meanwhile; they are left out when the log itself is broken, because a fold of a
broken log proves nothing.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from tortoise.models import Model

from commissioning.ledger.chain import GENESIS, link
from commissioning.ledger.errors import Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Head, Log, read_book, read_events
from commissioning.ledger.rebuild import Progress, Replay
from commissioning.ledger.store import Connection
from commissioning.ledger.tables import table_name
from commissioning.ledger.witness import Witness


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold: which promise, at which position (None where it has none), in words."""

    what: str
    position: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found; `position` is where the book ends."""

    position: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether every promise holds."""
        return not self.findings

    @property
    def first_bad(self) -> int | None:
        """The lowest position that a finding names."""
        return min((found.position for found in self.findings if found.position is not None), default=None)


def verify(ledger: Ledger, progress: Progress | None = None) -> Verdict:
    """Checks everything the ledger promises of this book and tells what does not hold."""
    try:
        with ledger.store.reading() as connection:
            number, head = read_book(connection, ledger.book)
            findings = list(_log_findings(ledger, connection, number, head))
    except sqlite3.DatabaseError as problem:
        return Verdict(0, (Finding("database", None, f"The database cannot be read: {problem}."),))
    if not findings:
        findings = list(_table_findings(ledger, progress))
    return Verdict(head.position, tuple(findings))


def _log_findings(ledger: Ledger, connection: Connection, number: int, head: Head) -> Iterator[Finding]:
    broken, end = _walk_chain(ledger, connection, number)
    if broken is not None:
        yield broken
    elif (end.position, end.hash) != (head.position, head.hash):
        yield Finding(
            "head",
            end.position + 1,
            f"The log ends at position {end.position}, but the head row says {head.position} with another hash.",
        )
    yield from _witness_findings(ledger.witness, connection, number, end)
    if broken is None:
        yield from _tail_findings(ledger.witness, end)
        yield from _receipt_findings(connection, number)


def _walk_chain(ledger: Ledger, connection: Connection, number: int) -> tuple[Finding | None, Head]:
    """The first broken link, if any, and the last whole position before it."""
    good = Head(0, GENESIS, "")
    for row in read_events(connection, number):
        wanted = good.position + 1
        if row.position != wanted:
            return Finding("gap", wanted, f"Position {wanted} is missing; the next is {row.position}."), good
        try:
            digest = link(
                good.hash,
                ledger.book,
                row.position,
                row.stream,
                row.version,
                row.type,
                row.schema,
                row.effective_on,
                row.recorded_at,
                row.command_id,
                row.account,
                row.corrects,
                row.data,
            )
        except TypeError:  # a column no longer holds a value of its own kind
            digest = ""
        if digest != row.hash:
            return Finding(
                "chain", wanted, f"The event at position {wanted} was changed after it was written."
            ), good
        try:
            ledger.composition.types.decode(row)
        except (Refused, ValueError) as problem:
            return Finding("event", wanted, str(problem)), good
        good = Head(row.position, row.hash, row.recorded_at)
    return None, good


def _witness_findings(witness: Witness, connection: Connection, number: int, end: Head) -> Iterator[Finding]:
    """Compares every witnessed head with the log as far as its chain holds."""
    first = 1
    for head in witness.heads():
        if head.position > end.position:
            break
        row = next(read_events(connection, number, after=head.position - 1, upto=head.position), None)
        if row is None or row.hash != head.hash:
            message = f"Positions {first} to {head.position} are not what was witnessed: rewritten."
            yield Finding("witness", first, message)
            return
        first = head.position + 1


def _tail_findings(witness: Witness, end: Head) -> Iterator[Finding]:
    last = witness.last()
    if last is not None and last.position > end.position:
        missing = end.position + 1
        message = (
            f"Positions {missing} to {last.position} were witnessed and are missing: the end was cut off."
        )
        yield Finding("missing-tail", missing, message)


def _receipt_findings(connection: Connection, number: int) -> Iterator[Finding]:
    rows = connection.query(
        "SELECT c.command_id, c.first_position FROM ledger_command c WHERE c.book = ? AND "
        "(SELECT COUNT(*) FROM ledger_event e WHERE e.book = c.book AND e.position BETWEEN c.first_position "
        "AND c.last_position AND e.command_id = c.command_id) <> c.last_position - c.first_position + 1",
        (number,),
    )
    for command_id, first in rows:
        yield Finding(
            "receipt", first, f"The receipt of command {command_id} names events that are not its own."
        )


def _table_findings(ledger: Ledger, progress: Progress | None) -> Iterator[Finding]:
    models = ledger.composition.models()
    with ledger.store.scratch() as copy, copy.writing() as connection:
        log = Log(connection, ledger.book, copy.lock_clause)
        stood = [_fingerprint(connection, model, log.number) for model in models]
        Replay(ledger, log).run(progress)
        folded = [_fingerprint(connection, model, log.number) for model in models]
    for model, one, other in zip(models, stood, folded, strict=True):
        if one != other:
            yield Finding(
                "projection",
                None,
                f"The table {table_name(model)} is not what the log says: {one[0]} rows stand there, the log gives "
                f"{other[0]}, and their content differs. “commissioning rebuild” mends it.",
            )


def _fingerprint(connection: Connection, model: type[Model], number: int) -> tuple[int, str]:
    """The number of a table's rows and a digest over all of them, in order of identity."""
    digest, count = hashlib.sha256(), 0
    for row in connection.stream(f"SELECT * FROM {table_name(model)} WHERE book = ? ORDER BY id", (number,)):
        digest.update(repr(row).encode())
        count += 1
    return count, digest.hexdigest()
