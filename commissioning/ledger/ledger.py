"""The ledger of one book: opens it against its witness, carries commands out, acknowledges them.

Order of an append (architecture.md, The ledger 1): lock the book, look the command id up, decide, check
versions, number, chain, insert, project, commit, witness; only then is the receipt given. Commands that wait
together share one such transaction (The ledger 5): each still has its own receipt or its own refusal.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from tortoise.models import Model

from commissioning.ledger.aggregates import Memory
from commissioning.ledger.errors import Fault, LedgerDamaged, Refused
from commissioning.ledger.log import Head, Log, Occasion, Receipt, read_book, read_end, read_events
from commissioning.ledger.said import said
from commissioning.ledger.store import Store
from commissioning.ledger.tables import Tables
from commissioning.ledger.time import Clock, instant_to_text
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.witness.witness import Witness, not_as_witnessed
from commissioning.ledger.work import Command, Composition, TakesTwo, UnitOfWork

STREAMS_KEPT = 500_000
"""Streams whose versions are held in memory, about a hundred bytes each; over it, all are read again."""


Digest = Callable[[bytes], str]
"""What stands for the content of a request, so that the same id with another content is refused."""


def sha256_of(content: bytes) -> str:
    """The digest of what names no child."""
    return hashlib.sha256(content).hexdigest()


WAITS = "-waits"
"""What is put after a command's id where what is recorded is that it waits for a second person."""


class Request(NamedTuple):
    """A deed of any number of commands that is to land whole or not at all; `digest` stands for its content."""

    deed: Callable[[UnitOfWork], Any]
    command_id: str
    digest: str
    account: str

    @classmethod
    def of(cls, command: Command, *, command_id: str, account: str, digest: Digest = sha256_of) -> Self:
        """The request of one command. Where it holds words about a child, `digest` is the vault's fingerprint."""
        body = type(command).__name__.encode() + command.__pydantic_serializer__.to_json(command)
        return cls(lambda work: work.execute(command), command_id, digest(body), account)


class _Rehearsed(Exception):  # noqa: N818 - not an error: it carries a dry run out of its transaction
    def __init__(self, receipt: Receipt) -> None:
        super().__init__()
        self.receipt = receipt


class Ledger:
    """One book, open for commands. Not for use by two threads at once: the application gives it one."""

    def __init__(
        self, store: Store, book: str, composition: Composition, witness: Witness, vault: Vault, clock: Clock
    ) -> None:
        self.store = store
        self.book = book
        self.composition = composition
        self.witness = witness
        self.vault = vault
        self.clock = clock
        self._memory = Memory()
        self._versions: dict[str, int] = {}
        self._identities: dict[type[Model], int] = {}
        self._seen = ""
        self._witnessed = 0
        self._opened = False

    def open(self) -> Head:
        """Compares the book with its witness; raises `LedgerDamaged` when the book is older or another.

        A book that is ahead of its witness lost only the witnessing of its last commits in a crash; the witness
        then catches up. Where there is no witness yet, it begins with what stands in the book. Every place of the
        witness must agree with the book; the one that knows most counts.
        """
        ends = self.witness.ends()
        with self.store.reading() as connection:
            number, head = read_book(connection, self.book)
            end = read_end(connection, number)
            for witnessed in ends:
                if end.position < witnessed.position:
                    raise _older_than_witness(self.book, end.position, witnessed.position)
                at_witness = read_events(connection, number, after=witnessed.position - 1, upto=witnessed.position)
                if [row.hash for row in at_witness] != [witnessed.hash]:
                    raise not_as_witnessed(self.book, witnessed.position)
        if head != end:
            raise _head_moved(self.book, head.position, end.position)
        self._witnessed = self.witness.begin()
        if head.position > self._witnessed:
            self._witness(head)
        self._opened = True
        return head

    def execute(self, command: Command, *, command_id: str, account: str) -> Receipt:
        """Carries out one command; the same id with the same body gives the first receipt again.

        A command that changes nothing leaves no receipt behind: sent again, it is decided again.
        """
        return self.run_alone(Request.of(command, command_id=command_id, account=account))

    def run(
        self,
        deed: Callable[[UnitOfWork], Any],
        *,
        command_id: str,
        digest: str,
        account: str,
        rehearse: bool = False,
    ) -> Receipt:
        """Carries out a deed of any number of commands as one transaction: all lands or none.

        `digest` stands for the deed's content. With `rehearse` everything is done and then undone; the receipt
        tells how far it would have gone.
        """
        return self.run_alone(Request(deed, command_id, digest, account), rehearse=rehearse)

    def run_alone(self, request: Request, *, rehearse: bool = False) -> Receipt:
        """Carries out one request in a transaction of its own, as `run` does.

        Raises `Waits` where it takes a second person: what is asked is then recorded, and nothing of the deed is.
        """
        try:
            with self._writing(shared=False) as writing:
                receipt = self._carry_out(request, writing, rehearse=rehearse)
                self.vault.keep()
        except _Rehearsed as rehearsed:
            return rehearsed.receipt
        except TakesTwo as asked:
            self.run_alone(_instead(asked.instead, request))
            raise asked.told from None
        self._acknowledge(writing.log.head)
        return receipt

    def run_together(self, requests: Sequence[Request]) -> list[Receipt | Refused]:
        """Carries out several requests, one after another, in one durable transaction.

        Gives each its receipt or, where it was refused, the refusal, which leaves the others as they are. Raises
        only what befalls the transaction as a whole; none of it stands then, unless the error says otherwise.
        """
        outcomes: list[Receipt | Refused] = []
        with self._writing(shared=True) as writing:
            writing.log.look_up([request.command_id for request in requests])
            for request in requests:
                try:
                    outcomes.append(self._carry_out(request, writing))
                except Refused as refusal:
                    outcomes.append(refusal)
                except TakesTwo as asked:
                    self._carry_out(_instead(asked.instead, request), writing)
                    outcomes.append(asked.told)
                else:
                    self.vault.keep()
        self._acknowledge(writing.log.head)
        return outcomes

    def forget(self) -> None:
        """Drops everything held in memory of the book; it is read again when it is next needed."""
        self._memory.clear()
        self._versions.clear()
        self._identities.clear()
        self.composition.forget()
        self._seen = ""

    def close(self) -> None:
        """Gives back the database, the vault and the witness."""
        self.store.close()
        self.vault.close()
        self.witness.close()

    @contextmanager
    def _writing(self, *, shared: bool) -> Iterator["_Writing"]:
        """A transaction on the book. What is undone in the database is forgotten in memory."""
        writing: _Writing | None = None
        if not self._opened:
            self.open()
        try:
            with self.store.writing() as connection:
                log = Log(connection, self.book, self.store.lock_clause, versions=self._versions, shared=shared)
                self._compare(log.head)
                if log.head.hash != self._seen or len(self._versions) > STREAMS_KEPT:
                    self.forget()  # another program has written since, or memory has grown
                    self._seen = log.head.hash
                # The log's own time never runs backwards, even where the machine's clock was set back.
                recorded_at = max(instant_to_text(self.clock()), log.head.recorded_at)
                writing = _Writing(log, Tables(log.buffer, log.number, self._identities), recorded_at)
                yield writing
                log.finish()
        except BaseException:
            self.vault.forget_unkept()
            if writing is None or writing.ahead:
                self.forget()
            raise
        self._seen = log.head.hash

    def _compare(self, head: Head) -> None:
        """Refuses to write to an older copy that somebody put in place while the program ran."""
        if head.position < self._witnessed:
            raise _older_than_witness(self.book, head.position, self._witnessed)

    def _carry_out(self, request: Request, writing: "_Writing", *, rehearse: bool = False) -> Receipt:
        """Carries one request out within a transaction; a refusal leaves rows and memory as they were before it.

        So does a rehearsal, which leaves by `_Rehearsed`: what memory holds of the book stays true and at hand. It is
        not looked at a second time, because it shows what the deed would come to.
        """
        log = writing.log
        receipt = log.earlier_receipt(request.command_id, request.digest)
        if receipt is not None:
            return receipt
        occasion = Occasion(request.command_id, request.digest, request.account, writing.recorded_at)
        work = UnitOfWork(self.composition, log, writing.tables, self._memory, self.vault, occasion)
        writing.begin_command()
        was_ahead, writing.ahead = writing.ahead, True
        try:
            request.deed(work)
            self.composition.following(work)
            if rehearse:
                receipt = work.finish()
                raise _Rehearsed(receipt)  # noqa: TRY301 - leaving by an exception is what undoes it
            self.composition.second_look(work)
            receipt = work.finish()
        except (Refused, TakesTwo, _Rehearsed) as problem:
            if isinstance(problem, TakesTwo):
                self.vault.keep()  # what waits is sealed under the keys that the deed made
            self.vault.forget_unkept()
            if work.wrote:
                self.composition.forget()
            writing.take_back()
            writing.ahead = was_ahead
            raise
        self._memory.keep(work.states)
        return receipt

    def _acknowledge(self, head: Head) -> None:
        if head.position > self._witnessed:
            self._witness(head)

    def _witness(self, head: Head) -> None:
        self.witness.record(head.position, head.hash)
        self._witnessed = head.position


@dataclass(slots=True)
class _Writing:
    """A transaction under way. `ahead` says that memory holds what only its commit makes true."""

    log: Log
    tables: Tables
    recorded_at: str
    ahead: bool = False

    def begin_command(self) -> None:
        self.log.begin_command()
        self.tables.begin_command()

    def take_back(self) -> None:
        self.log.take_back()
        self.tables.take_back()


def _instead(command: Command, request: Request) -> Request:
    """The request that records what waits. Its id is its own, so that the deed's stays free until it is done."""
    return Request(lambda work: work.execute(command), f"{request.command_id}{WAITS}", request.digest, request.account)


def _older_than_witness(book: str, position: int, witnessed: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "older-than-witness",
            said(
                "The ledger ends at position %(position)s, but position %(witnessed)s was witnessed: "
                "positions %(next)s to %(witnessed)s are missing.",
                position=position,
                witnessed=witnessed,
                next=position + 1,
            ),
            where=said("book %(book)s", book=book),
            mend="Restore a newer copy; nothing is written until then. A new ledger needs folders of its own for its "
            "data, witness and keys.",
            status=503,
        )
    )


def _head_moved(book: str, head: int, end: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "head-moved",
            said("The head row, at position %(head)s, is not the last event, at position %(end)s.", head=head, end=end),
            where=said("book %(book)s", book=book),
            mend="Run “commissioning verify” and restore a copy that it finds whole.",
            status=503,
        )
    )
