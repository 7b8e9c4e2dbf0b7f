"""One frame for every list: what narrows it, its order and its page stand in the address, for people and programs.

A list says which columns it has and how its rows are found. The frame draws the page, makes the files of all its pages,
and answers programs with the same page as JSON.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import hdrs, web

from commissioning.charges.pages.asked import FILTERS, PERIOD, Asked, asked, one_of, page_of
from commissioning.charges.pages.listing import FORMATS, PUBLISH_LIST, Listed, file_format, list_file, value_in_file
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.web.describing import Operation, Parameter, describe
from commissioning.web.language import _
from commissioning.web.permissions import Policy, register
from commissioning.web.rendering import render
from commissioning.web.words import number

SIZES = (50, 100, 200)
"""Rows of a page, the first unless another is asked for."""
FRAME = ("as_at", *PERIOD, "sort", "page", "size")
"""What every list understands beside its filters."""
_FORMAT_OF_KIND = {"text": None, "count": "number", "day": "day", "money": "pounds"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files and its kind there (`text`, `count`, `day` or `money` in pence), and on the page.

    A column without a heading stands in files alone, one that is not `filed` on the page alone. `shown` is the key of
    the row that the page shows in its place, `sort` its name in the address where rows can be sorted by it.
    `{year}` in a heading becomes the financial year that was asked for. What is not `summed` has no total: a
    yearly cost that stands on several rows would count twice. Where a column holds `keys` of the ledger's own,
    workbooks tell them by their names too, and those that the page does not show stand in CSV and JSON alone.
    """

    name: str
    kind: str = "text"
    heading: str = ""
    shown: str = ""
    sort: str = ""
    filed: bool = True
    summed: bool = True
    keys: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Which of the rows that are wanted: in which order, after how many others, and how many (None: all)."""

    order: str
    descending: bool
    after: int = 0
    size: int | None = None

    def slice(self) -> slice:
        """What to take of all rows."""
        return slice(self.after, None if self.size is None else self.after + self.size)


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a window, how many rows there are in all, and what stands under the columns of all of them.

    `beside` is what else the page shows of them, such as tiles.
    """

    rows: Sequence[Mapping[str, Any]]
    count: int
    total: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list under `/NAME`: what it holds, what it can be narrowed by, and how its rows are found.

    `nothing` says that no row was found, `template` draws the page around the frame, and `filters` are the names in the
    address that `fields` draws. `order` is the one that holds until another is asked for, `-` before it the other way.
    `codes` are what the values of its own columns and filters are called, by the names of these; those that all lists
    share need none. `publish` says that its files have a variant for the public.
    """

    name: str
    columns: tuple[Column, ...]
    filters: tuple[str, ...]
    order: str
    nothing: str
    template: str
    find: Callable[[Asked, Window], Awaitable[Found]]
    fields: Callable[[Asked, Found], Awaitable[list[dict[str, Any]]]]
    codes: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    publish: bool = False

    def sorts(self) -> list[str]:
        """The names of the orders."""
        return [column.sort for column in self.columns if column.sort]

    def file_columns(self) -> list[tuple[str, str]]:
        """The columns of files and of JSON."""
        return [(column.name, column.kind) for column in self.columns if column.filed]

    async def everything(self, question: Asked) -> Listed:
        """All pages together, as a file has them."""
        window = window_of(question, self)
        found = await self.find(question, Window(window.order, window.descending))
        return self.of(question, found)

    def of(self, question: Asked, found: Found) -> Listed:
        """The rows that were found, as files and programs get them."""
        unsummed = frozenset(column.name for column in self.columns if not column.summed)
        return Listed(self.name, question, self.file_columns(), found.rows, unsummed)


def register_list(
    app: web.Application, listed: ListOf, policy: Policy, page: Callable[[web.Request], Awaitable[web.Response]]
) -> None:
    """Adds the page of a list and its twin for programs, `/api/v1/lists/NAME`."""

    async def twin(request: web.Request) -> web.Response:
        return await list_json(request, listed)

    twin.__doc__ = f"The rows of the list of {listed.name.replace('_', ' ')}, page by page."
    register(app, hdrs.METH_GET, f"/{listed.name}", page, policy)
    register(app, hdrs.METH_GET, f"/api/v1/lists/{listed.name}", twin, policy)
    app.setdefault(LISTS, {})[listed.name] = listed
    describe(app, _described(listed))


LISTS: web.AppKey[dict[str, ListOf]] = web.AppKey("lists")
"""Every list by its name."""


_YEAR = {"type": "string", "pattern": "^[0-9]{4}/[0-9]{2}$"}
ASKED_OF_ALL = (
    Parameter("as_at", "As known when: a position of the ledger, or an instant or day in ISO 8601; now where absent."),
    Parameter("year", "The financial year, as in 2026/27; that of the day where absent.", _YEAR),
    Parameter("from", "The first day of a period of whole months; with “to”, in place of a year.", {"type": "string"}),
    Parameter("to", "The last day of that period.", {"type": "string"}),
)
"""What every list and report can be asked."""
VARIANT = Parameter(
    "variant",
    "“publish” withholds small numbers, and refuses what may point at single children; “working” holds everything.",
    {"type": "string", "enum": ["working", "publish"]},
)
"""How much of a list or a report is told; all of it where absent, but for publications, which are for the public."""


def _described(listed: ListOf) -> Operation:
    """The twin of a list for the document about programs."""
    orders = [f"{way}{order}" for order in listed.sorts() for way in ("", "-")]
    page = (
        Parameter("sort", "The order of the rows; with - the other way round.", {"type": "string", "enum": orders}),
        Parameter("page", "The page, from 1.", {"type": "integer", "minimum": 1, "maximum": 999_999}),
        Parameter("size", "Rows of a page.", {"type": "integer", "enum": list(SIZES)}),
    )
    narrowing = [Parameter(name, "Only rows with one of these.", several=True) for name in listed.filters]
    figures = _OR_WITHHELD if listed.publish else _SCHEMAS
    row = {name: figures[kind] for name, kind in listed.file_columns()}
    answer = {
        "type": "object",
        "required": ["list", "as_at", "day", "filters", "rows", "sort", "page", "pages", "size", "count", "total"],
        "properties": {
            "rows": {"type": "array", "items": {"type": "object", "required": list(row), "properties": row}},
            **{name: {"type": "integer"} for name in ("page", "pages", "size", "count")},
        },
    }
    words = listed.name.replace("_", " ")
    meaning = f"The list of {words}, narrowed, sorted and paged. The same rows as the page /{listed.name} shows."
    path = f"/api/v1/lists/{listed.name}"
    return Operation(
        hdrs.METH_GET,
        path,
        f"list-{listed.name}",
        meaning,
        "Lists",
        answer,
        (*ASKED_OF_ALL, VARIANT, *page, *narrowing),
    )


_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": ["string", "integer", "null"]},
    "count": {"type": ["integer", "null"]},
    "day": {"type": ["string", "null"]},
    "money": {"type": ["string", "null"], "pattern": r"^-?[0-9]+\.[0-9]{2}$"},
}
_OR_WITHHELD: Mapping[str, Mapping[str, Any]] = {
    **_SCHEMAS,
    "count": {"type": ["integer", "string", "null"]},
    "money": {"type": ["string", "null"]},
}
"""The same where a figure may be withheld: a mark stands in its place."""


def window_of(question: Asked, listed: ListOf) -> Window:
    """The window that the address asks for; `Refused` where it cannot be meant."""
    order = question.here.first("sort") or listed.order
    one_of("sort", order.removeprefix("-"), listed.sorts())
    size = int(one_of("size", question.here.first("size") or str(SIZES[0]), [str(size) for size in SIZES]))
    after = (page_of(question.here) - 1) * size
    return Window(order.removeprefix("-"), order.startswith("-"), after, size)


async def list_page(request: web.Request, listed: ListOf, **more: Any) -> web.Response:
    """The page of a list, with what else its template shows; `?format=` gives all pages as a file."""
    question = await asked(request)
    if form := file_format(question):
        return await list_file(request, await listed.everything(question), form)
    window = window_of(question, listed)
    found = await listed.find(question, window)
    shown = await _shown(question, listed, window, found)
    return render(request, listed.template, {**question.context(), **found.beside, **more, "listed": shown})


async def list_json(request: web.Request, listed: ListOf) -> web.Response:
    """The same page for a program; a name in the address that the list does not understand is refused."""
    understood(request, (*FRAME, "variant", *listed.filters), listed.filters)
    question = await asked(request)
    window = window_of(question, listed)
    document = await _to_publish(request, question, listed, window) or await _as_it_is(question, listed, window)
    return web.Response(body=orjson.dumps(document), content_type="application/json")


async def _as_it_is(question: Asked, listed: ListOf, window: Window) -> dict[str, Any]:
    found = await listed.find(question, window)
    totals = {
        name: value_in_file(kind, found.total[name]) for name, kind in listed.file_columns() if name in found.total
    }
    return listed.of(question, found).document() | _paged(question, window, found.count) | {"total": totals}


async def _to_publish(request: web.Request, question: Asked, listed: ListOf, window: Window) -> dict[str, Any] | None:
    """The page of the list as the public may have it; None where that is not asked for.

    What is withheld depends on all rows, so that all are looked at for any page.
    """
    if not (variant := question.here.first("variant")):
        return None
    everything = await listed.everything(question)
    published = await request.config_dict[PUBLISH_LIST](everything, variant)
    if published is None:
        return None
    rows = published.pop("rows")
    return everything.document() | _paged(question, window, len(rows)) | published | {"rows": rows[window.slice()]}


def _paged(question: Asked, window: Window, count: int) -> dict[str, Any]:
    """In which order the rows stand, and where a page stands among the others."""
    page, pages = page_of(question.here), _pages(count, window)
    order = f"{'-' * window.descending}{window.order}"
    return {"sort": order, "page": page, "pages": pages, "size": window.size, "count": count}


def understood(request: web.Request, known: Iterable[str], repeatable: Iterable[str] = FILTERS) -> None:
    """`Refused` where the address names something else than `known`, nothing of it, or twice what can be said once."""
    names, several = sorted(set(known)), set(repeatable)
    for name in request.query:
        if name not in names:
            message, expected = (
                said("“%(name)s” is not something this can be asked.", name=name[:40]),
                said("one of %(names)s", names=", ".join(names)),
            )
        elif name not in several and len(request.query.getall(name)) > 1:
            message, expected = said("“%(name)s” stands in the address more than once.", name=name), said("one value")
        elif "" in request.query.getall(name):
            message, expected = (
                said("“%(name)s” stands in the address without a value.", name=name),
                said("a value, or the name left out"),
            )
        else:
            continue
        raise Refused(Fault("parameter", message, where=name[:40], expected=expected, status=400))


def window_on(
    rows: list[dict[str, Any]],
    window: Window,
    key: Callable[[dict[str, Any], str], Any],
    totals: Iterable[str] = (),
) -> Found:
    """The window on rows that are all at hand, sorted by `key` of a row and an order's name; `totals` are added up.

    Rows of one key stay as they stood, and those of which it is not known come last either way.
    """
    known = [row for row in rows if key(row, window.order) is not None]
    known.sort(key=lambda row: key(row, window.order), reverse=window.descending)
    rows = [*known, *(row for row in rows if key(row, window.order) is None)]
    total = {name: sum(row[name] or 0 for row in rows) for name in totals}
    return Found(rows[window.slice()], len(rows), total)


async def _shown(question: Asked, listed: ListOf, window: Window, found: Found) -> dict[str, Any]:
    """What the template's frame draws."""
    on_page = [column for column in listed.columns if column.heading]
    first, year = on_page[0], question.year
    total = {column.shown or column.name: found.total.get(column.name, "") for column in on_page} if found.total else {}
    return {
        "name": listed.name,
        "filters": await listed.fields(question, found),
        "columns": [
            {
                "key": column.shown or column.name,
                "text": _(column.heading).format(year=year),
                "format": _FORMAT_OF_KIND[column.kind],
                "sort": column.sort,
            }
            for column in on_page
        ],
        "rows": found.rows,
        "total": total | {first.shown or first.name: _("All %(count)s", count=number(found.count))} if total else None,
        "order": f"{'-' * window.descending}{window.order}",
        "count": found.count,
        "page": page_of(question.here),
        "pages": _pages(found.count, window),
        "size": window.size,
        "sizes": SIZES,
        "formats": FORMATS,
        "publish": listed.publish,
        "nothing": _(listed.nothing),
        "all": question.link(listed.name),
    }


def _pages(count: int, window: Window) -> int:
    return max(-(-count // (window.size or count or 1)), 1)
