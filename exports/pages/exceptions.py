"""`/exceptions`: everything that needs a person today, kind by kind, with what mends it."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked, asked
from commissioning.web.rendering import render
from commissioning.web.words import number, whole_pounds
from exports.exceptions import ENDING_WITHIN_DAYS, KINDS, Found, find_exceptions
from exports.pages.reports import exceptions_answer, file_or_none

TITLES = {
    "unpriced": "Days on roll without a price",
    "agreement_ended": "Live under an agreement that has ended",
    "never_signed": "Started and never signed",
    "agreement_ending": f"Agreements that end within {ENDING_WITHIN_DAYS} days",
    "empty_places": "Empty places paid for",
    "review_overdue": "Reviews that are overdue",
    "inspection": "Schools with our pupils whose inspection fell short",
    "document_run_out": "Documents of schools that have run out",
    "action_overdue": "Actions after a visit that are late",
}
NOTHING = {
    "unpriced": "Every day on roll in the year has a price.",
    "agreement_ended": "Every live placement stands under an agreement in force.",
    "never_signed": "A signature is recorded for every placement that has started.",
    "agreement_ending": f"No agreement ends within {ENDING_WITHIN_DAYS} days.",
    "empty_places": "No empty place has been paid for in the months gone.",
    "review_overdue": "No review is overdue.",
    "inspection": "No school with our pupils has an inspection outcome below the mark.",
    "document_run_out": "No document of a school with our pupils has run out.",
    "action_overdue": "No action after a visit is late.",
}
MONEY = {
    "never_signed": "Cost this year",
    "agreement_ending": "Cost this year",
    "empty_places": "Lost so far",
    "review_overdue": "Cost this year",
    "inspection": "Live places this year",
}
AGREEMENT_KINDS = ("agreement_ending", "empty_places")
SCHOOL_KINDS = ("inspection", "document_run_out", "action_overdue")


async def exceptions_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the list as a file."""
    question = await asked(request)
    if question.here.first("format") and (
        file := await file_or_none(request, question, await exceptions_answer(question))
    ):
        return file
    found = await find_exceptions(question.reader, question.as_at, question.period, question.filters, question.day)
    context = {
        **question.context(),
        "groups": groups(question, found),
        "count": len(found),
    }
    return render(request, "exports/exceptions.html", context)


def groups(question: Asked, found: Sequence[Found]) -> list[dict[str, Any]]:
    """The kinds in their order, with their rows, count and money."""
    return [_group(question, kind, [one for one in found if one.kind == kind]) for kind in KINDS]


def _group(question: Asked, kind: str, found: Sequence[Found]) -> dict[str, Any]:
    page = _page_of(kind)
    known = [one.money for one in found if one.money is not None]
    return {
        "kind": kind,
        "title": TITLES[kind],
        "nothing": NOTHING[kind],
        "count": len(found),
        "money": sum(known) if known else None,
        "money_heading": MONEY.get(kind),
        "cure": found[0].cure if found else "",
        "rows": [
            {
                "reference": {"text": one.reference, "href": question.link(page, one.reference)},
                "what": one.what,
                "since": one.since,
                "money": one.money,
                "cure": one.cure,
            }
            for one in found
        ],
        "words": _words(kind, found),
        "next": {"text": "See\N{NO-BREAK SPACE}them", "href": question.link("exceptions") + f"#{kind}"},
    }


def _page_of(kind: str) -> str:
    """The pages of what a kind is about."""
    if kind in SCHOOL_KINDS:
        return "schools"
    return "agreements" if kind in AGREEMENT_KINDS else "placements"


def _words(kind: str, found: Sequence[Found]) -> str:
    """Count and money of a kind in a phrase for the home page."""
    money = sum(one.money or 0 for one in found)
    count = number(len(found))
    things = _page_of(kind).removesuffix("s") + ("" if len({one.reference for one in found}) == 1 else "s")
    match kind:
        case "empty_places":
            return f"{whole_pounds(money)} lost so far at {count} {things}"
        case "inspection":
            return f"{count} {things}, {whole_pounds(money)} of live places this year"
        case "document_run_out" | "action_overdue":
            return f"{count} at {number(len({one.reference for one in found}))} {things}"
        case "never_signed" | "agreement_ending" | "review_overdue":
            return f"{count} {things}, {whole_pounds(money)} this year"
        case _:
            return f"{count} {things}, money not known until a price holds"
