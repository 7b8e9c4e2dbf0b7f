"""A session on a PostgreSQL server as the ledger needs it: its settings, its role and its types.

What durability rests on is set where a session may set it, and read back. The login becomes the application's role,
which may add to the log and read it and nothing else, so that a mistake of the program cannot change an event.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.numeric import Int8Dumper

from commissioning.ledger.errors import Fault, LedgerDamaged, Refused
from commissioning.ledger.said import said
from commissioning.ledger.store import Row
from commissioning.ledger.stores.addresses import without_password
from commissioning.ledger.stores.postgres_faults import LOCK_SECONDS, in_words

OLDEST_POSTGRES = 15
APPLICATION_ROLE = "commissioning_application"
_LINK: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "application_name": "commissioning",
}
"""How the link to the server is kept, unless the address says otherwise: a dead one is noticed in half a minute."""

_SETTINGS = {
    "lock_timeout": f"{LOCK_SECONDS}s",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "default_transaction_read_only": "off",
    # All that a writer asks is answered by an index. Of a table that was empty a moment ago, as in a first import, the
    # server knows too little to see it, and would read the whole of it for every row.
    "enable_seqscan": "off",
    "jit": "off",
    # A program whose machine is gone gives its lock back as soon as the server notices.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_SET = (
    "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS s (name, value) UNION ALL "
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') <> 'remote_apply'"
)
_WANTED = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
    "server_encoding": ("UTF8",),
}
_READ_BACK = (
    "SELECT current_setting('server_version_num')::integer / 10000, "
    "EXISTS (SELECT FROM pg_roles WHERE rolname = %s AND pg_has_role(session_user, oid, 'MEMBER'))"
    + "".join(f", current_setting('{name}')" for name in _WANTED)
)
_STATEMENTS_PREPARED = 512

Session = psycopg.Connection[Row]


class WholeNumberLoader(Loader):
    """Reads what SUM makes of whole numbers, which the ledger's all are, as whole numbers again."""

    def load(self, data: Buffer) -> int:
        """The number; ValueError where it has a fraction."""
        return int(bytes(data))


def adapt(context: AdaptContext) -> None:
    """Sets the types of a connection: one for all whole numbers, so that a statement is prepared once."""
    context.adapters.register_dumper(int, Int8Dumper)
    context.adapters.register_loader("numeric", WholeNumberLoader)


def link_to(url: str) -> str:
    """What the driver needs to connect: the address, with what it leaves open filled in."""
    return make_conninfo(**{**_LINK, **conninfo_to_dict(url), "client_encoding": "UTF8"})


def connect(url: str, *, as_owner: bool = False) -> Session:
    """A session of the application; `Refused` when the server cannot be reached or must not be trusted.

    `as_owner` keeps the login's own rights, which only `migrate` has a use for.
    """
    place = without_password(url)
    with in_words(place):
        session: Session = psycopg.connect(link_to(url), autocommit=True)
        try:
            session.prepared_max = _STATEMENTS_PREPARED
            adapt(session)
            session.execute(_SET, (list(_SETTINGS), list(_SETTINGS.values())))
            ((version, may_act, *settings),) = session.execute(_READ_BACK, (APPLICATION_ROLE,)).fetchall()
            _check(place, version, settings)
            if not as_owner:
                _let_in(place, session.info.user, may_act)
                session.execute(f"SET ROLE {APPLICATION_ROLE}")
        except BaseException:
            session.close()
            raise
    return session


def holds_a_ledger(url: str) -> bool:
    """Whether the kernel's tables are there, made by whatever version."""
    with closing(connect(url, as_owner=True)) as session:
        ((table,),) = session.execute("SELECT to_regclass('ledger_book')")
        return table is not None


@contextmanager
def migrating_alone(url: str) -> Iterator[None]:
    """Keeps other programs from migrating the database meanwhile."""
    with closing(connect(url, as_owner=True)) as session:
        session.execute("SET lock_timeout = 0")
        session.execute("SELECT pg_advisory_lock(hashtext('commissioning migrate'))")
        yield


async def prepare_reading(session: psycopg.AsyncConnection[Any]) -> None:
    """Makes a session of a pool one of the application that can do nothing but read."""
    adapt(session)
    # Compiling a question takes longer than answering any that the pages ask.
    await session.execute(
        "SELECT set_config('default_transaction_read_only', 'on', false), set_config('jit', 'off', false)"
    )
    await session.execute(f"SET ROLE {APPLICATION_ROLE}")


def _check(place: str, version: int, settings: Sequence[str]) -> None:
    if version < OLDEST_POSTGRES:
        raise Refused(
            Fault(
                "postgres-version",
                said("PostgreSQL %(version)s is too old for the ledger.", version=version),
                where=place,
                expected=said("PostgreSQL %(version)s or newer", version=OLDEST_POSTGRES),
                mend="Move the database to a newer server.",
                status=500,
            )
        )
    for (name, wanted), found in zip(_WANTED.items(), settings, strict=True):
        if found not in wanted:
            raise LedgerDamaged(
                Fault(
                    "postgres-setting",
                    said("The server has %(name)s set to %(found)s.", name=name, found=found),
                    where=place,
                    expected=said("one of %(settings)s", settings=", ".join(wanted)),
                    mend="Mend the server's settings; nothing is read or written until then.",
                    status=500,
                )
            )


def _let_in(place: str, login: str, may_act: bool) -> None:
    if may_act:
        return
    raise Refused(
        Fault(
            "postgres-role",
            said(
                "The login %(login)s may not act as the role %(role)s.",
                login=login,
                role=APPLICATION_ROLE,
            ),
            where=place,
            mend=said(
                "Run “commissioning migrate” if the database is new; an administrator lets another login "
                'than the owner in by: GRANT %(role)s TO "%(login)s";',
                role=APPLICATION_ROLE,
                login=login,
            ),
            status=500,
        )
    )
