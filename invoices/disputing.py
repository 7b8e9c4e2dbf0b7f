"""Disputes with a school about lines of an invoice: what may be asked, answered, written and settled; pure."""

from collections.abc import Mapping
from datetime import date

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from commissioning.web.words import pounds
from invoices import events as happened
from invoices.amounts import by_line
from invoices.commands import AnswerQuery, QueryLines, SettleQuery, WriteQueryWords
from invoices.invoice import Invoice
from invoices.query import Query
from invoices.refusals import must_stand


def decide_query(command: QueryLines, invoice: Invoice, today: date) -> list[Event]:
    """Give the event of a query. Raises `Refused` where a line, or its VAT, has not so much left to dispute."""
    must_stand(invoice)
    amounts, vat = by_line(command.amounts), by_line(command.vat)
    if not amounts and not vat:
        raise Refused(Fault("query", "A query is about at least one line.", "lines", "a line and an amount"))
    for line, pence in amounts.items():
        left = invoice.undecided_of(invoice.line(line))
        if not 0 < pence <= left:
            raise Refused(_too_much(line, left, "So much of this line cannot be disputed."))
    for line, pence in vat.items():
        left = invoice.undecided_vat_of(invoice.line(line))
        if not 0 < pence <= left:
            raise Refused(_too_much(line, left, "So much of this line's VAT cannot be disputed."))
    number = len(invoice.queries) + 1
    return [
        happened.LinesQueried(
            effective_on=today, query=number, code=command.code, amounts=command.amounts, vat=command.vat
        )
    ]


def decide_answer(command: AnswerQuery, invoice: Invoice, today: date) -> list[Event]:
    """Give the event of a school's answer; none where it said so already."""
    query = _open_query(invoice, command.query)
    if query.answered_on is not None and query.gives_credit == command.gives_credit:
        return []
    return [happened.QueryAnswered(effective_on=today, query=query.number, gives_credit=command.gives_credit)]


def decide_settlement(command: SettleQuery, invoice: Invoice, today: date) -> list[Event]:
    """Give the event that ends a query. Raises `Refused` where more is owed than was disputed."""
    query = _open_query(invoice, command.query)
    for owed, disputed in ((command.owed, query.amounts), (command.owed_vat, query.vat)):
        if (line := _above(by_line(owed), disputed)) is not None:
            raise Refused(
                Fault(
                    "settlement",
                    "More is settled than this line had in dispute.",
                    said("line %(line)s", line=line),
                    status=422,
                )
            )
    return [happened.QuerySettled(effective_on=today, query=query.number, owed=command.owed, owed_vat=command.owed_vat)]


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


def _too_much(line: int, left: int, message: str) -> Fault:
    """The fault of disputing more of a line than is left of it."""
    return Fault(
        "query-amount",
        message,
        said("line %(line)s", line=line),
        said("an amount from £0.01 to %(left)s", left=pounds(left)) if left > 0 else "a line that is not approved yet",
    )


def _above(owed: Mapping[int, int], disputed: Mapping[int, int]) -> int | None:
    """The first line of which more, or less than nothing, is owed than was disputed; None where there is none."""
    return next((line for line, pence in owed.items() if not 0 <= pence <= disputed.get(line, 0)), None)


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
