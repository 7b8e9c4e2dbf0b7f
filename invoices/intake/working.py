"""The worker process: reads one file after another, tries rules on them or draws them, with little to do harm with.

It is a program of its own (`python -m invoices.intake.working read|rules|draw BYTES`), without the service's
environment, so that no key is in it. It may write no file, and answers in JSON, which its parent can read without
trusting it.
"""

import base64
import resource
import struct
import sys
from contextlib import suppress
from typing import Any, BinaryIO, Final

import orjson
from pydantic import TypeAdapter

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from invoices.formats.limits import Limits
from invoices.formats.mapped import ColumnMapping
from invoices.formats.reading import Asked, Reading, read_file
from invoices.intake.telling_faults import fault_to_json

LENGTH: Final = struct.Struct(">Q")
"""What stands before every frame."""
READING: Final = TypeAdapter(Reading)
_OPEN_FILES: Final = 64


def write_frame(stream: BinaryIO, content: bytes) -> None:
    """Sends some bytes and how many they are."""
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next bytes; None where the other side has gone."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    return stream.read(length)


def main(deed: str, memory: int) -> None:
    """Answers until the parent goes away."""
    _give_up_power(deed, memory)
    write_frame(sys.stdout.buffer, b"")  # ready: what comes now is timed
    answer = {"rules": _answer_of_rules, "draw": _answer_of_drawing}.get(deed, _answer_of_reading)
    while (head := read_frame(sys.stdin.buffer)) is not None:
        content = read_frame(sys.stdin.buffer)
        if content is None:
            return
        write_frame(sys.stdout.buffer, _guarded(answer, orjson.loads(head), content))


def _guarded(answer: Any, head: dict[str, Any], content: bytes) -> bytes:
    """The answer, whatever happens: a file that trips a library is refused in words like any other."""
    try:
        told: bytes = answer(head, content)
    except Refused as refused:
        return orjson.dumps({"faults": [fault_to_json(fault) for fault in refused.faults]})
    except MemoryError:
        return orjson.dumps({"faults": [fault_to_json(too_much_memory())]})
    except Exception as error:  # noqa: BLE001 - what it was is told to those who run the service, not to the sender
        return orjson.dumps({"faults": [fault_to_json(unreadable())], "error": f"{type(error).__name__}"})
    return told


def _answer_of_reading(head: dict[str, Any], content: bytes) -> bytes:
    mapping = ColumnMapping(headings=head["mapping"]) if head["mapping"] else None
    reading = read_file(content, Asked(Limits(**head["limits"]), mapping))
    return b'{"reading":' + READING.dump_json(reading) + b"}"


def _warm_up() -> None:
    """Compiles the rule sheets; one that is missing is told of the document that needs it."""
    from invoices.formats.rules import warm_rules  # noqa: PLC0415 - a process that reads does not load the engine

    with suppress(Refused):
        warm_rules().compile_all()


def _answer_of_rules(head: dict[str, Any], content: bytes) -> bytes:
    from invoices.formats.rules import warm_rules  # noqa: PLC0415 - a process that reads does not load the engine

    failures = warm_rules().failures(content.decode(), head["syntax"])
    return orjson.dumps({"failures": [failure._asdict() for failure in failures]})


def _answer_of_drawing(head: dict[str, Any], content: bytes) -> bytes:
    from invoices.formats.pictures import picture_of  # noqa: PLC0415 - a process that reads does not load the engine

    drawn = picture_of(content, head["page"])
    return orjson.dumps({**drawn._asdict(), "png": base64.b64encode(drawn.png).decode()})


def too_much_memory() -> Fault:
    """The fault of a file that would fill the machine."""
    return Fault("too-much-memory", "The file takes more memory to read than any invoice does.", mend=_ANOTHER_WAY)


def unreadable() -> Fault:
    """The fault of a file on which its reader stumbled."""
    return Fault("unreadable", "The file cannot be read: something in it is not as it should be.", mend=_ANOTHER_WAY)


_ANOTHER_WAY: Final = said("Export the invoice from the accounting program again, or send it in another form.")


def _give_up_power(deed: str, memory: int) -> None:
    """No files written, few opened, no picture of the memory left; a reader's memory is bounded by the system too."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    if deed != "rules":
        # The rules' engine sets a large range of addresses aside and ends where it may not; its parent watches it.
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
