"""The small council, read over a client, and a copy of it for tests that write."""

from tests.accounts.conftest import settings
from tests.pages.conftest import client, world

__all__ = ["client", "settings", "world"]
