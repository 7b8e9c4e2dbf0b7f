"""What the schools are called that a report was narrowed to: they are asked for by their numbers and told by name."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from commissioning.charges.known import school_names
from commissioning.ledger.reading import Reader
from exports.result import Result

Asked = ParamSpec("Asked")


def schools_named(
    ask: Callable[Concatenate[Reader, Asked], Awaitable[Result]],
) -> Callable[Concatenate[Reader, Asked], Coroutine[Any, Any, Result]]:
    """The report, its answer naming the schools among its filters."""

    @wraps(ask)
    async def told(reader: Reader, /, *asked: Asked.args, **more: Asked.kwargs) -> Result:
        return await naming_schools(reader, await ask(reader, *asked, **more))

    return told


async def naming_schools(reader: Reader, result: Result) -> Result:
    """The result, which says what the schools among its filters are called as known at its position."""
    if not result.filters.provider:
        return result
    names = await school_names(reader, result.as_at.position)
    return replace(result, answers={**result.answers, "provider": names})
