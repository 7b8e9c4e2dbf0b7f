"""What is known of a deed that takes two people: the words that its events, commands and pages share."""

from datetime import timedelta
from typing import Literal, NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

Kind = Literal["award", "bank_details"]
"""Why a deed takes two people: it awards more than the council's limit, or says where a school is paid."""

Outcome = Literal["waits", "agreed", "declined", "withdrawn"]
"""What became of a proposal. One that waited until its last instant has ended without an event."""

WhyDeclined = Literal["price", "facts", "need", "later"]
"""Why a second person said no, chosen and not written, because words about a placement could name a child."""

GOOD_FOR = timedelta(days=14)
"""For how long a proposal waits."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class ProposedCommand:
    """A command as it was asked: its name, and its body as JSON, in which what names anybody is ciphertext."""

    name: str
    body: str


class TakesASecond(NamedTuple):
    """What a rule found in a deed: why it takes two people, what it is about, and both in one sentence.

    What it is about and the sentence are said, by messages that `reasons` knows again when they stand recorded.
    """

    kind: Kind
    about: str
    what: str
