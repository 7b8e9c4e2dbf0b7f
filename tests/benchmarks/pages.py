"""A list of 200 rows for fifty people at once: a real server, fifty sessions, each asking again after a pause.

People read what they asked for: each waits five seconds between pages, which comes to ten pages a second. The same
server's answer to a health check, asked by one more in between, tells how much of it is the waiting for a turn.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter

import aiohttp

from commissioning.app import open_ledger
from commissioning.settings import Settings
from tests.accounts.signing_in import person, session
from tests.benchmarks.county import county
from tests.benchmarks.measure import Measure
from tests.benchmarks.sizes import COUNCILS

USERS = 50
PAUSE = {"tiny": 0.05, "small": 5.0, "county": 5.0, "million": 5.0}
"""Seconds between two pages of one person."""
ROUNDS = {"tiny": 2, "small": 6, "county": 6, "million": 6}
ADDRESS = "/placements?size=200&sort=-start"
_MILLISECONDS = 1_000


def run(size: str, cache: Path) -> Iterator[Measure]:
    """The time of a page that nineteen in twenty are shown sooner."""
    settings = county(cache, *COUNCILS[size], print)
    taken, beside = asyncio.run(_crowd(settings, PAUSE[size], ROUNDS[size]))
    page, health = _ninety_fifth(taken), _ninety_fifth(beside)
    how = (
        f"{len(taken)} pages of 200 rows, {USERS} sessions with pauses of {PAUSE[size]:g} s; median "
        f"{sorted(taken)[len(taken) // 2]:.0f} ms; a health check beside them {health:.0f} ms"
    )
    yield Measure("pages", f"list page of 200 rows, p95 of {USERS} people", page, "ms", how, 100)


def _ninety_fifth(taken: list[float]) -> float:
    return quantiles(taken, n=20)[-1]


async def _crowd(settings: Settings, pause: float, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of every page, and of the health checks in between."""
    cookies = _sessions(settings)
    chance = Random(1)  # noqa: S311 - it only spreads the people over the pause
    pages, checks = list[float](), list[float]()
    async with _served(settings) as address, aiohttp.ClientSession(address) as client:

        async def reader(cookie: str) -> None:
            for turn in range(rounds):
                await asyncio.sleep(pause * chance.random() if not turn else pause)
                taken = await _asked(client, ADDRESS, cookie)
                if turn:  # the first page of a new process makes its templates
                    pages.append(taken)

        async def watcher() -> None:
            while True:
                await asyncio.sleep(pause / 10)
                checks.append(await _asked(client, "/healthz", ""))

        beside = asyncio.create_task(watcher())
        await asyncio.gather(*(reader(cookie) for cookie in cookies))
        beside.cancel()
    return pages, checks


async def _asked(client: aiohttp.ClientSession, address: str, cookie: str) -> float:
    began = perf_counter()
    async with client.get(address, headers={"Cookie": f"session={cookie}"}, allow_redirects=False) as answer:
        await answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
    return (perf_counter() - began) * _MILLISECONDS


def _sessions(settings: Settings) -> list[str]:
    """The secrets of a session for each person, all of one commissioner's account."""
    with open_ledger(settings) as ledger:
        commissioner = person(ledger, "commissioner", by="benchmark")
        return [session(ledger, commissioner) for _ in range(USERS)]


@asynccontextmanager
async def _served(settings: Settings) -> AsyncIterator[str]:
    """The address of a server process of its own over a ledger."""
    environment = {
        "COMMISSIONING_DATA": str(settings.commissioning_data),
        "COMMISSIONING_WITNESS": str(settings.witness_folder),
        "COMMISSIONING_KEYS": str(settings.keys_folder),
        "COMMISSIONING_BOOK": settings.commissioning_book,
        "COMMISSIONING_LOG_LEVEL": "error",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "commissioning", "serve", "--port", "0"),
        env={**os.environ, "DATABASE_URL": "", **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        yield line.split("at ", 1)[1].split("/ ", 1)[0]
    finally:
        process.terminate()
        await process.wait()
