"""Has files scanned for malicious content by clamd, in its own protocol (INSTREAM), over a socket."""

import re
import socket
import struct
from collections.abc import Iterator
from typing import Final

CHUNK: Final = 64 * 1024
_REPLY_LIMIT: Final = 4096
_FOUND: Final = re.compile(r"stream: (.+) FOUND")


class ScannerDownError(Exception):
    """The scanner did not answer, or not in a way that says whether a file is clean; the message is its words."""


class Scanner:
    """A clamd at an address: the path of a socket, or HOST:PORT."""

    def __init__(self, address: str, seconds: float) -> None:
        self._address = address
        self._seconds = seconds

    def found_in(self, content: bytes) -> str | None:
        """The name of what was found in a file, None where it is clean; `ScannerDownError` where nobody knows."""
        try:
            with self._connection() as connection:
                connection.sendall(b"zINSTREAM\0")
                for chunk in _chunks(content):
                    connection.sendall(struct.pack(">I", len(chunk)) + chunk)
                connection.sendall(struct.pack(">I", 0))
                reply = _reply(connection)
        except OSError as error:
            raise ScannerDownError(error.strerror or str(error)) from None
        if reply == "stream: OK":
            return None
        found = _FOUND.fullmatch(reply)
        if found is None:
            raise ScannerDownError(reply[:200] or "no answer")
        return found[1]

    def _connection(self) -> socket.socket:
        host, _, port = self._address.rpartition(":")
        if self._address.startswith("/") or not port.isdigit():
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self._seconds)
            connection.connect(self._address)
            return connection
        return socket.create_connection((host.strip("[]"), int(port)), self._seconds)


def _chunks(content: bytes) -> Iterator[memoryview]:
    view = memoryview(content)
    return (view[start : start + CHUNK] for start in range(0, len(view), CHUNK))


def _reply(connection: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < _REPLY_LIMIT:
        part = connection.recv(_REPLY_LIMIT)
        if not part:
            break
        received += part
    if not received.endswith(b"\0"):
        return ""  # cut short, and so no answer
    return received.rstrip(b"\0\n").decode("utf-8", "replace")
