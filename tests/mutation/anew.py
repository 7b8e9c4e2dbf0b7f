"""A plugin of pytest for mutants: every test meets the changed program, and the quick ones are tried first.

A mutant's tests run in a copy of a process in which all tests have run before. What they left in memory was made by
the program as it stands and would hide what was changed: so it is made again before each test. An example that fails is
not made smaller, because nobody reads it.
"""

import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import Phase, settings

from contracts.pricing import prepared
from tests.mutation.parts import SOURCES
from tests.pricing.notation import CALENDAR, CLOSURES, YEARS

settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], database=None, deadline=None)
settings.load_profile("mutants")  # before the tests are read, so that they build on it


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests that try many random examples behind those that try one."""
    items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))


def pytest_runtest_setup() -> None:
    """Forgets what functions and the tests' own calendar keep of earlier questions."""
    for clear in list(_forgetful()):
        clear()
    prepared._kept.clear()  # noqa: SLF001 - it has no public way to forget
    CALENDAR.__init__("default", YEARS.values(), CLOSURES)  # type: ignore[misc]  # in place: tests hold it


def _forgetful() -> Iterator[Callable[[], None]]:
    """What empties each function's cache in the modules of the product."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in SOURCES:
            values: list[Any] = list(vars(module).values())
            yield from (
                value.cache_clear
                for value in values
                if isinstance(value, functools._lru_cache_wrapper)  # noqa: SLF001 - it has no public name
            )
