"""Why deeds wait for a second person, and what they are about, known again where they stand recorded.

The ledger records the English sentence. By its message its figures are taken out of it again, so that it can be said in
the language of whoever reads it, whenever it was recorded. A sentence of no message is left as it stands.
"""

import re
from collections.abc import Sequence

from commissioning.ledger.said import Said, said

REASONS: Sequence[Said] = (
    said("Placement %(ref)s comes to %(value)s a year, more than the limit of %(limit)s"),
    said("Agreement %(ref)s comes to %(value)s a year, more than the limit of %(limit)s"),
    said("School %(urn)s would be paid to an account that ends in %(ending)s"),
    said("placement %(ref)s"),
    said("agreement %(ref)s"),
    said("school %(urn)s"),
)
"""The messages that rules make their sentences of. One that was recorded once stays here when a rule says it anew."""
_PLACE = re.compile(r"%\\\((\w+)\\\)s")
_SHAPES = [(one.message, re.compile(_PLACE.sub(r"(?P<\1>.+)", re.escape(one.message)), re.DOTALL)) for one in REASONS]


def said_again(recorded: str) -> str:
    """A recorded sentence with its message and figures, as it can be said in another language."""
    for message, shape in _SHAPES:
        if found := shape.fullmatch(recorded):
            return Said(message, found.groupdict())
    return recorded
