"""The pages of finance: the budget monitor and its budgets, the closing of months, and the monthly pack."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked, asked, one_of
from commissioning.charges.pages.showing import select
from commissioning.charges.periods import month_days, month_name
from commissioning.charges.words import value_in_words
from commissioning.finance.commands import CloseMonth, SetBudget
from commissioning.finance.queries import closed_months
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.work import Command
from commissioning.web.language import _
from commissioning.web.ledger_keys import WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import month
from contracts.words import MODELS
from exports.month_end.budget import HEADINGS, KEYS
from exports.monthly_pack import REPORT, TITLE, Pack, monthly_pack, readers_of
from exports.pages.asked_of_money import budget_answer, posted_answer
from exports.pages.files import hand_out
from exports.pages.reports import file_or_none
from exports.pages.years import year_options
from exports.publishing.by_report import variant_asked
from exports.publishing.together import published_together
from exports.result import Result

MOST_POUNDS = 10_000_000_000
NOTHING_TYPED: Mapping[str, str] = dict.fromkeys(("financial_year", "model", "amount", "command_id"), "")
"""The form of a budget as it begins."""


async def budget_page(request: web.Request) -> web.Response:
    """`/budget`: the monitor as chart, table and files, with the form that sets a budget."""
    return await _budget_page(request)


async def _budget_page(
    request: web.Request, faults: Sequence[Fault] = (), typed: Mapping[str, str] = NOTHING_TYPED
) -> web.Response:
    """The page with what was typed into its form, and what is wrong with it."""
    question = await asked(request)
    result = await budget_answer(question)
    if file := await file_or_none(request, question, result):
        return file
    by = result.options["by"]
    context = {
        **question.context(),
        "result": result,
        "by": by,
        "rows": _rows(result),
        "total": {"key": _("Total"), **result.total},
        "heading": HEADINGS[by],
        "filters": [
            await year_options(question),
            {**select("by", _("Rows by"), {key: HEADINGS[key] for key in KEYS}), "blank": HEADINGS["model"]},
        ],
        "models": list(MODELS.items()),
        "command_id": typed["command_id"] or secrets.token_hex(16),
        "faults": faults,
        "typed": typed,
    }
    return render(request, "exports/budget.html", context, status=faults[0].status if faults else 200)


def _rows(result: Result) -> list[dict[str, Any]]:
    names = [column.name for column in result.columns]
    key = names[0]
    found = []
    for row in result.rows:
        told: dict[str, Any] = dict(zip(names, row, strict=True))
        value = str(told[key])
        told["key"] = month(value) if key == "month" else value_in_words(key, value)
        found.append(told)
    return found


async def set_budget(request: web.Request) -> web.Response:
    """Sets the budget that the form states, and shows the monitor again, with what was typed where it is refused."""
    sent = Sent.of(await request.post())
    try:
        command = SetBudget(
            financial_year=sent.text("financial_year"),
            model=one_of("model", sent.text("model"), MODELS),
            amount=sent.pence("amount"),
        )
        await _execute(request, command, sent)
    except Refused as refusal:
        faults = [replace(one, where="financial_year") if one.code == "year" else one for one in refusal.faults]
        return await _budget_page(request, faults, {**NOTHING_TYPED, **sent.fields})
    raise web.HTTPSeeOther(f"/budget?year={command.financial_year}")


async def closing_page(request: web.Request) -> web.Response:
    """`/closing`: what each close posted beside what is known now, and the form that closes the next month."""
    question = await asked(request)
    result = await posted_answer(question)
    if file := await file_or_none(request, question, result):
        return file
    names = [column.name for column in result.columns]
    rows = [dict(zip(names, row, strict=True)) for row in result.rows]
    due = await _due(question)
    context = {
        **question.context(),
        "result": result,
        "rows": [
            {**row, "month": month(str(row["month"])), "closed_on": date.fromisoformat(str(row["closed_on"]))}
            for row in rows
        ],
        "total": {"month": _("Total"), **result.total},
        "filters": [await year_options(question)],
        "due": due,
        "due_words": month(due) if due else None,
        "command_id": secrets.token_hex(16),
    }
    return render(request, "exports/closing.html", context)


async def close_month(request: web.Request) -> web.Response:
    """Closes the month that the form names, and shows what that posted."""
    sent = Sent.of(await request.post())
    await _execute(request, CloseMonth(month=sent.text("month")), sent)
    raise web.HTTPSeeOther("/closing")


async def pack_file(request: web.Request) -> web.Response:
    """`/pack.xlsx` for finance and `/pack.pdf` for members, without single children; either to publish by `variant`."""
    question, form = await asked(request), request.match_info["form"]
    variant = variant_asked(question.here.first("variant"), REPORT)
    pack = Pack(question.reader, question.as_at, question.period, question.day)
    results = await monthly_pack(pack, lambda *_: None, readers_of(form, variant))
    if variant == "publish":
        results = await published_together(question.reader, results)
    return await hand_out(request, results, form, title=_(TITLE), report=REPORT, variant=variant)


async def _due(question: Asked) -> str | None:
    """The month to close next: after the last one closed, else the first of the year; None while it is not over."""
    closed = await closed_months(question.reader, question.as_at.position)
    year_so_far = question.period.months()
    due = year_so_far[0]
    if closed:
        last = closed[-1].month
        due = last + 1 if last % 100 < 12 else last + 89  # noqa: PLR2004 - December is followed by January
    return month_name(due) if month_days(due)[1] < question.day and question.as_at.latest else None


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a form."""

    fields: dict[str, str]

    @classmethod
    def of(cls, posted: Any) -> "Sent":
        """The text fields of a form that was sent."""
        return cls({name: value.strip() for name, value in posted.items() if isinstance(value, str)})

    def text(self, name: str) -> str:
        """A field that must be filled."""
        if not (value := self.fields.get(name, "")):
            raise Refused(Fault("blank", "This is needed.", name, "a value", status=400))
        return value

    def pence(self, name: str) -> int:
        """An amount in pounds, with or without a pound sign and commas, as pence."""
        text = self.text(name)
        try:
            amount = Decimal(text.replace("£", "").replace(",", ""))
            whole = amount * 100
            sound = amount.is_finite() and abs(amount) <= MOST_POUNDS and whole == whole.to_integral_value()
        except InvalidOperation:
            sound = False
        if not sound:
            expected = said("pounds with at most two decimals, such as 350,000")
            raise Refused(
                Fault("amount", said("“%(text)s” is not an amount.", text=text[:40]), name, expected, status=400)
            )
        return int(whole)


async def _execute(request: web.Request, command: Command, sent: Sent) -> None:
    account = request[ACTOR].account
    await request.app[WRITER].execute(command, command_id=sent.text("command_id"), account=account)
