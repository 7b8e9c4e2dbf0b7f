"""Refused sign-ins on their way into the ledger: the first at once, a burst after it as one event a minute.

Whoever tries passwords by the thousand must not be able to fill the log with it, nor go unseen.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from aiohttp import web

from commissioning.accounts.commands import RecordRefusedSignIns
from commissioning.ledger.actor import FRONT_DOOR
from commissioning.ledger.errors import Refused
from commissioning.ledger.writer import Writer

SECONDS_OF_A_BURST = 60.0

log = structlog.get_logger("commissioning.accounts")


@dataclass(slots=True)
class _Burst:
    attempts: int
    first_at: str
    last_at: str


class Refusals:
    """Counts refusals by their reason and has each burst recorded as one event."""

    def __init__(self, writer: Writer, now: Callable[[], str], seconds: float = SECONDS_OF_A_BURST) -> None:
        self._writer = writer
        self._now = now
        self._seconds = seconds
        self._bursts: dict[str, _Burst] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}

    async def note(self, why: str) -> None:
        """Notes a refusal; the first of a burst is in the ledger when this returns."""
        now = self._now()
        burst = self._bursts.setdefault(why, _Burst(0, now, now))
        burst.attempts += 1
        burst.last_at = now
        log.info("sign-in refused", why=why)
        if why not in self._waiting:
            self._waiting[why] = asyncio.create_task(self._record_later(why))
            await self._record(why)

    async def close(self) -> None:
        """Records what still waits."""
        for task in self._waiting.values():
            task.cancel()
        for why in list(self._bursts):
            await self._record(why)

    async def _record_later(self, why: str) -> None:
        await asyncio.sleep(self._seconds)
        del self._waiting[why]
        await self._record(why)

    async def _record(self, why: str) -> None:
        burst = self._bursts.pop(why, None)
        if burst is None:
            return
        command = RecordRefusedSignIns(why=why, attempts=burst.attempts, first_at=burst.first_at, last_at=burst.last_at)
        try:
            await self._writer.execute(command, command_id=secrets.token_hex(16), account=FRONT_DOOR)
        except Refused:
            log.warning("refusals not recorded", why=why, attempts=burst.attempts)


REFUSALS = web.AppKey("refusals", Refusals)
