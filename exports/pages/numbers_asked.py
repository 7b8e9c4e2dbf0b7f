"""Numbers, and a yes or no, that reports are asked with in their addresses."""

import re
from decimal import Decimal

from commissioning.charges.pages.asked import Asked, one_of
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.web.words import number

MOST = 1_000


def number_of(question: Asked, name: str, most: int = MOST) -> Decimal | None:
    """A number of the address from 0 to a most, None where it is blank; `Refused` otherwise."""
    text = question.here.first(name).strip()
    if not text:
        return None
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4})?", text, re.ASCII) or Decimal(text) > most:
        raise Refused(
            Fault(
                name,
                said("“%(text)s” is no number here.", text=text[:40]),
                name,
                said("a number from 0 to %(most)s", most=number(most)),
                status=400,
            )
        )
    return Decimal(text)


def yes_no(question: Asked, name: str) -> bool:
    """A yes or no of the address; no where it is not there."""
    return one_of(name, question.here.first(name), ("", "yes", "no", "true", "false")) in ("yes", "true")
