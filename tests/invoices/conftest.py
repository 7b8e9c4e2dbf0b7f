"""The small council of the tests of pages."""

from tests.pages.conftest import world

__all__ = ["world"]
