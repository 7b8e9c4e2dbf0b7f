"""Verifying a book: its chain, its head, its receipts, its witness, and its read tables against a fold.

Every finding about the log names the position where it shows. The read tables are checked on a throw-away copy,
so that other programs go on working with the ledger meanwhile; they are left out when the log itself is broken,
because a fold of a broken log proves nothing. Whatever is damaged, the answer is a verdict and not an error.

What no chain can tell: a log that was rewritten together with its receipts, its head row *and* its witness. Events
that somebody appended with a right chain beyond the witness are told as unwitnessed until a program opens
the ledger; so `verify` is given a ledger on which `open` was not called.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic, sleep

from tortoise.models import Model

from commissioning.ledger.chain import link
from commissioning.ledger.errors import Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import COLUMNS, EMPTY, Head, Log, read_book
from commissioning.ledger.rebuild import Progress, Replay
from commissioning.ledger.said import said
from commissioning.ledger.store import Connection, Row
from commissioning.ledger.tables import table_name
from commissioning.ledger.witness.signatures import inspect
from commissioning.ledger.witness.witness import WITNESS_SECONDS, Witness

_EVENTS = f"SELECT {COLUMNS} FROM ledger_event WHERE book = ? AND position >= 1 ORDER BY position"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold: which promise, at which position (None where it has none), in words."""

    what: str
    position: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found; `position` is where the book ends.

    `unsigned` is the number of witnessed heads from before heads were signed, which is no fault.
    """

    position: int
    findings: tuple[Finding, ...]
    unsigned: int = 0

    @property
    def ok(self) -> bool:
        """Whether every promise holds."""
        return not self.findings

    @property
    def first_bad(self) -> int | None:
        """The lowest position that a finding names."""
        return min((found.position for found in self.findings if found.position is not None), default=None)


def verify(ledger: Ledger, progress: Progress | None = None) -> Verdict:
    """Checks everything the ledger promises of this book and tells what does not hold.

    Folds with the ledger's own projections, so it belongs in the thread that owns the ledger.
    """
    verdict = verify_log(ledger)
    findings = list(verdict.findings)
    try:
        findings += [Finding("database", None, words) for words in ledger.store.damage()]
    except Refused as problem:
        findings.append(Finding("database", None, str(problem)))
    if not findings:
        findings += _table_findings(ledger, progress)
    return Verdict(verdict.position, tuple(findings), verdict.unsigned)


def verify_log(ledger: Ledger) -> Verdict:
    """Checks the log alone: chain, versions, receipts, head row and witness, with its signatures."""
    end = EMPTY
    findings: list[Finding] = []
    try:
        with ledger.store.reading() as connection:
            number, head = read_book(connection, ledger.book)
            walk = _Walk(connection, ledger.book, number, ledger.witness)
            try:
                findings += walk.findings(head)
            finally:
                end = walk.end
        if not findings:
            findings += _unwitnessed(ledger.witness, end)
    except Refused as problem:
        findings.append(Finding("database", None, str(problem)))
    try:
        inspection = inspect(ledger.witness)
    except Refused as problem:
        return Verdict(end.position, (*findings, Finding("signature", None, str(problem))))
    findings += [Finding("signature", flaw.position, flaw.message) for flaw in inspection.flaws]
    return Verdict(end.position, tuple(findings), inspection.unsigned)


class _Receipts:
    """A book's receipts in order of position, of which only the next two are in memory."""

    def __init__(self, connection: Connection, number: int) -> None:
        self._rows = connection.stream(
            "SELECT command_id, digest, first_position, last_position FROM ledger_command WHERE book = ? "
            "ORDER BY first_position, last_position",
            (number,),
        )
        self.next: Row | None = next(self._rows, None)

    def take(self) -> Row | None:
        """The receipt in hand; None where there is no more."""
        taken, self.next = self.next, next(self._rows, None)
        return taken


class _Walk:
    """One pass over a book's events. `end` is the last event up to which everything holds."""

    def __init__(self, connection: Connection, book: str, number: int, witness: Witness) -> None:
        self.end = EMPTY
        self._connection = connection
        self._book = book
        self._number = number
        self._witness = witness
        self._witnessed = {head.position: head.hash for head in witness.heads()}
        self._last_witnessed = 0
        self._versions: dict[str, int] = {}
        self._receipts = _Receipts(connection, number)
        self._rewritten: Finding | None = None
        self._unfinished: Row | None = None

    def findings(self, head: Head) -> Iterator[Finding]:
        """Everything that is wrong with the log; nothing behind the first broken event can be told."""
        broken = self._first_broken()
        if self._rewritten is not None:
            yield self._rewritten
        if broken is not None:
            yield broken
            return
        last = self._witness.last()
        if last is not None and last.position > self.end.position:
            first = self.end.position + 1
            message = said(
                "Positions %(first)s to %(last)s were witnessed and are missing: the end was cut off.",
                first=first,
                last=last.position,
            )
            yield Finding("missing-tail", first, message)
        yield from self._head_findings(head)
        if (left := self._unfinished or self._receipts.take()) is not None:
            message = said(
                "The receipt of command %(command)s names positions that the log does not have.", command=f"{left[0]!a}"
            )
            yield Finding("receipt", self.end.position + 1, message)
        strays = self._connection.query(
            "SELECT position FROM ledger_event WHERE book = ? AND position < 1 LIMIT 1", (self._number,)
        )
        if strays:
            yield Finding(
                "stray",
                None,
                said("An event stands at position %(position)s, ahead of the first.", position=f"{strays[0][0]!a}"),
            )

    def _head_findings(self, head: Head) -> Iterator[Finding]:
        end = self.end
        if head == end:
            return
        moved = isinstance(head.position, int) and 0 <= head.position < end.position
        position = head.position + 1 if moved else end.position
        if isinstance(head.position, int) and head.position > end.position:
            position = end.position + 1
        figures = {"head": f"{head.position!a}", "end": end.position}
        if head.position == end.position:
            message = said(
                "The head row says that the book ends at position %(head)s; the log ends at %(end)s, with another hash "
                "or time.",
                **figures,
            )
        else:
            message = said(
                "The head row says that the book ends at position %(head)s; the log ends at %(end)s.", **figures
            )
        yield Finding("head", position, message)

    def _first_broken(self) -> Finding | None:
        stopped = self._first_not_following()
        return None if stopped is None else self._broken(*stopped)

    def _first_not_following(self) -> tuple[Row, Row | None] | None:
        """The first event that does not follow and the receipt in hand there; `end` is the event ahead of it.

        The loop only asks whether all is well: what is not well is worked out once, for the event it stops at.
        """
        book, receipts, versions, witnessed = self._book, self._receipts, self._versions, self._witnessed
        end, previous, time, receipt = EMPTY.position, EMPTY.hash, EMPTY.recorded_at, None
        try:
            for row in self._connection.stream(_EVENTS, (self._number,)):
                position, stream, version, _, _, _, recorded_at, command_id, _, _, _, digest = row
                if receipt is None:
                    receipt = receipts.take()
                    if receipt is None or receipt[2] != position:
                        return row, None
                try:
                    follows = (
                        position == end + 1
                        and command_id == receipt[0]
                        and link(previous, book, receipt[1], row[:-1]) == digest
                        and version == versions.get(stream, 0) + 1
                        and recorded_at >= time
                    )
                except TypeError:  # a column no longer holds a value of its own kind
                    follows = False
                if not follows:
                    return row, receipt
                end, previous, time, versions[stream] = position, digest, recorded_at, version
                if position in witnessed:
                    self._compare_with_witness(position, digest)
                if receipt[3] == position:
                    receipt = None
        finally:
            self.end = Head(end, previous, time)
        self._unfinished = receipt
        return None

    def _compare_with_witness(self, position: int, digest: str) -> None:
        first, self._last_witnessed = self._last_witnessed + 1, position
        if self._witnessed[position] != digest and self._rewritten is None:
            message = said(
                "Positions %(first)s to %(last)s are not what was witnessed: rewritten.",
                first=first,
                last=position,
            )
            self._rewritten = Finding("witness", first, message)

    def _broken(self, row: Row, receipt: Row | None) -> Finding:
        """What is wrong with an event that does not follow `end`, or not as the receipt in hand says."""
        position, wanted = row[0], self.end.position + 1
        if position != wanted:
            return Finding(
                "gap",
                wanted,
                said(
                    "Position %(wanted)s is missing; the next is %(position)s.", wanted=wanted, position=f"{position!a}"
                ),
            )
        if receipt is None:
            message = said(
                "The receipt of the command that wrote position %(position)s is missing or was changed.",
                position=position,
            )
            return Finding("receipt", position, message)
        return self._changed(row, receipt)

    def _changed(self, row: Row, receipt: Row) -> Finding:
        position, stream, version, command_id = row[0], row[1], row[2], row[7]
        following = self._receipts.next
        if command_id != receipt[0] and following is not None and following[2] == position:
            message = said(
                "The receipt of command %(command)s names events that are not its own.", command=f"{receipt[0]!a}"
            )
            return Finding("receipt", receipt[2], message)
        try:
            digest = link(self.end.hash, self._book, receipt[1], row[:-1])
        except TypeError:
            digest = ""
        if digest != row[-1]:
            message = said(
                "The event at position %(position)s, or its receipt, was changed after it was written.",
                position=position,
            )
            return Finding("chain", position, message)
        if command_id != receipt[0]:
            message = said(
                "The receipt of the command that wrote position %(position)s is another command's.", position=position
            )
            return Finding("receipt", position, message)
        if version != self._versions.get(stream, 0) + 1:
            message = said(
                "The event at position %(position)s is not the next of its stream, %(stream)s.",
                position=position,
                stream=f"{stream!a}",
            )
            return Finding("version", position, message)
        return Finding(
            "time", position, said("Position %(position)s was recorded before the one ahead of it.", position=position)
        )


def _unwitnessed(witness: Witness, end: Head) -> Iterator[Finding]:
    """Tells events beyond the witness, after a moment in which a program at work may witness them."""
    until = monotonic() + WITNESS_SECONDS
    while (reached := witness.reached()) < end.position:
        if monotonic() > until:
            last = witness.last()
            message = (
                said(
                    "Positions %(first)s to %(last)s are not witnessed in every place.",
                    first=reached + 1,
                    last=end.position,
                )
                if last is not None and last.position > reached
                else said(
                    "Positions %(first)s to %(last)s were never witnessed: the program was stopped just "
                    "after writing them, or they were written past it.",
                    first=reached + 1,
                    last=end.position,
                )
            )
            yield Finding("unwitnessed", reached + 1, message)
            return
        sleep(0.05)


def _table_findings(ledger: Ledger, progress: Progress | None) -> Iterator[Finding]:
    models = ledger.composition.models()
    replay: Replay | None = None
    try:
        with ledger.store.scratch() as copy, copy.writing() as connection:
            log = Log(connection, ledger.book, copy.lock_clause)
            stood = [_fingerprint(connection, model, log.number) for model in models]
            replay = Replay(ledger, log)
            replay.run(progress)
            folded = [_fingerprint(connection, model, log.number) for model in models]
    except Exception as problem:  # noqa: BLE001 - a fold that fails in whatever way is what verify is there to tell
        position = replay.position if replay is not None else None
        yield Finding(
            "fold",
            position,
            said("The read tables cannot be folded from the log: %(problem)s.", problem=f"{problem!a}"),
        )
        return
    for model, one, other in zip(models, stood, folded, strict=True):
        if one != other:
            yield Finding(
                "projection",
                None,
                said(
                    "The table %(model)s is not what the log says: %(one)s rows stand there, the log gives "
                    "%(other)s, and their content differs. “commissioning rebuild” mends it.",
                    model=table_name(model),
                    one=one[0],
                    other=other[0],
                ),
            )


def _fingerprint(connection: Connection, model: type[Model], number: int) -> tuple[int, str]:
    """The number of a table's rows and a digest over all of them, in order of identity."""
    digest, count = hashlib.sha256(), 0
    for row in connection.stream(f"SELECT * FROM {table_name(model)} WHERE book = ? ORDER BY id", (number,)):
        digest.update(repr(row).encode("utf-8", "surrogateescape"))
        count += 1
    return count, digest.hexdigest()
