"""The ledger of one book: opens it against its witness, carries commands out, acknowledges them.

Order of an append (architecture.md, The ledger 1): lock the book, look the command id up, decide, check
versions, number, chain, insert, project, commit, witness; only then is the receipt given.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from commissioning.ledger.aggregates import Memory
from commissioning.ledger.errors import Fault, LedgerDamaged
from commissioning.ledger.log import Head, Log, Occasion, Receipt, read_book, read_end, read_events
from commissioning.ledger.store import Store
from commissioning.ledger.time import Clock, instant_to_text
from commissioning.ledger.vault import Vault
from commissioning.ledger.witness import Witness, not_as_witnessed
from commissioning.ledger.work import Command, Composition, UnitOfWork


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
        self._seen = ""
        self._witnessed = 0

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
        return head

    def execute(self, command: Command, *, command_id: str, account: str) -> Receipt:
        """Carries out one command; the same id with the same body gives the first receipt again.

        A command that changes nothing leaves no receipt behind: sent again, it is decided again.
        """
        digest = hashlib.sha256(f"{type(command).__name__}{command.model_dump_json()}".encode()).hexdigest()
        return self.run(lambda work: work.execute(command), command_id=command_id, digest=digest, account=account)

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
        work: UnitOfWork | None = None
        try:
            with self.store.writing() as connection:
                log = Log(connection, self.book, self.store.lock_clause)
                receipt = log.earlier_receipt(command_id, digest)
                if receipt is None:
                    work = self._begin(log, command_id, digest, account)
                    deed(work)
                    receipt = work.finish()
                    if rehearse:
                        raise _Rehearsed(receipt)  # noqa: TRY301 - leaving by an exception is what undoes it
                    self.vault.keep()
        except _Rehearsed as rehearsed:
            self._undo(work)
            return rehearsed.receipt
        except BaseException:
            self._undo(work)
            raise
        if work is not None:
            self._memory.keep(work.states)
            self._seen = receipt.head.hash
        if receipt.last_position is not None and receipt.last_position > self._witnessed:
            self._witness(receipt.head)
        return receipt

    def close(self) -> None:
        """Gives back the database, the vault and the witness."""
        self.store.close()
        self.vault.close()
        self.witness.close()

    def _begin(self, log: Log, command_id: str, digest: str, account: str) -> UnitOfWork:
        """A unit of work; what is in memory is dropped first when another program has written since."""
        if log.head.hash != self._seen:
            self._memory.clear()
            self._forget_projected()
            self._seen = log.head.hash
        # The log's own time never runs backwards, even where the machine's clock was set back.
        recorded_at = max(instant_to_text(self.clock()), log.head.recorded_at)
        occasion = Occasion(command_id, digest, account, recorded_at)
        return UnitOfWork(self.composition, log, self._memory, self.vault, occasion)

    def _undo(self, work: UnitOfWork | None) -> None:
        """Takes back in memory what the rollback took back in the database."""
        self.vault.forget_unkept()
        if work is not None and work.wrote:
            self._forget_projected()

    def _forget_projected(self) -> None:
        for projection in self.composition.projections:
            projection.forget()

    def _witness(self, head: Head) -> None:
        self.witness.record(head.position, head.hash)
        self._witnessed = head.position


def _older_than_witness(book: str, position: int, witnessed: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "older-than-witness",
            f"The ledger ends at position {position}, but position {witnessed} was witnessed: positions "
            f"{position + 1} to {witnessed} are missing.",
            where=f"book {book}",
            mend="Restore a newer copy; nothing is written until then. A new ledger needs folders of its own for its "
            "data, witness and keys.",
            status=503,
        )
    )


def _head_moved(book: str, head: int, end: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "head-moved",
            f"The head row, at position {head}, is not the last event, at position {end}.",
            where=f"book {book}",
            mend="Run “commissioning verify” and restore a copy that it finds whole.",
            status=503,
        )
    )
