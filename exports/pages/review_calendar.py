"""`/reviews/calendar`: the reviews of a month day by day; and each person's own as a feed under a secret address."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web
from babel.dates import get_day_names

from commissioning.accounts.commands import OpenCalendar
from commissioning.accounts.pages.cookies import SIGN_IN_SETTINGS
from commissioning.accounts.queries import calendar_token_of, tokens_of
from commissioning.accounts.tables import hash_of, new_secret
from commissioning.charges.pages.asked import COUNCIL, NAMES, TODAY, Asked, asked, asked_at
from commissioning.charges.pages.showing import review_tag
from commissioning.charges.periods import Period, month_days
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.time import LONDON, instant_from_text, instant_to_text
from commissioning.placements.policy import may_see_placements
from commissioning.placements.words import REVIEW_KINDS
from commissioning.web.address import Address
from commissioning.web.language import language
from commissioning.web.ledger_keys import CLOCK, READER, VAULT, WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from exports.oversight.review_calendar import day_of, review_calendar
from exports.oversight.reviews import PlacementReview, find_reviews

_FEED_NAME = "Calendar of reviews"
_GOOD_FOR = timedelta(days=365)
_LOOK_BACK, _LOOK_AHEAD = timedelta(days=365), timedelta(days=400)


async def review_calendar_page(request: web.Request) -> web.Response:
    """The month that the address names, or this one."""
    return await _page(request)


async def open_feed(request: web.Request) -> web.Response:
    """Makes the reader's own secret address, in place of an earlier one, and shows it this once."""
    account, secret = request[ACTOR].account, new_secret()
    today = request.config_dict[TODAY]()
    command = OpenCalendar(
        account=account,
        token=secrets.token_hex(8),
        token_hash=hash_of(secret),
        until=instant_to_text(datetime.combine(today + _GOOD_FOR, time.max, LONDON)),
        sealed_name=request.app[VAULT].seal(account, "token", _FEED_NAME),
    )
    await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=account)
    base = request.app[SIGN_IN_SETTINGS].address or str(request.url.origin())
    return await _page(request, feed=f"{base}/calendar/{secret}.ics")


async def feed(request: web.Request) -> web.Response:
    """`/calendar/SECRET.ics`: the reviews of the placements for which the owner of the address is responsible."""
    reader, now = request.app[READER], instant_to_text(request.app[CLOCK]())
    token = await calendar_token_of(reader, hash_of(request.match_info["secret"]))
    if token is None or token.until <= now or not may_see_placements(token.account.actor):
        raise Refused(
            Fault(
                "calendar",
                "This address opens no calendar: it is unknown, was revoked, or has ended.",
                mend="Make another on the page of the calendar of reviews.",
                status=404,
            )
        )
    names = await request.config_dict[NAMES].known()
    question = await asked_at(reader, Address("/reviews/calendar"), request.config_dict[TODAY](), names)
    period = Period(question.day - _LOOK_BACK, question.day + _LOOK_AHEAD)
    found = await find_reviews(reader, question.as_at, period, Filters(), question.day)
    own = [one for one in found if one.case_officer == token.account.actor.account]
    learnt = instant_from_text(question.as_at.recorded_at or now)
    body = review_calendar(own, request.config_dict[COUNCIL], learnt)
    return web.Response(body=body, content_type="text/calendar", charset="utf-8")


async def _page(request: web.Request, feed: str = "") -> web.Response:
    question = await asked(request)
    first, last = _month(question)
    # What falls due in another month may be arranged, held or to be decided in this one.
    period = Period(first - _LOOK_BACK, last + _LOOK_AHEAD)
    found = await find_reviews(question.reader, question.as_at, period, question.filters, question.day)
    own = request[ACTOR].account
    mine = question.here.first("mine") == "yes"
    days: dict[date, list[PlacementReview]] = defaultdict(list)
    for one in found:
        is_open = one.review.concluded_on is None
        if is_open and first <= day_of(one) <= last and (not mine or one.case_officer == own):
            days[day_of(one)].append(one)
    context = {
        **question.context(),
        "month": first,
        "before": _link(question, first - timedelta(days=1)),
        "after": _link(question, last + timedelta(days=1)),
        "weekdays": [get_day_names("abbreviated", locale=language())[number] for number in range(7)],
        "weeks": _weeks(question, first, last, days),
        "count": sum(map(len, days.values())),
        "mine": mine,
        "everybody": question.here.with_values({"mine": "" if mine else "yes"}),
        "feed": feed,
        "has_feed": any(not token.roles for token in await tokens_of(question.reader, own)),
    }
    return render(request, "exports/review_calendar.html", context)


def _weeks(
    question: Asked, first: date, last: date, days: Mapping[date, Sequence[PlacementReview]]
) -> list[list[dict[str, Any] | None]]:
    """The month in weeks from Monday on, each day with its reviews; None where a week reaches into another month."""
    cells: list[dict[str, Any] | None] = [None] * first.weekday()
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        rows = [_row(question, one) for one in days.get(on, ())]
        cells.append({"day": on, "today": on == question.day, "rows": rows})
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def _month(question: Asked) -> tuple[date, date]:
    text = question.here.first("month") or f"{question.day:%Y-%m}"
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        expected = said("a month such as 2026-11")
        raise Refused(
            Fault("month", said("“%(text)s” is no month.", text=text[:40]), "month", expected, status=400)
        ) from None
    return month_days(first.year * 100 + first.month)


def _link(question: Asked, day: date) -> dict[str, Any]:
    return {"day": day, "href": question.here.with_values({"month": f"{day:%Y-%m}"})}


def _row(question: Asked, one: PlacementReview) -> dict[str, Any]:
    place, review = one.place, one.review
    return {
        "review": {
            "text": REVIEW_KINDS[review.kind],
            "href": question.link("placements", place.ref, "reviews", review.kind, review.due_on),
        },
        "placement": place.ref,
        "school": place.provider_name,
        "state": review_tag(review, question.day, scheduled=one.scheduled, live=True),
        "officer": question.names.get(one.case_officer or "", one.case_officer),
    }
