"""The writer: one thread that owns a ledger and carries out what waits in its queue, together where several wait.

Callers are asynchronous and many; the ledger is synchronous and one. While one durable transaction is on its way to
the disk, the next commands gather, so that the busier it is, the more of them share a commit. A queue that is full
refuses at once, and what waited too long is refused unbegun: never an endless wait, never success for an unknown
outcome.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from threading import Condition, Thread
from time import monotonic, sleep
from typing import NamedTuple, Self

from commissioning.ledger.counted import counted
from commissioning.ledger.errors import Fault, Refused, Unavailable
from commissioning.ledger.ledger import Ledger, Request
from commissioning.ledger.log import Receipt
from commissioning.ledger.said import said
from commissioning.ledger.work import Command

Outcome = Receipt | BaseException
OpenLedger = Callable[[], AbstractContextManager[Ledger]]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
"""Seconds between attempts to reach a database that went away."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may wait, how long, and how many commands share a transaction. Times are in seconds."""

    waiting: int = 1_000
    patience: float = 20.0
    together: int = 256
    drain: float = 8.0


class _Waiting(NamedTuple):
    request: Request
    answer: asyncio.Future[Receipt]
    until: float
    rehearse: bool


class Writer:
    """The one door for commands in a program that serves many; to be used in the event loop that started it."""

    def __init__(self, open_ledger: OpenLedger, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._open_ledger = open_ledger
        self._queue: deque[_Waiting] = deque()
        self._changed = Condition()
        self._calling = False
        self._closing = False
        self._drain_until = float("inf")
        self._thread = Thread(target=self._work, name="writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        """Starts the thread; the ledger is opened when the first command comes."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes."""
        await self.close()

    async def close(self) -> None:
        """Takes no more commands, carries out those that wait for as long as the drain may last, and stops."""
        with self._changed:
            if not self._closing:
                self._closing = True
                self._drain_until = monotonic() + self.limits.drain
                self._changed.notify()
        await asyncio.to_thread(self._thread.join)

    @property
    def waiting(self) -> int:
        """How many changes wait to be carried out."""
        return len(self._queue)

    @property
    def takes_more(self) -> bool:
        """Whether another change would be taken now."""
        return not self._closing and len(self._queue) < self.limits.waiting

    async def execute(self, command: Command, *, command_id: str, account: str) -> Receipt:
        """Carries out one command and gives its receipt once it is durable and witnessed.

        Raises the command's own refusal; `Refused` with status 503 when the writer is too busy or stopping: the command
        was not begun then; `Unavailable` when the database stayed away: its fault says what is known of the outcome.
        """
        return await self.submit(Request.of(command, command_id=command_id, account=account))

    def submit(self, request: Request, *, rehearse: bool = False) -> asyncio.Future[Receipt]:
        """Puts a request in the queue; the future is resolved when its outcome is known.

        With `rehearse` everything is done, so that the deed may read what would come of it, and then undone.
        """
        assert self._loop is not None, "a writer is entered before it is used"  # noqa: S101
        if self._closing:
            raise _stopping()
        if len(self._queue) >= self.limits.waiting:
            raise _too_busy(self.limits.waiting)
        answer: asyncio.Future[Receipt] = self._loop.create_future()
        self._queue.append(_Waiting(request, answer, monotonic() + self.limits.patience, rehearse))
        if not self._calling:
            self._calling = True
            self._loop.call_soon(self._call)
        return answer

    def _call(self) -> None:
        """Wakes the thread, once everyone who was ready to submit has done so: they share a commit then.

        Woken by the first of them it would begin with that one alone, and contend with the loop for the interpreter.
        """
        self._calling = False
        with self._changed:
            self._changed.notify()

    def _work(self) -> None:
        """The thread: opens the ledger when it is needed, opens it again when the database came back."""
        while batch := self._take():
            try:
                with self._open_ledger() as ledger:
                    while batch:
                        self._answer(batch, self._carry_out(ledger, batch))
                        batch = self._take()
            except Refused as refusal:  # the ledger cannot be opened: every caller is told why
                self._answer(batch, [refusal] * len(batch))

    def _take(self) -> list[_Waiting]:
        """The next requests to carry out together; waits for them, and gives none when the writer is to stop."""
        while True:
            with self._changed:
                while not self._queue and not self._closing:
                    self._changed.wait()
                count = min(len(self._queue), self.limits.together)
                taken = [self._queue.popleft() for _ in range(count)]
            if not taken:
                return []
            now = monotonic()
            late = [one for one in taken if min(one.until, self._drain_until) < now]
            if late:
                self._answer(late, [_waited_too_long() if now < self._drain_until else _stopping() for _ in late])
            if wanted := [one for one in taken if min(one.until, self._drain_until) >= now]:
                return wanted

    def _carry_out(self, ledger: Ledger, batch: Sequence[_Waiting]) -> list[Outcome]:
        """First what is to last, then each rehearsal alone, because all that it did is undone."""
        lasting = iter(self._carry_out_lasting(ledger, [one for one in batch if not one.rehearse]))
        return [self._carry_out_alone(ledger, one) if one.rehearse else next(lasting) for one in batch]

    def _carry_out_lasting(self, ledger: Ledger, batch: Sequence[_Waiting]) -> list[Outcome]:
        """Together where that goes well; else one by one, so that each learns of its own case and no other's."""
        if len(batch) > 1:
            with suppress(Exception):  # whatever it was, each request meets it below alone, or does not
                return list(ledger.run_together([one.request for one in batch]))
        return [self._carry_out_alone(ledger, one) for one in batch]

    def _carry_out_alone(self, ledger: Ledger, waiting: _Waiting) -> Outcome:
        """Tries again while the database is away: under the same id that is safe whatever became of the first try."""
        pause = _FIRST_PAUSE
        while True:
            try:
                return ledger.run_alone(waiting.request, rehearse=waiting.rehearse)
            except Unavailable as problem:
                if monotonic() + pause > min(waiting.until, self._drain_until):
                    return problem
                sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except Exception as problem:  # noqa: BLE001 - it is the caller's to hear, and not the thread's to die of
                return problem

    def _answer(self, batch: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
        assert self._loop is not None  # noqa: S101
        self._loop.call_soon_threadsafe(_resolve, batch, outcomes)


def _resolve(batch: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
    for waiting, outcome in zip(batch, outcomes, strict=True):
        if waiting.answer.done():  # its caller has gone; what was carried out stands all the same
            continue
        if isinstance(outcome, Receipt):
            waiting.answer.set_result(outcome)
        else:
            waiting.answer.set_exception(outcome)


def _too_busy(limit: int) -> Refused:
    return Refused(
        Fault(
            "too-busy",
            said("%(limit)s changes are waiting already; this one was not begun.", limit=counted(limit)),
            mend="Send it again in a moment.",
            status=503,
        )
    )


def _waited_too_long() -> Refused:
    return Refused(
        Fault(
            "waited-too-long",
            "The ledger was too busy for too long; this change was not begun.",
            mend="Send it again in a moment.",
            status=503,
        )
    )


def _stopping() -> Refused:
    return Refused(
        Fault(
            "stopping",
            "The service is stopping; this change was not begun.",
            mend="Send it again when the service is back.",
            status=503,
        )
    )
