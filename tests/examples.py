"""How many random examples a test tries, here and on each kind of store."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

MORE = int(os.environ.get("COMMISSIONING_MORE_EXAMPLES", "1"))
"""How many times as many examples to try. At 1 every run tries the same ones, so that it judges the change alone,
and a failing one is not made smaller, which takes minutes."""


def examples(number: int) -> settings:
    """The hypothesis settings of a test that tries so many random councils, or `MORE` times as many new ones."""
    return settings(
        max_examples=number * MORE,
        derandomize=MORE == 1,
        phases=[Phase.generate] if MORE == 1 else [Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


SHARE = {"sqlite": 1, "postgres": 8}
"""Of how many examples one is tried on a store: a server's databases take longer to make."""


def on_each_store(number: int, **facts: SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[[str], None]]:
    """Makes of a body a test that tries it on so many random facts, with the ledgers on each kind of store."""

    def tried(body: Callable[..., None]) -> Callable[[str], None]:
        def test(store: str) -> None:
            examples(-(-number // SHARE[store]))(given(**facts)(body))()

        test.__name__, test.__doc__, test.__module__ = body.__name__, body.__doc__, body.__module__
        return test

    return tried
