"""Has files read by worker processes, each of which is watched for time and memory and ended when it takes too much."""

import base64
import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from queue import LifoQueue
from time import monotonic
from typing import Any, BinaryIO, Final, Literal, Self, cast

import orjson

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from invoices.formats.limits import Limits
from invoices.formats.mapped import ColumnMapping
from invoices.formats.pdf import Picture
from invoices.formats.reading import Reading
from invoices.formats.standard import RuleFailure, Syntax
from invoices.intake.telling_faults import fault_from_json
from invoices.intake.working import LENGTH, READING, too_much_memory, unreadable, write_frame

DOCUMENTS_A_PROCESS: Final = 200
"""Files after which a process is replaced, so that nothing a library leaks adds up."""
SECONDS_TO_START: Final = 60
"""What a process may take until it is ready, which is no file's fault."""
_TICK: Final = 0.05
_LARGEST_ANSWER: Final = 256 * 1024 * 1024
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")

Deed = Literal["read", "rules", "draw"]


class Worker:
    """One process for one deed. Not for use by two threads at once."""

    def __init__(self, deed: Deed, limits: Limits) -> None:
        self._deed = deed
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._answered = 0

    def ask(self, head: dict[str, Any], content: bytes) -> dict[str, Any]:
        """What the process answers; `Refused` where it takes too long or too much, or ends."""
        try:
            process = self._running()
            write_frame(cast("BinaryIO", process.stdin), orjson.dumps(head))
            write_frame(cast("BinaryIO", process.stdin), content)
            answer = orjson.loads(self._frame_of(process, self._limits.seconds))
            faults = [fault_from_json(fault) for fault in answer.get("faults", ())]
        except (BrokenPipeError, EOFError, ValueError):
            self.close()
            raise Refused(unreadable()) from None
        except Refused:
            self.close()
            raise
        self._answered += 1
        if faults:
            raise Refused(*faults)
        return cast("dict[str, Any]", answer)

    def close(self) -> None:
        """Ends the process."""
        process, self._process, self._answered = self._process, None, 0
        if process is not None:
            process.kill()
            process.communicate()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._answered >= DOCUMENTS_A_PROCESS or (self._process is not None and self._process.poll() is not None):
            self.close()
        if self._process is None:
            # Isolated from the environment: what the service knows by it, keys among it, is not there to be told.
            self._process = subprocess.Popen(  # noqa: S603 - our own program with our own numbers
                [sys.executable, "-I", "-m", "invoices.intake.working", self._deed, str(self._limits.memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                cwd="/",
            )
            self._frame_of(self._process, SECONDS_TO_START)
        return self._process

    def _frame_of(self, process: subprocess.Popen[bytes], seconds: float) -> bytes:
        """The frame that the process sends, waited for with an eye on the clock and on its memory."""
        deadline = monotonic() + seconds
        descriptor = cast("BinaryIO", process.stdout).fileno()
        received = bytearray()
        wanted = LENGTH.size
        while len(received) < wanted:
            if monotonic() > deadline:
                raise Refused(_too_long(self._limits))
            if _resident(process.pid) > self._limits.memory:
                raise Refused(too_much_memory())
            if not select.select([descriptor], [], [], _TICK)[0]:
                continue
            part = os.read(descriptor, 1 << 20)
            if not part:
                raise EOFError
            received += part
            if wanted == LENGTH.size <= len(received):
                wanted += LENGTH.unpack(received[: LENGTH.size])[0]
                if wanted > _LARGEST_ANSWER:
                    raise EOFError
        return bytes(received[LENGTH.size :])


class Workers:
    """Some processes that read, one that tries the rules and one that draws; callers wait their turn."""

    def __init__(self, limits: Limits, readers: int = 1) -> None:
        self.limits = limits
        self.readers = readers
        self._readers: LifoQueue[Worker] = LifoQueue()
        self._all = [Worker("read", limits) for _ in range(readers)]
        for reader in self._all:
            self._readers.put(reader)
        self._rules, self._drawing = Worker("rules", limits), Worker("draw", limits)
        self._turn, self._turn_to_draw = threading.Lock(), threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, content: bytes, mapping: ColumnMapping | None = None) -> Reading:
        """What a file says; `Refused` where it cannot be taken."""
        head = {"limits": asdict(self.limits), "mapping": dict(mapping.headings) if mapping else None}
        with self._reader() as reader:
            answer = reader.ask(head, content)
        return READING.validate_json(orjson.dumps(answer["reading"]))

    def failures(self, xml: str, syntax: Syntax) -> Sequence[RuleFailure]:
        """The rules of EN 16931 that a document breaks; `Refused` where they could not be tried."""
        with self._turn:
            answer = self._rules.ask({"syntax": syntax}, xml.encode())
        return [RuleFailure(**failure) for failure in answer["failures"]]

    def picture(self, content: bytes, page: int) -> Picture:
        """A page of a PDF, drawn; `Refused` where it cannot be."""
        with self._turn_to_draw:
            answer = self._drawing.ask({"page": page}, content)
        return Picture(base64.b64decode(answer["png"]), answer["words"], answer["pages"])

    def close(self) -> None:
        """Ends all processes, once nobody uses them."""
        for _ in self._all:
            self._readers.get().close()
        with self._turn:
            self._rules.close()
        with self._turn_to_draw:
            self._drawing.close()

    @contextmanager
    def _reader(self) -> Iterator[Worker]:
        reader = self._readers.get()
        try:
            yield reader
        finally:
            self._readers.put(reader)


def _resident(process: int) -> int:
    """Bytes of memory that a process holds; 0 on a system that does not say so in a file."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as file:  # noqa: PTH123 - asked twenty times a second
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _too_long(limits: Limits) -> Fault:
    return Fault(
        "too-long",
        "The file takes longer to read than any invoice does.",
        expected=said("at most %(most)s seconds", most=limits.seconds),
        mend="Send a smaller one, or in another form.",
    )
