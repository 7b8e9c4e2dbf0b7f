"""`/`: the day's work and the year on one page: what needs a person, then what the year costs and what changed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from commissioning.charges import places
from commissioning.charges.movements import MovedByCause, movements, movements_by_cause
from commissioning.charges.pages.asked import Asked, asked, one_of
from commissioning.charges.places import Wanted
from commissioning.charges.queries import Filters
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, Labels, _, ngettext
from commissioning.web.rendering import render
from commissioning.web.words import number, share, short_pounds, whole_pounds
from contracts.words import MODELS
from exports.oversight.exceptions import KINDS, Found, find_exceptions
from exports.pages.asked_of_value import LOOK_BACK
from exports.pages.bridge import detail_rows
from exports.pages.exceptions import groups, of_whom, row_of
from exports.result import Result
from exports.spending.compare import compare

LATEST = 8
FIRST = 10
"""Things of the queue that stand on the page; the list has them all."""
ORDERS = Labels({"oldest": N_("Oldest first"), "dearest": N_("Most money first")})


async def home_page(request: web.Request) -> web.Response:
    """The first page of the service."""
    question = await asked(request)
    order = one_of("queue", question.here.first("queue"), ("", *ORDERS))
    reader, as_at, period = question.reader, question.as_at, question.period
    compared = await compare(reader, as_at, period, Filters())
    found = await find_exceptions(reader, as_at, period, Filters(), question.day)
    everything, found = found, await of_whom(question, found)
    kinds = groups(question, found)
    live = await places.count(reader, as_at.position, question.day, Wanted(on=question.day))
    before = await reader.position_by((question.day - LOOK_BACK).isoformat())
    between = (reader, period, before, as_at.position, Filters())
    latest = await movements(*between, newest=(LATEST, 0))
    context = {
        **question.context(),
        "empty": as_at.position == 0,
        "orders": ORDERS,
        "kinds": kinds,
        "order": order,
        "queue": _queue(question, found, order),
        "count": len(found),
        "whose": question.here.first("whose"),
        "tiles": _tiles(question, compared, live, groups(question, everything)),
        "chart": _chart(question, compared),
        "latest": detail_rows(question, latest),
        "moved": _moved_words(question, await movements_by_cause(*between)),
    }
    return render(request, "exports/home.html", context)


def _queue(question: Asked, found: Sequence[Found], order: str) -> list[dict[str, Any]]:
    """The first few things: of every kind the first, unless the oldest or the dearest are asked for."""
    if order == "oldest":
        first = sorted(found, key=lambda one: one.since)
    elif order == "dearest":
        first = sorted(found, key=lambda one: -(one.money or 0))
    else:
        turns: dict[str, int] = defaultdict(int)
        places = []
        for one in found:
            places.append((turns[one.kind], KINDS.index(one.kind)))
            turns[one.kind] += 1
        first = [one for _turn, one in sorted(zip(places, found, strict=True), key=lambda pair: pair[0])]
    return [row_of(question, one) for one in first[:FIRST]]


def _moved_words(question: Asked, moved: Sequence[MovedByCause]) -> str:
    """The movement of the last month in one sentence."""
    delta, count = sum(one.delta for one in moved), sum(one.events for one in moved)
    told = {"year": question.year, "amount": whole_pounds(abs(delta))}
    if not delta:
        return ngettext(
            "In the last 30 days %(num)s event left the cost of %(year)s as it was.",
            "In the last 30 days %(num)s events left the cost of %(year)s as it was.",
            count,
            **told,
        )
    if delta > 0:
        return ngettext(
            "In the last 30 days %(num)s event raised the cost of %(year)s by %(amount)s.",
            "In the last 30 days %(num)s events raised the cost of %(year)s by %(amount)s.",
            count,
            **told,
        )
    return ngettext(
        "In the last 30 days %(num)s event lowered the cost of %(year)s by %(amount)s.",
        "In the last 30 days %(num)s events lowered the cost of %(year)s by %(amount)s.",
        count,
        **told,
    )


def _tiles(question: Asked, compared: Result, live: int, kinds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    total = compared.total
    counts = {group["kind"]: group["count"] for group in kinds}
    unpriced, ended = counts.get("unpriced", 0), counts.get("agreement_ended", 0)
    void, cost = _pence(total["void"]), _pence(total["cost"])
    return [
        {
            "label": _("Spend in %(year)s", year=question.year),
            "value": short_pounds(cost),
            "note": whole_pounds(cost),
            "href": question.link("spend"),
        },
        {
            "label": _("Live placements"),
            "value": number(live),
            "note": _("%(pupils)s pupils over the year", pupils=number(_pence(total["pupils"]))),
            "href": question.link("placements", state="live"),
        },
        {
            "label": _("Cost per FTE year"),
            "value": whole_pounds(_pence(total["cost_per_fte_year"])) if total["cost_per_fte_year"] else "\N{EN DASH}",
            "note": _("all models together, empty places included"),
            "href": question.link("compare"),
        },
        {
            "label": _("Empty places this year"),
            "value": short_pounds(void),
            "note": _(
                "%(share)s of spend",
                share=share(total["void_share"] if not isinstance(total["void_share"], str) else None),
            ),
            "href": question.link("exceptions", kind="empty_places"),
            "tone": "alarm" if void else None,
        },
        {
            "label": _("Placements without a price"),
            "value": number(unpriced + ended),
            "note": _("days on roll that cannot be priced"),
            "href": question.link("exceptions", kind="unpriced" if unpriced else "agreement_ended"),
            "tone": "alarm" if unpriced + ended else "good",
        },
    ]


def _models(compared: Result) -> list[dict[str, Any]]:
    names = [column.name for column in compared.columns]
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in compared.rows]
    for row in rows:
        row["name"] = MODELS.get(str(row["model"]), str(row["model"]))
    return sorted(rows, key=lambda row: -_pence(row["cost"]))


def _chart(question: Asked, compared: Result) -> ChartSpec | None:
    rows = [row for row in _models(compared) if row["cost"]]
    if not rows:
        return None
    top = rows[0]
    cost = _pence(compared.total["cost"])
    sentence = _(
        "%(cost)s in %(year)s. %(model)s takes the most, %(most)s; %(void)s is paid for empty places.",
        cost=whole_pounds(cost),
        year=question.year,
        model=top["name"],
        most=whole_pounds(_pence(top["cost"])),
        void=whole_pounds(_pence(compared.total["void"])),
    )
    return ChartSpec(
        "stacked_bars",
        _("Spend in %(year)s by commissioning model", year=question.year),
        sentence,
        tuple(str(row["name"]) for row in rows),
        (
            Series(_("Attendance"), tuple(_pence(row["attendance"]) for row in rows)),
            Series(_("Notice after leaving"), tuple(_pence(row["notice"]) for row in rows)),
            Series(_("Empty places"), tuple(_pence(row["void"]) for row in rows)),
        ),
    )


def _pence(value: object) -> int:
    return value if isinstance(value, int) else 0
