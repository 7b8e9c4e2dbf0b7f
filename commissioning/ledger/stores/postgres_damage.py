"""What can be seen of damaged files from within a PostgreSQL server."""

from collections.abc import Iterator

import psycopg

from commissioning.ledger.stores.postgres_session import Session

MOST_FOUND = 10
_CHECKSUMS = "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"
_AMCHECK = (
    "SELECT COALESCE(bool_and(has_function_privilege(oid, 'EXECUTE')), false) FROM pg_proc "
    "WHERE proname = 'verify_heapam' OR oid = to_regprocedure('bt_index_check(regclass, boolean)')"
)
_FILES = """
    SELECT f.relname, f.relkind FROM pg_class f
    LEFT JOIN pg_index i ON i.indexrelid = f.oid
    JOIN pg_class t ON t.oid = COALESCE(i.indrelid, f.oid)
    LEFT JOIN pg_inherits h ON h.inhrelid = t.oid
    LEFT JOIN pg_class d ON d.oid = h.inhparent
    WHERE f.relkind IN ('r', 'i') AND t.relnamespace = current_schema()::regnamespace
    AND (t.relname = 'ledger_book' OR d.relname IN (SELECT name FROM ledger_divided)) ORDER BY f.relname
"""
_GUARDS = (
    *("ledger_event_is_never_updated", "ledger_event_is_never_deleted", "ledger_event_follows"),
    *("ledger_command_is_never_updated", "ledger_command_is_never_deleted"),
    *("ledger_book_opens", "ledger_book_only_grows", "ledger_book_is_never_deleted", "ledger_book_is_never_emptied"),
)
"""The triggers of the first migration that keep the log from being changed; partitions have copies of some."""
_TRIGGERS = """
    SELECT tgname, bool_and(tgenabled IN ('O', 'A')) FROM pg_trigger
    JOIN pg_class c ON c.oid = tgrelid
    WHERE c.relnamespace = current_schema()::regnamespace GROUP BY tgname
"""
_LOOK_THROUGH = {
    "r": "SELECT format('page %%s, row %%s: %%s', blkno, offnum, msg) FROM verify_heapam(%s::regclass)",
    "i": "SELECT NULL WHERE bt_index_check(%s::regclass, true) IS NULL",
}


def damage_seen(session: Session) -> list[str]:
    """What is wrong with the guards and the files of the ledger's tables, at most `MOST_FOUND` things.

    A trigger that keeps the log from being changed may be missing or switched off. Of the files two things can be
    seen. Where the cluster was made with checksums, the server counts the pages it read that did not match theirs,
    and the count is told here; a page that nobody has read since is not in it. Where the extension amcheck is
    installed (`migrate` does that if its login may), every table and index of the ledger is looked through: pages
    that cannot be read, rows that break the rules of a page, indexes that are out of order or lack a row. Where there
    is neither, nothing can be seen, and what remains are the ledger's own chain and fold.
    """
    found = list(_guards_amiss(session))
    ((failures,),) = session.execute(_CHECKSUMS)
    if failures:
        found.append(f"{failures} pages of this database did not match their checksums when they were read.")
    ((may_look,),) = session.execute(_AMCHECK)
    if may_look:
        for name, kind in session.execute(_FILES).fetchall():
            found += [f"{name}: {words}" for words in _look_through(session, name, kind)]
            if len(found) >= MOST_FOUND:
                break
    return found[:MOST_FOUND]


def _guards_amiss(session: Session) -> Iterator[str]:
    works: dict[str, bool] = dict(session.execute(_TRIGGERS).fetchall())
    for name in _GUARDS:
        if not works.get(name):
            yield f"The trigger {name}, which guards the ledger, is {'off' if name in works else 'missing'}."


def _look_through(session: Session, name: str, kind: str) -> Iterator[str]:
    try:
        for (words,) in session.execute(_LOOK_THROUGH[kind], (name,)).fetchall():
            yield words
    except psycopg.OperationalError:
        raise
    except psycopg.Error as problem:
        yield str(problem).splitlines()[0]
