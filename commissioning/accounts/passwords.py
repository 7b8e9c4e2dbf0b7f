"""Passwords: which are good enough, and how they are kept and checked. Nothing is asked of anybody outside.

Hashes are argon2id with the parameters that OWASP gives for it; each takes tens of milliseconds and 19 MiB, so that
callers who serve many run them in a thread. Strength is zxcvbn's: it knows the common passwords, names and patterns.
"""

from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said

SHORTEST, LONGEST = 12, 128
_STRONG_ENOUGH = 3
"""Of zxcvbn's 0 to 4: safe against an attack on stolen hashes that are slow to try."""
_LOOKED_AT = 72
"""Characters that zxcvbn looks at, because it takes longer and longer for long ones."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _hasher.hash("nobody has this password")
"""Checked where there is no account, so that the time an answer takes does not tell who has one."""


def must_be_good(password: str, known_words: Sequence[str]) -> None:
    """`Refused`, saying why, where a password is too short, too long or too easily guessed.

    `known_words` are what an attacker would try first: the person's own address and the council's name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise _weak(
            said("The password has %(length)s characters.", length=len(password)),
            said("%(least)s to %(most)s characters", least=SHORTEST, most=LONGEST),
        )
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=list(known_words))
    if found["score"] < _STRONG_ENOUGH:
        why = found["feedback"]["warning"] or "It would be guessed too soon"
        raise _weak(
            said("This password is too weak. %(why)s.", why=why.rstrip(".")), "a password that is hard to guess"
        )


def hashed(password: str) -> str:
    """The hash under which a password is kept."""
    return _hasher.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one that was hashed; where there is no hash it takes as long to say no."""
    try:
        return _hasher.verify(password_hash or _NOBODYS, password[: LONGEST + 1]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def _weak(message: str, expected: str) -> Refused:
    return Refused(
        Fault("password", message, "password", expected, "Three or four words that have nothing to do with each other.")
    )
