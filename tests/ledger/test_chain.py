"""The chain as an independent program would compute it: over the book, every column and the hash before."""

import hashlib
import json
from pathlib import Path

from commissioning.ledger.chain import GENESIS, link
from commissioning.ledger.log import read_book, read_events
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import opened


def heads(folder: Path, book: str, *amounts: int) -> list[str]:
    """The hash after each of some commands on a fresh ledger."""
    with opened(folder, composition(), book=book) as ledger:
        return [
            ledger.execute(Count(tally=f"t{n}", amount=amount), command_id=str(n), account="ada").head.hash
            for n, amount in enumerate(amounts)
        ]


def test_a_link_is_what_is_written_of_it() -> None:
    """A known row has a known hash for ever: no later version of the program may compute another."""
    columns = (1, "tally:a", 1, "Counted", 1, "2026-09-01", "2026-09-01T09:00:00.000000Z", "c1", "ada", None, '{"é":1}')
    digest = link(GENESIS, "norfolk", "d1", columns)
    text = json.dumps([GENESIS, "norfolk", "d1", *columns], separators=(",", ":"), ensure_ascii=False)
    assert digest == hashlib.sha256(text.encode()).hexdigest()
    assert digest == "40344cdf2bcf35f3237f9f994ffa7098f4bfb58f082f05e2415c9c7dead69b8d"


def test_the_log_can_be_checked_by_a_program_of_its_own(tmp_path: Path) -> None:
    """Rows and receipts alone, with nothing but JSON and SHA-256, give every hash of the log."""
    heads(tmp_path, "norfolk", 1, 2, 3)
    with opened(tmp_path, composition()) as ledger, ledger.store.reading() as connection:
        digests: dict[str, str] = dict(connection.query("SELECT command_id, digest FROM ledger_command"))
        previous = GENESIS
        for row in read_events(connection, read_book(connection, "norfolk")[0]):
            envelope = [row.position, row.stream, row.version, row.type, row.schema, row.effective_on]
            envelope += [row.recorded_at, row.command_id, row.account, row.corrects, row.data]
            hashed = json.dumps(
                [previous, "norfolk", digests[row.command_id], *envelope], separators=(",", ":"), ensure_ascii=False
            )
            previous = hashlib.sha256(hashed.encode()).hexdigest()
            assert previous == row.hash


def test_a_hash_depends_on_all_that_went_before(tmp_path: Path) -> None:
    """The same event after another first one, or in another book, has another hash; in the same place, the same."""
    one = heads(tmp_path / "1", "norfolk", 1, 7)
    assert heads(tmp_path / "2", "norfolk", 1, 7) == one
    assert heads(tmp_path / "3", "norfolk", 2, 7)[1] != one[1]
    assert heads(tmp_path / "4", "suffolk", 1, 7)[0] != one[0]
