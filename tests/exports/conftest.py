"""The small council of the pages' tests, whose files these tests take out."""

from tests.pages.conftest import client, world

__all__ = ["client", "world"]
