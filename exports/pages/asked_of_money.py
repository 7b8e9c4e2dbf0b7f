"""Reports of the month's end, of payments and of what waits for somebody, as an address asks them."""

from datetime import timedelta
from fractions import Fraction

from commissioning.charges.pages.asked import Asked, day_of, one_of
from commissioning.finance.closing import month_number
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from exports.month_end.accruals import accruals
from exports.month_end.budget import budget
from exports.month_end.journal import COMMITMENTS, journal, journal_of_commitments
from exports.month_end.posted import posted
from exports.oversight.exceptions import exceptions
from exports.oversight.reviews import reviews
from exports.pages.numbers_asked import number_of
from exports.payments.expected import expected
from exports.payments.pay import BASE_RATE, pay
from exports.publications.by_name import publication
from exports.records.audit_listing import audit_listing
from exports.result import Result


async def budget_answer(question: Asked) -> Result:
    """The budget monitor on the day, by `by`: model, provider or month."""
    by = question.here.first("by") or "model"
    return await budget(question.reader, question.as_at, question.period, question.filters, by, question.day)


async def posted_answer(question: Asked) -> Result:
    """What each close of a month posted."""
    return await posted(question.reader, question.as_at, question.period, question.filters)


async def accruals_answer(question: Asked) -> Result:
    """Accruals and prepayments at `at`, by default at the end of the month before the day."""
    text = question.here.first("at")
    at = day_of("at", text) if text else question.day.replace(day=1) - timedelta(days=1)
    return await accruals(question.reader, question.as_at, at, question.filters)


async def journal_answer(question: Asked) -> Result:
    """The journal of a close, that of `month` or the last of the period; `of=commitments` of the months to come."""
    month = question.here.first("month")
    common = (question.reader, question.as_at, question.period, question.filters)
    if one_of("of", question.here.first("of"), ("", COMMITMENTS)):
        return await journal_of_commitments(*common, question.day)
    return await journal(*common, month_number(month) if month else None)


async def expected_answer(question: Asked) -> Result:
    """Expected invoices of the billing periods in which `at` lies, by default the day."""
    text = question.here.first("at")
    at = day_of("at", text) if text else question.day
    return await expected(question.reader, question.as_at, at, question.filters)


async def pay_answer(question: Asked) -> Result:
    """How fast schools were paid; late interest by `base_rate`, the Bank of England's in per cent."""
    stated = number_of(question, "base_rate")
    rate = BASE_RATE if stated is None else Fraction(stated) / 100
    return await pay(question.reader, question.as_at, question.period, question.filters, rate)


async def publication_answer(question: Asked) -> Result:
    """What is to be published under `name`."""
    ask = publication(question.here.first("name"))
    return await ask(question.reader, question.as_at, question.period, question.filters)


async def listing_answer(question: Asked) -> Result:
    """Every charge with a sample of `sample` lines drawn from `seed`."""
    text, seed = question.here.first("sample") or "25", question.here.first("seed") or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 9):  # noqa: PLR2004 - no sample has so many digits
        raise Refused(
            Fault("sample", said("“%(text)s” is no number of lines.", text=text[:40]), "sample", "a number", status=400)
        )
    common = (question.reader, question.as_at, question.period, question.filters)
    return await audit_listing(*common, int(text), seed)


async def exceptions_answer(question: Asked) -> Result:
    """What needs a person on the day."""
    return await exceptions(question.reader, question.as_at, question.period, question.filters, question.day)


async def reviews_answer(question: Asked) -> Result:
    """The reviews that fall due in the period; only some kinds with `kind`."""
    kinds = [kind.strip() for text in question.here.all("kind") for kind in text.split(",") if kind.strip()]
    return await reviews(question.reader, question.as_at, question.period, question.filters, question.day, kinds)
