"""The ledger of one book: opens it against its witness, carries commands out, acknowledges them.

Order of an append (architecture.md, The ledger 1): lock the book, look the command id up, decide, check
versions, number, chain, insert, project, commit, witness; only then is the receipt given.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from commissioning.ledger.aggregates import Memory
from commissioning.ledger.errors import Fault, LedgerDamaged
from commissioning.ledger.log import Head, Log, Receipt, read_book, read_events
from commissioning.ledger.store import Store
from commissioning.ledger.time import Clock
from commissioning.ledger.vault import Vault
from commissioning.ledger.witness import Witness
from commissioning.ledger.work import Command, Composition, UnitOfWork


class _Rehearsed(Exception):  # noqa: N818 - not an error: it carries a dry run out of its transaction
    pass


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
        self._seen = -1

    def open(self) -> Head:
        """Compares the book with its witness; raises `LedgerDamaged` when the book is older or another.

        A book that is ahead of its witness lost only the witnessing of acknowledged or unacknowledged commits in
        a crash; the witness then catches up.
        """
        witnessed = self.witness.last()
        with self.store.reading() as connection:
            number, head = read_book(connection, self.book)
            if witnessed is not None:
                if head.position < witnessed.position:
                    raise _older_than_witness(self.book, head.position, witnessed.position)
                at_witness = next(
                    read_events(connection, number, after=witnessed.position - 1, upto=witnessed.position),
                    None,
                )
                if at_witness is None or at_witness.hash != witnessed.hash:
                    raise _not_as_witnessed(self.book, witnessed.position)
        if head.position > (witnessed.position if witnessed else 0):
            self.witness.record(head.position, head.hash)
        return head

    def execute(self, command: Command, *, command_id: str, account: str) -> Receipt:
        """Carries out one command; the same id with the same body gives the first receipt again."""
        digest = hashlib.sha256(f"{type(command).__name__}{command.model_dump_json()}".encode()).hexdigest()
        return self.run(
            lambda work: work.execute(command), command_id=command_id, digest=digest, account=account
        )

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
        receipt: Receipt | None = None
        try:
            with self.store.writing() as connection:
                log = Log(connection, self.book, self.store.lock_clause)
                if (earlier := log.earlier_receipt(command_id, digest)) is not None:
                    return earlier
                self._catch_up(log)
                work = UnitOfWork(
                    self.composition, log, self._memory, self.vault, self.clock(), command_id, account
                )
                first = log.head.position + 1
                deed(work)
                wrote = log.head.position >= first
                receipt = Receipt(
                    command_id, first if wrote else None, log.head.position if wrote else None, log.head
                )
                if rehearse:
                    raise _Rehearsed  # noqa: TRY301 - leaving the block by an exception is what undoes it
                work.finish()
                if wrote:
                    log.keep_receipt(command_id, digest, first)
        except _Rehearsed:
            self._forget()
        except BaseException:
            self._forget()
            raise
        assert receipt is not None  # noqa: S101 - every way out without a receipt has raised
        if receipt.last_position is not None and not rehearse:
            self.witness.record(receipt.last_position, receipt.head.hash)
            self._seen = receipt.last_position
        self._memory.trim()
        return receipt

    def close(self) -> None:
        """Gives back the database, the vault and the witness."""
        self.store.close()
        self.vault.close()
        self.witness.close()

    def _catch_up(self, log: Log) -> None:
        """Forgets what is in memory when another program has written since."""
        if log.head.position != self._seen:
            self._forget()
            self._seen = log.head.position

    def _forget(self) -> None:
        self._memory.clear()
        self.vault.forget_unkept()
        for projection in self.composition.projections:
            projection.forget()


def _older_than_witness(book: str, position: int, witnessed: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "older-than-witness",
            f"The ledger ends at position {position}, but position {witnessed} was witnessed: positions "
            f"{position + 1} to {witnessed} are missing.",
            where=f"book {book}",
            mend="Restore a newer copy. Nothing is written until then.",
            status=503,
        )
    )


def _not_as_witnessed(book: str, position: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "not-as-witnessed",
            f"What stands at position {position} is not what was witnessed there.",
            where=f"book {book}, position {position}",
            mend="Run “commissioning verify” and restore a copy that agrees with the witness.",
            status=503,
        )
    )
