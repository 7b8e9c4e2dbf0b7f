"""The lines of a witness: heads of the book and the keys that sign them.

    POSITION HASH INSTANT KEY SIGNATURE         a head: what stood at the position, seen at the instant
    POSITION key:PUBLIC INSTANT KEY SIGNATURE   a new key, in force from here on, vouched for by the one before it
    POSITION HASH                               a head from before heads were signed

The first key vouches for itself: whether it is the council's is told by comparing it with one that was printed
elsewhere. KEY is the public key in full, so that a head that stands alone, as on a report, can be checked alone.
"""

import re
from dataclasses import dataclass

from commissioning.ledger.witness.signing import SigningKey, head_message, holds, key_message

_LINE = re.compile(
    r"([0-9]{1,18}) (key:)?([0-9a-f]{64})"
    r"(?: ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z) ([0-9a-f]{64}) ([0-9a-f]{128}))?"
)
LONGEST_LINE = 320
"""More bytes than any line has, its end included."""


@dataclass(frozen=True, slots=True)
class WitnessedHead:
    """A position of the book and the hash that stood there when it was committed; unsigned ones are the oldest."""

    position: int
    hash: str
    witnessed_at: str = ""
    key: str = ""
    signature: str = ""

    @classmethod
    def signed(cls, key: SigningKey, book: str, position: int, digest: str, instant: str) -> "WitnessedHead":
        """A head with its signature."""
        signature = key.sign(head_message(book, position, digest, instant))
        return cls(position, digest, instant, key.public, signature)

    def line(self) -> str:
        """The head as one line, as the witness file and reports have it."""
        return " ".join(filter(None, (str(self.position), self.hash, self.witnessed_at, self.key, self.signature)))

    def holds(self, book: str) -> bool:
        """Whether the signature was made for this head of this book with the head's own key."""
        return holds(self.key, self.signature, head_message(book, self.position, self.hash, self.witnessed_at))


@dataclass(frozen=True, slots=True)
class IntroducedKey:
    """A public key that signs the heads beyond a position, and the signature of the key that vouches for it."""

    position: int
    public: str
    introduced_at: str
    key: str
    signature: str

    @classmethod
    def signed(cls, key: SigningKey, book: str, position: int, public: str, instant: str) -> "IntroducedKey":
        """An introduction with its signature."""
        signature = key.sign(key_message(book, position, public, instant))
        return cls(position, public, instant, key.public, signature)

    def line(self) -> str:
        """The introduction as one line of the witness file."""
        return f"{self.position} key:{self.public} {self.introduced_at} {self.key} {self.signature}"

    def holds(self, book: str) -> bool:
        """Whether the signature was made for this introduction with the key that vouches."""
        return holds(self.key, self.signature, key_message(book, self.position, self.public, self.introduced_at))


Line = WitnessedHead | IntroducedKey


def parse(line: str) -> Line | None:
    """What a line says; None where it is no line of a witness."""
    found = _LINE.fullmatch(line)
    if found is None or (found[2] and not found[4]):
        return None
    kind = IntroducedKey if found[2] else WitnessedHead
    return kind(int(found[1]), found[3], found[4] or "", found[5] or "", found[6] or "")
