"""Asking a PostgreSQL server over Tortoise's pool of sessions, each of which can only read."""

from collections.abc import Sequence
from typing import Any, cast

from psycopg.rows import tuple_row
from psycopg_pool import AsyncConnectionPool
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.psycopg.client import PsycopgClient

from commissioning.ledger.store import Row
from commissioning.ledger.stores.addresses import without_password
from commissioning.ledger.stores.placeholders import percent_placeholders
from commissioning.ledger.stores.postgres_faults import in_words
from commissioning.ledger.stores.postgres_session import link_to, prepare_reading

POOL_SECONDS = 5
"""How long a question waits for a session, also while the server is away."""
_MOST_SESSIONS = 10


def reading_pool(url: str) -> dict[str, Any]:
    """What Tortoise must be told to keep a pool of reading sessions to a server."""
    return {
        "database": without_password(url),
        # A function, so that the password stands in no log of the settings.
        "conninfo": lambda: link_to(url),
        "configure": prepare_reading,
        "timeout": POOL_SECONDS,
        # The pool waits longer and longer between its attempts; so it gives up early and begins afresh.
        "reconnect_timeout": 2,
        "reconnect_failed": _begin_afresh,
        "minsize": 1,
        "maxsize": _MOST_SESSIONS,
    }


async def _begin_afresh(pool: AsyncConnectionPool[Any]) -> None:
    """Lets a pool that has given up try again while questions wait: of itself it would at the next question only."""
    if pool.get_stats().get("requests_waiting"):
        await pool.check()


def owning_pool(url: str) -> dict[str, Any]:
    """The same for sessions with all the rights of the login, which `migrate` needs."""
    return {"database": without_password(url), "conninfo": lambda: link_to(url), "timeout": POOL_SECONDS}


async def rows(client: BaseDBAsyncClient, sql: str, parameters: Sequence[Any]) -> list[Row]:
    """The rows of a query written with `?`; `Refused` with status 503 while the server is away."""
    pool = cast(PsycopgClient, client)
    with in_words(str(pool.database)):
        # As tuples: Tortoise's own dictionaries would let two sums without names fall into one.
        _, found = await pool.execute_query(percent_placeholders(sql), list(parameters), row_factory=tuple_row)
        return cast(list[Row], found)
