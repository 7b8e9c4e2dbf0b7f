"""One small council for all tests of pages, read over a test client."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from commissioning.settings import Settings
from tests.accounts.signing_in import client_of
from tests.pages.world import make_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the small council's ledger; only those who read it sign in to it."""
    folder: Path = tmp_path_factory.mktemp("world")
    with ThreadPoolExecutor(1) as pool:  # a thread of its own: the caller's loop may be running
        return pool.submit(asyncio.run, make_world(folder)).result()


@pytest.fixture
async def client(world: Settings) -> AsyncIterator[TestClient]:
    """The whole application over the small council, on 23 November 2026, for a commissioner who is finance too."""
    async with client_of(world, "commissioner", "finance") as client:
        yield client
