"""The small council of the pages, copied for tests that write to it."""

from tests.accounts.conftest import settings
from tests.pages.conftest import world

__all__ = ["settings", "world"]
