"""Several files sent at once, and what has become of each so far: held in the memory of one program.

What comes of them stands in the ledger; this is what a page shows while they are taken, and for some time after.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Final

from commissioning.ledger.errors import Fault
from invoices.intake.kept_files import Held
from invoices.intake.taking import Taken
from invoices.invoice import Invoice

UPLOADS_KEPT: Final = 500
"""Uploads that are remembered; beyond, the oldest is let go."""
MOST_FILES: Final = 50
"""Files of one upload."""


@dataclass(slots=True)
class SentFile:
    """One file: its name as the sender has it, and what became of it. Neither `taken` nor `faults`: not yet looked at.

    `held` is what came in, `kept` the hash of what was kept from then on, or before. `faults` are those for which
    nothing could become of it, such as its size. `invoice` is what it has become in the register.
    """

    name: str
    size: int
    held: Held | None = None
    kept: str | None = None
    taken: Taken | None = None
    faults: tuple[Fault, ...] = ()
    invoice: Invoice | None = None

    @property
    def is_done(self) -> bool:
        """Whether it is known what became of it."""
        return self.taken is not None or bool(self.faults)


@dataclass(slots=True)
class Upload:
    """Files that an account sent together for one school."""

    key: str
    account: str
    urn: int
    files: list[SentFile]
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def done(self) -> int:
        """How many files are done."""
        return sum(file.is_done for file in self.files)

    @property
    def is_done(self) -> bool:
        """Whether all are."""
        return self.done == len(self.files)


class Uploads:
    """The uploads of one program, each shown to nobody but the account that made it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Upload] = OrderedDict()
        self._being_taken: set[asyncio.Task[None]] = set()

    def add(self, account: str, urn: int, files: list[SentFile]) -> Upload:
        """Remembers an upload."""
        upload = Upload(secrets.token_hex(16), account, urn, files)
        self._kept[upload.key] = upload
        while len(self._kept) > UPLOADS_KEPT:
            self._kept.popitem(last=False)
        return upload

    def of(self, key: str, account: str) -> Upload | None:
        """The upload of a key, None where the account made none of it."""
        upload = self._kept.get(key)
        return upload if upload is not None and upload.account == account else None

    def begin(self, taking: Coroutine[None, None, None]) -> None:
        """Has an upload's files be taken while pages ask how far it is."""
        task = asyncio.get_running_loop().create_task(taking)
        self._being_taken.add(task)
        task.add_done_callback(self._being_taken.discard)

    async def stop(self) -> None:
        """Ends what is being taken: a file that the ledger does not have yet is sent again by whoever misses it."""
        tasks = list(self._being_taken)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
