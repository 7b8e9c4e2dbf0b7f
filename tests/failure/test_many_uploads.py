"""Fifty uploads at once to a running service: all are answered, and its memory does not grow with their size."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession

from commissioning.settings import Settings
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import bearer_for
from tests.invoices.formats.test_tables import EXPORT
from tests.pages.conftest import world
from tests.postgres_server import free_port

__all__ = ["world"]

pytestmark = pytest.mark.failure

FEW, UPLOADS, SCHOOL = 10, 50, 900001
MEGABYTE = 1 << 20
ROW = EXPORT.splitlines()[3].encode() + b"\n"


def resident(process: int) -> int:
    """Bytes of memory that a process and its children hold."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident(int(child)) for child in children)


async def table_of(size: int) -> AsyncIterator[bytes]:
    """A table with far too many rows, of so many bytes, as it goes over the wire."""
    yield EXPORT.encode()
    for _ in range(size // len(ROW * 1000)):
        yield ROW * 1000
        await asyncio.sleep(0)


async def upload(session: ClientSession, address: str, size: int) -> int:
    """Sends one file and gives the status of the answer."""
    headers = {"Idempotency-Key": secrets.token_hex(16)}
    async with session.post(f"{address}?provider={SCHOOL}", data=table_of(size), headers=headers) as answer:
        return answer.status


async def most_held(process: int, session: ClientSession, address: str, uploads: int, size: int) -> int:
    """The most that the service held while so many files of a size came in at once, all of which it sends back."""
    work = asyncio.gather(*(upload(session, address, size) for _ in range(uploads)))
    most = 0
    while not work.done():
        most = max(most, resident(process))
        await asyncio.sleep(0.05)
    assert set(await work) == {422}
    return most


async def until_ready(session: ClientSession, address: str) -> None:
    """Waits until the service answers."""
    async with asyncio.timeout(60):
        while True:
            try:
                async with session.get(f"{address}/readyz") as answer:
                    if answer.status == 200:
                        return
            except OSError:
                pass
            await asyncio.sleep(0.1)


async def test_fifty_uploads_at_once_stay_within_bounds(
    world: Settings, tmp_path: Path, cases: Callable[[int, int], range], publish: Callable[[str], None]
) -> None:
    """Five times as many files at once hardly take more memory: each reader has one, the others wait on disk."""
    size = len(cases(8, 16)) * MEGABYTE
    settings, port = copy_of(world, tmp_path), free_port()
    bearer = bearer_for(settings, "finance")
    folders = {"DATA": settings.commissioning_data, "WITNESS": settings.witness_folder, "KEYS": settings.keys_folder}
    environment = {f"COMMISSIONING_{name}": str(folder) for name, folder in folders.items()}
    environment |= {"COMMISSIONING_BOOK": settings.commissioning_book, "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "commissioning", "serve", "--port", str(port)]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=quiet, stderr=quiet)
    try:
        async with ClientSession(headers=bearer) as session:
            await until_ready(session, f"http://127.0.0.1:{port}")
            address = f"http://127.0.0.1:{port}/api/v1/invoices"
            few = await most_held(process.pid, session, address, FEW, size)
            many = await most_held(process.pid, session, address, UPLOADS, size)
    finally:
        process.terminate()
        await process.wait()
    publish(
        f"uploads of {size // MEGABYTE} MB at once: the service and its readers held {few // MEGABYTE} MB at most "
        f"with {FEW}, {many // MEGABYTE} MB with {UPLOADS}"
    )
    assert many - few < (UPLOADS - FEW) * size // 4
