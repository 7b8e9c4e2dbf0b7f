"""A real clamd for tests, on a free port, that knows one signature of our own and nothing else."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from invoices.intake.scanning import Scanner, ScannerDownError

MARK = b"commissioning-test-signature"
"""What the scanner takes for malicious; it does nothing."""
SECONDS_TO_START = 60


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def clamd(folder: Path, port: int) -> Iterator[Scanner]:
    """The running scanner; it is gone afterwards."""
    program = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        message = "clamd is missing; on Debian: apt-get install clamav-daemon"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    (folder / "signatures").mkdir(exist_ok=True)
    (folder / "signatures" / "own.ndb").write_text(f"Invented.Test-1:0:*:{MARK.hex()}\n")
    settings = folder / "clamd.conf"
    settings.write_text(
        f"TCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {folder / 'signatures'}\nForeground yes\n"
        "StreamMaxLength 1M\n"
    )
    process = subprocess.Popen([program, f"--config-file={settings}"], stdout=subprocess.DEVNULL)
    try:
        scanner = Scanner(f"127.0.0.1:{port}", 20)
        _wait_for(scanner)
        yield scanner
    finally:
        process.terminate()
        process.wait()


def _wait_for(scanner: Scanner) -> None:
    deadline = monotonic() + SECONDS_TO_START
    while True:
        try:
            scanner.found_in(b"")
        except ScannerDownError:
            if monotonic() > deadline:
                raise
            sleep(0.1)
        else:
            return
