"""`/price-bands`: the national table that holds on the day, and who is over and under it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from aiohttp import BodyPartReader, web

from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.asked import Asked, asked
from commissioning.charges.pages.showing import select
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.price_bands.files import LARGEST_FILE, text_of_file
from commissioning.price_bands.pages.routes import FORM, list_sheet
from commissioning.price_bands.policy import may_list_price_bands
from commissioning.price_bands.queries import tables_as_at
from commissioning.price_bands.words import for_whom
from commissioning.web.forms.pages import filled_in
from commissioning.web.language import _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import number, whole_pounds
from exports.pages.asked_of_value import price_bands_answer
from exports.pages.reports import file_or_none
from exports.pages.spend import filter_fields
from exports.prices.price_bands import HEADINGS, By, added_up, compared
from exports.publishing.by_report import may_be_published
from exports.result import Result

MOST_BANDS = 60
_PAGES: dict[By, str] = {"provider": "schools", "agreement": "agreements", "placement": "placements"}


async def price_bands_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same result as a file."""
    question = await asked(request)
    result = await price_bands_answer(question)
    if file := await file_or_none(request, question, result):
        return file
    return await _page(request, question, result)


async def take_file(request: web.Request) -> web.StreamResponse:
    """Reads a table out of a file into the form, where it is looked over, checked line by line and sent."""
    try:
        text = await _text_sent(request)
    except Refused as refusal:
        question = await asked(request)
        return await _page(request, question, await price_bands_answer(question), refusal.faults)
    raise web.HTTPSeeOther(await filled_in(request, FORM, await list_sheet(request), {"bands": text}))


async def _text_sent(request: web.Request) -> str:
    """The table of the file that was sent, as text; `Refused` where there is none that can be read."""
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "file" and part.filename:
                return await asyncio.to_thread(text_of_file, part.filename, await _read(part))
    raise Refused(Fault("no-file", "No file was chosen.", "file", "a table as CSV or XLSX", status=400))


async def _read(part: BodyPartReader) -> bytes:
    """The content, as far as it may be read at all: one byte more tells that it is too large."""
    found = bytearray()
    while len(found) <= LARGEST_FILE and (chunk := await part.read_chunk()):
        found += chunk
    return bytes(found)


async def _page(request: web.Request, question: Asked, result: Result, faults: Sequence[Fault] = ()) -> web.Response:
    tables = await tables_as_at(question.reader, question.as_at.position)
    table = tables.on(question.day)
    names = {
        str(urn): school.facts.name
        for urn, school in (await providers_as_at(question.reader, question.as_at.position)).items()
    }
    by = cast("By", result.options["by"])
    rows = result.by_name()
    for row in rows:
        text = names.get(row[by], row[by]) if by == "provider" else row[by]
        row["key"] = {"text": text, "href": question.link(_PAGES[by], row[by])}
    bands = [{"whom": for_whom(one), "amount": one.amount} for one in table.bands] if table else []
    fields = await filter_fields(question, names)
    others = {str(key): words for key, words in HEADINGS.items() if key != "provider"}
    context = {
        **question.context(),
        "result": result,
        "publish": may_be_published(result),
        "rows": rows,
        "heading": HEADINGS[by],
        "table_held": table,
        "bands": bands[:MOST_BANDS],
        "hidden": max(len(bands) - MOST_BANDS, 0),
        "others": [one for _day, one in sorted(tables.by_day.items()) if one is not table],
        "tiles": [
            {"label": _("Over"), "value": whole_pounds(_pence(result.total["over"])), "note": _("a year")},
            {"label": _("Under"), "value": whole_pounds(_pence(result.total["under"])), "note": _("a year")},
        ],
        "may_list": may_list_price_bands(request[ACTOR]),
        "faults": [replace(fault, where="file") for fault in faults],
        "filters": [
            {**select("by", _("Row by row"), others), "blank": HEADINGS["provider"]},
            *(one for one in fields if one["name"] != "year"),
        ],
    }
    return render(request, "exports/price_bands.html", context, status=faults[0].status if faults else 200)


async def band_position(question: Asked, filters: Filters) -> dict[str, Any] | None:
    """For the pages of a school and an agreement: how their places stand to the bands; None without a table."""
    position, day = question.as_at.position, question.day
    table = (await tables_as_at(question.reader, position)).on(day)
    if table is None:
        return None
    whole = added_up(await compared(question.reader, position, filters, day, table))
    if not whole.compared:
        return None
    chosen = {name: values[0] for name, values in filters.chosen().items()}
    return {
        "over": whole.over,
        "under": whole.under,
        "places": _(
            "%(above)s of %(compared)s places are above their band",
            above=number(whole.above),
            compared=number(whole.compared),
        ),
        "href": question.link("price-bands", **chosen, by="placement"),
    }


def _pence(value: object) -> int:
    return value if isinstance(value, int) else 0
