"""Questions to the database that a command asks under the book's lock and a page asks beside it, written once.

A question is a generator: it yields queries, is sent their rows and returns its answer; who drives it reads either
the command's own transaction or, asynchronously, what was committed.
"""

from collections.abc import Generator, Sequence
from typing import Any, TypeVar

from commissioning.ledger.reading import Reader
from commissioning.ledger.store import Row
from commissioning.ledger.work import UnitOfWork

Answer = TypeVar("Answer")
Query = tuple[str, Sequence[Any]]
"""SQL whose first parameter is the book's number, and the parameters after it."""
Question = Generator[Query, list[Row], Answer]


def answered_in(work: UnitOfWork, question: Question[Answer]) -> Answer:
    """The answer as a command sees it, what it has written itself included."""
    try:
        sql, parameters = next(question)
        while True:
            sql, parameters = question.send(work.tables.query(sql, (work.tables.book, *parameters)))
    except StopIteration as answer:
        return answer.value  # type: ignore[no-any-return]  # a generator's return value is untyped


async def answered_by(reader: Reader, question: Question[Answer]) -> Answer:
    """The answer as pages and reports see it."""
    book = await reader.number()
    try:
        sql, parameters = next(question)
        while True:
            sql, parameters = question.send(await reader.query(sql, (book, *parameters)))
    except StopIteration as answer:
        return answer.value  # type: ignore[no-any-return]  # a generator's return value is untyped
