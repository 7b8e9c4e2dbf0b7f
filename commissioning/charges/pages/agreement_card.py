"""The card of an agreement as its page shows it: what holds on a day, and every price one after another."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any

from aiohttp import web

from commissioning.charges.facts_in_words import held_on
from commissioning.charges.pages.asked import Asked
from commissioning.charges.pages.showing import price_rows
from commissioning.charges.queries import Filters
from commissioning.web.language import _
from contracts import words
from contracts.agreement import Agreement
from contracts.series import Series, series_of
from contracts.versions import resolved

MOST_CARD_LINES = 40
MOST_PRICES = 200
Origins = Mapping[tuple[Series, date], Mapping[str, Any]]
"""By a price's series and day, a link to what it came of."""
BAND_POSITION: web.AppKey[Callable[[Asked, Filters], Awaitable[dict[str, Any] | None]]] = web.AppKey("band position")
"""How the application finds out how some places stand to the national price bands."""
ORIGINS: web.AppKey[Callable[[Asked, str], Awaitable[Origins]]] = web.AppKey("origins")
"""How the application finds out what the prices of an agreement's card came of, such as an uplift."""


def card_on(agreement: Agreement, day: date) -> dict[str, Any]:
    """The card as it holds on a day."""
    rows = price_rows(
        held_on(agreement.card, day, agreement.start_on), agreement.start_on, "", tiered=bool(agreement.tier_sets)
    )
    return {"rows": rows[:MOST_CARD_LINES], "hidden": max(len(rows) - MOST_CARD_LINES, 0)}


async def band_position_of(request: web.Request, question: Asked, filters: Filters) -> dict[str, Any] | None:
    """How some places stand to the national price bands, None where nothing is known of that."""
    find = request.app.get(BAND_POSITION)
    return None if find is None else await find(question, filters)


async def origins_of(request: web.Request, question: Asked, ref: str) -> Origins:
    """What upper floors know of where the card's prices came from."""
    find = request.app.get(ORIGINS)
    return {} if find is None else await find(question, ref)


def prices_of_card(agreement: Agreement, origins: Origins) -> dict[str, Any]:
    """Every price that the card ever had, series by series, with its days, what it rose by and what it came of."""
    start, rows = agreement.start_on, []
    ordered = sorted(agreement.card, key=lambda line: (*map(str, series_of(line)), resolved(line, start)))
    for _series, of_series in groupby(ordered, key=series_of):
        series = list(of_series)
        for place, line in enumerate(series):
            since = resolved(line, start)
            before = series[place - 1].amount if place else 0
            until = resolved(series[place + 1], start) - timedelta(days=1) if place + 1 < len(series) else None
            rows.append(
                {
                    "component": words.COMPONENTS[line.component],
                    "applies": words.applies_to(line),
                    "price": words.price(line) if line.amount else _("Ended"),
                    "since": since,
                    "until": until,
                    "rise": Fraction(line.amount - before, before) if before and line.amount else None,
                    "origin": origins.get((series_of(line), since), ""),
                }
            )
    hidden = max(len(rows) - MOST_PRICES, 0)
    return {"rows": rows[:MOST_PRICES], "hidden": hidden, "has_origins": bool(origins)}
