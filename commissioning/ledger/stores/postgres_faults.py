"""What PostgreSQL and its driver say, as faults for people: each tells whether anything was written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from tortoise.exceptions import BaseORMException, DBConnectionError

from commissioning.ledger.errors import Fault, LedgerDamaged, Refused, Unavailable
from commissioning.ledger.said import said

LOCK_SECONDS = 10
"""How long a writer waits for another one of the same book."""


@contextmanager
def in_words(place: str) -> Iterator[None]:
    """Says the driver's errors in words, of work that was not committed.

    Broken constraints and wrong SQL are the program's mistakes and pass through.
    """
    try:
        yield
    except (psycopg.Error, BaseORMException) as problem:
        told = _told(_cause(problem), place)
        if told is None:
            raise
        raise told from problem
    except UnicodeDecodeError as problem:  # a text whose bytes were damaged
        raise LedgerDamaged(_damaged(problem, place)) from problem


def unknown_outcome(problem: object, place: str) -> Unavailable:
    """What is raised when nobody can say whether a commit held."""
    return Unavailable(
        Fault(
            "unknown-outcome",
            said(
                "The server was lost while it committed (%(problem)s): it is not known whether this was written.",
                problem=_line(problem),
            ),
            where=place,
            mend="Send the same command again under the same command id: it lands once, whichever it was.",
            status=503,
        )
    )


def _cause(problem: Exception) -> Exception:
    """What the driver itself said, where Tortoise put it into an exception of its own."""
    inner = problem.args[0] if isinstance(problem, BaseORMException) and problem.args else None
    return inner if isinstance(inner, psycopg.Error) else problem


def _told(problem: Exception, place: str) -> Refused | None:
    for kinds, refusal, fault in _MEANINGS:
        if isinstance(problem, kinds):
            return refusal(fault(problem, place))
    return None


def _busy(_problem: Exception, place: str) -> Fault:
    return Fault(
        "busy",
        said(
            "Another program has been writing to this book for over %(seconds)s seconds. Nothing was written.",
            seconds=LOCK_SECONDS,
        ),
        where=place,
        mend="Try again when it has finished.",
        status=503,
    )


def _crossed(problem: Exception, place: str) -> Fault:
    return Fault(
        "crossed",
        said(
            "The server gave this up because of what others were doing: %(problem)s. Nothing was written.",
            problem=_line(problem),
        ),
        where=place,
        mend="Send the command again.",
        status=503,
    )


def _standby(_problem: Exception, place: str) -> Fault:
    return Fault(
        "standby",
        "This server only reads: it is a standby of another. Nothing was written.",
        where=place,
        expected="the primary server",
        mend="Wait until it has taken over, or set DATABASE_URL to the primary, and send the command again.",
        status=503,
    )


def _full(_problem: Exception, place: str) -> Fault:
    return Fault(
        "disk-full",
        "The server's disk is full; nothing was written.",
        where=place,
        mend="Make room and send the command again.",
        status=507,
    )


def _not_set_up(problem: Exception, place: str) -> Fault:
    return Fault(
        "database-rights",
        said("The database does not allow this: %(problem)s.", problem=_line(problem)),
        where=place,
        mend="Run “commissioning migrate” with the login that owns the tables.",
        status=500,
    )


def _unfit(problem: Exception, place: str) -> Fault:
    return Fault(
        "unfit",
        said("PostgreSQL cannot hold this: %(problem)s.", problem=_line(problem)),
        where=place,
        mend="Leave it out.",
    )


def _away(problem: Exception, place: str) -> Fault:
    return Fault(
        "database",
        said("The database cannot be used: %(problem)s. Nothing was written.", problem=_line(problem)),
        where=place,
        mend="See that the server runs and is reached at this address, then try again.",
        status=503,
    )


def _damaged(problem: Exception, place: str) -> Fault:
    return Fault(
        "database",
        said("The database cannot be used: %(problem)s. Nothing was written.", problem=_line(problem)),
        where=place,
        mend="Run “commissioning verify”; where the server's files are damaged, restore a copy.",
        status=503,
    )


def _line(problem: object) -> str:
    """What the driver says, without its line breaks and its full stop."""
    return " ".join(str(problem).split()).rstrip(".")


_Kinds = tuple[type[Exception], ...]
_MEANINGS: tuple[tuple[_Kinds, type[Refused], Callable[[Exception, str], Fault]], ...] = (
    ((errors.LockNotAvailable,), Unavailable, _busy),
    ((errors.SerializationFailure, errors.DeadlockDetected, errors.QueryCanceled), Unavailable, _crossed),
    ((errors.ReadOnlySqlTransaction,), Unavailable, _standby),
    ((errors.DiskFull,), Refused, _full),
    ((errors.InsufficientPrivilege, errors.UndefinedTable), Refused, _not_set_up),
    ((psycopg.DataError, errors.ProgramLimitExceeded), Refused, _unfit),
    ((psycopg.OperationalError, DBConnectionError), Unavailable, _away),
    ((psycopg.InternalError,), LedgerDamaged, _damaged),
)
"""The first that fits counts: the later ones take in what is left of a larger kind."""
