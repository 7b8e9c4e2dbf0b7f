"""Fills the disk under a ledger and looks what becomes of it; run as a program on a disk that is small indeed.

Everything lies on it: database, witness and vault. Prints what was found as one JSON document.
"""

import json
import sys
from contextlib import closing
from pathlib import Path

from commissioning.ledger.errors import Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.verify import verify
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import open_test_ledger

_MOST = 5_000
_REFUSALS = 20


def main(folder: Path) -> None:
    """Appends until the disk is full, goes on trying, makes room, appends again."""
    ballast = folder / "ballast"
    ballast.write_bytes(b"x" * 800_000)
    acknowledged: list[str] = []
    refused: list[str] = []
    with closing(open_test_ledger(folder, composition())) as ledger:
        for number in range(_MOST):
            if len(refused) == _REFUSALS:
                break
            _try(ledger, f"c{number}", acknowledged, refused)
        read_while_full = len(set(acknowledged) & _stood(ledger))
        ballast.unlink()
        before = len(acknowledged)
        # What was refused may be sent again, under its own id too.
        for command_id in refused[:5]:
            _try(ledger, command_id, acknowledged, [])
        after = len(acknowledged) - before
    with closing(open_test_ledger(folder, composition())) as ledger:
        stood, sound = _stood(ledger), verify(ledger)
    if not sound.ok:
        raise SystemExit(str(sound.findings))
    found = {
        "acknowledged": before,
        "refused": len(refused),
        "read while full": read_while_full,
        "acknowledged after": after,
        "lost": len(set(acknowledged) - stood),
    }
    sys.stdout.write(json.dumps(found))


def _try(ledger: Ledger, command_id: str, acknowledged: list[str], refused: list[str]) -> None:
    command = Count(tally="a", amount=1, note="x" * 2_000)
    try:
        ledger.execute(command, command_id=command_id, account="ada")
    except (Refused, OSError):
        refused.append(command_id)
    else:
        acknowledged.append(command_id)


def _stood(ledger: Ledger) -> set[str]:
    with ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        return {row.command_id for row in read_events(connection, number)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
