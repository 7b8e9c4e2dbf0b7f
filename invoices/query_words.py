"""What the council and a school write to each other about a query: under whose key it is sealed, and how it is read."""

from typing import NamedTuple

from commissioning.ledger.errors import Refused
from commissioning.ledger.vault.vault import Vault
from invoices.invoice import Invoice
from invoices.query import Query, Written

QUERY_WORDS = "query_words"
"""The field under which the words are sealed."""


class Opened(NamedTuple):
    """Words that were written about a query, in clear; None where their key was destroyed."""

    written: Written
    words: str | None


def holder_of(invoice: Invoice, number: int, vault: Vault) -> str:
    """The key under which words about a query are sealed: its one pupil's, else one of the invoice's own."""
    query = next((one for one in invoice.queries if one.number == number), None)
    pupils = {invoice.line(line).pupil for line in query.lines} if query else set()
    only = pupils.pop() if len(pupils) == 1 else None
    return only if only is not None and vault.holds(only) else vault.admit(f"invoice {invoice.key}")


def opened(query: Query, vault: Vault) -> list[Opened]:
    """Everything that was written about a query, in order."""
    return [Opened(one, _words(one, vault)) for one in query.written]


def _words(one: Written, vault: Vault) -> str | None:
    try:
        return vault.open(one.holder, QUERY_WORDS, one.words)
    except Refused:
        return None
