"""Disputes with a school about lines of an invoice: what may be asked, answered, written and settled; pure."""

from datetime import date

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from commissioning.web.words import pounds
from invoices import events as happened
from invoices.commands import AnswerQuery, QueryLines, SettleQuery, WriteQueryWords
from invoices.invoice import Invoice, Query, by_line, must_stand


def decide_query(command: QueryLines, invoice: Invoice, today: date) -> list[Event]:
    """Give the event of a query. Raises `Refused` where a line has not so much left to dispute."""
    must_stand(invoice)
    if not command.amounts:
        raise Refused(Fault("query", "A query is about at least one line.", "lines", "a line and an amount"))
    for line, pence in by_line(command.amounts).items():
        left = invoice.undecided_of(invoice.line(line))
        if not 0 < pence <= left:
            raise Refused(
                Fault(
                    "query-amount",
                    "So much of this line cannot be disputed.",
                    said("line %(line)s", line=line),
                    said("an amount from £0.01 to %(left)s", left=pounds(left))
                    if left > 0
                    else "a line that is not approved yet",
                )
            )
    number = len(invoice.queries) + 1
    return [happened.LinesQueried(effective_on=today, query=number, code=command.code, amounts=command.amounts)]


def decide_answer(command: AnswerQuery, invoice: Invoice, today: date) -> list[Event]:
    """Give the event of a school's answer; none where it said so already."""
    query = _open_query(invoice, command.query)
    if query.answered_on is not None and query.gives_credit == command.gives_credit:
        return []
    return [happened.QueryAnswered(effective_on=today, query=query.number, gives_credit=command.gives_credit)]


def decide_settlement(command: SettleQuery, invoice: Invoice, today: date) -> list[Event]:
    """Give the event that ends a query. Raises `Refused` where more is owed than was disputed."""
    query = _open_query(invoice, command.query)
    owed = by_line(command.owed)
    for line, pence in owed.items():
        if not 0 <= pence <= query.amounts.get(line, 0):
            raise Refused(
                Fault(
                    "settlement",
                    "More is settled than this line had in dispute.",
                    said("line %(line)s", line=line),
                    status=422,
                )
            )
    return [happened.QuerySettled(effective_on=today, query=query.number, owed=command.owed)]


def decide_words(
    command: WriteQueryWords, invoice: Invoice, today: date, sealed: tuple[str, str], *, by_school: bool
) -> list[Event]:
    """Give the event of words about a query that is open; `sealed` are the key they are sealed under, and they."""
    query = _open_query(invoice, command.query)
    holder, words = sealed
    written = happened.QueryWordsWritten(
        effective_on=today, query=query.number, by_school=by_school, holder=holder, words=words
    )
    return [written]


def _open_query(invoice: Invoice, number: int) -> Query:
    must_stand(invoice)
    found = next((query for query in invoice.queries if query.number == number), None)
    if found is None or found.settled_on is not None:
        raise Refused(
            Fault(
                "query-settled",
                said("There is no open query %(number)s.", number=number),
                said("invoice %(invoice)s", invoice=invoice.key[:8]),
                status=409,
            )
        )
    return found
