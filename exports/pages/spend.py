"""`/spend`: what it cost, by whatever grouping, as a chart, a table and files of one result."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from aiohttp import web

from commissioning.charges.known import school_names
from commissioning.charges.pages.asked import Asked, asked
from commissioning.charges.pages.showing import select
from commissioning.charges.words import value_in_words
from commissioning.placements.words import NEEDS, PHASES
from commissioning.web.charts.spec import ChartSpec, Kind, Series
from commissioning.web.language import N_, _
from commissioning.web.rendering import render
from commissioning.web.words import month, number, share, short_month, whole_pounds
from contracts.words import MODELS, SETTINGS
from exports.pages.asked_of_value import keys_of, spend_answer
from exports.pages.reports import file_or_none
from exports.pages.years import area_options, year_options
from exports.publishing.by_report import may_be_published
from exports.result import Result
from exports.spending.spend import HEADINGS, KEYS, TIMES, spend

MOST_SERIES = 5
MOST_COLUMNS = 6
MOST_BARS = 12
MOST_ROWS = 500
OTHERS = N_("All others")
TWO_KEYS = 2


async def spend_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same result as a file."""
    question = await asked(request)
    result = await spend_answer(question)
    if file := await file_or_none(request, question, result):
        return file
    names = await school_names(question.reader, question.as_at.position)
    by = keys_of(question)
    cube = Cube(result, by, names)
    # Asked anew, not added up from the rows: those of nothing are left out, and their days on roll with them.
    alone = (
        result
        if len(by) != TWO_KEYS
        else await spend(question.reader, question.as_at, question.period, by[-1:], question.filters)
    )
    context = {
        **question.context(),
        "result": result,
        "publish": may_be_published(result),
        "by": by,
        "headings": HEADINGS,
        "keys": [(key, HEADINGS[key]) for key in KEYS],
        "chart": cube.chart(),
        "crossed": cube.crossed() if len(by) == TWO_KEYS else None,
        "listed": cube.listed(question, alone),
        "filters": await filter_fields(question, names),
    }
    return render(request, "exports/spend.html", context)


async def filter_fields(question: Asked, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The filters that spend and compare share."""
    return [
        await year_options(question),
        select("provider", _("School"), names),
        select("model", _("Model"), MODELS),
        select("need", _("Need"), NEEDS),
        select("phase", _("Phase"), PHASES),
        select("setting", _("Setting"), SETTINGS),
        await area_options(question),
    ]


class Cube:
    """The rows of a spend result by one key or by two, in words, for the chart and the tables."""

    def __init__(self, result: Result, by: Sequence[str], schools: Mapping[str, str]) -> None:
        self._result = result
        self._by = by
        self._schools = schools
        self._costs: dict[tuple[str | None, str | None], int] = defaultdict(int)
        for row in result.rows:
            first = _text(row[0])
            second = _text(row[1]) if len(by) > 1 else None
            self._costs[first, second] += _pence(row[len(by)])

    def _words(self, key: str, value: str | None) -> str:
        if key == "provider" and value is not None:
            return self._schools.get(value, value)
        if key == "month" and value is not None:
            return month(value)
        return value_in_words(key, value)

    def _axis(self, index: int) -> list[str | None]:
        """The values of a key: times in order, none between left out that cost nothing; others from the dearest."""
        totals: dict[str | None, int] = defaultdict(int)
        for pair, cost in self._costs.items():
            totals[pair[index]] += cost
        if name := TIMES.get(self._by[index]):
            times = list(dict.fromkeys(name(month) for month in self._result.period.months()))
            found = [place for place, time in enumerate(times) if time in totals]
            return [*times[found[0] : found[-1] + 1]] if found else []
        return sorted(totals, key=lambda value: (-totals[value], value or ""))

    def chart(self) -> ChartSpec | None:
        """Stacked bars of the first key by the second; times lie along, of other keys the dearest few."""
        if not self._costs:
            return None
        firsts = self._axis(0)
        along = self._by[0] in TIMES
        shown = firsts if along else firsts[:MOST_BARS]
        rest = firsts[len(shown) :]
        categories = [self._category(value) for value in shown]
        series = tuple(
            Series(name, tuple(sum(self._costs.get((first, second), 0) for second in seconds) for first in shown))
            for name, seconds in self._series()
        )
        kind: Kind = "stacked_bars" if len(series) > 1 else "grouped_bars"
        return ChartSpec(kind, self.title(), self._sentence(len(rest)), tuple(categories), series)

    def title(self) -> str:
        """What is shown, as a heading."""
        first, *others = (HEADINGS[key].lower() for key in self._by[:TWO_KEYS])
        period = self._result.period.in_words()
        if not others:
            return _("Spend in %(period)s by %(first)s", period=period, first=first)
        return _("Spend in %(period)s by %(first)s and %(second)s", period=period, first=first, second=others[0])

    def _category(self, value: str | None) -> str:
        return short_month(value) if self._by[0] == "month" and value else self._words(self._by[0], value)

    def _series(self) -> list[tuple[str, list[str | None]]]:
        """The second key's values: the dearest few, and the others together."""
        if len(self._by) == 1:
            return [(_("Cost"), [None])]
        seconds = self._axis(1)
        if len(seconds) <= MOST_SERIES + 1:
            return [(self._words(self._by[1], value), [value]) for value in seconds]
        return [(self._words(self._by[1], value), [value]) for value in seconds[:MOST_SERIES]] + [
            (_(OTHERS), seconds[MOST_SERIES:])
        ]

    def _sentence(self, left_out: int) -> str:
        total = _pence(self._result.total["cost"])
        key = self._by[1] if len(self._by) > 1 and self._by[0] in TIMES else self._by[0]
        index = self._by.index(key)
        totals: dict[str | None, int] = defaultdict(int)
        for pair, cost in self._costs.items():
            totals[pair[index]] += cost
        top = max(totals, key=lambda value: totals[value])
        said = self._words(key, top)
        told = [_("%(amount)s in %(period)s.", amount=whole_pounds(total), period=self._result.period.in_words())]
        named = {"key": HEADINGS[key].lower(), "name": said, "amount": whole_pounds(totals[top])}
        if total > 0:
            named["share"] = share(Fraction(totals[top], total), 0)
            told.append(
                _("The dearest %(key)s is %(name)s at %(amount)s, %(share)s of it.", **named)
                if key in TIMES
                else _("The largest %(key)s is %(name)s at %(amount)s, %(share)s of it.", **named)
            )
        else:
            told.append(
                _("The dearest %(key)s is %(name)s at %(amount)s.", **named)
                if key in TIMES
                else _("The largest %(key)s is %(name)s at %(amount)s.", **named)
            )
        if left_out and key not in TIMES:
            told.append(
                _(
                    "The %(most)s largest are drawn, %(left_out)s are in the table alone.",
                    most=MOST_BARS,
                    left_out=number(left_out),
                )
            )
        return " ".join(told)

    def crossed(self) -> dict[str, Any]:
        """Rows of the first key with a column for each of the dearest few of the second, and totals both ways."""
        seconds = self._axis(1)
        kept = seconds if len(seconds) <= MOST_COLUMNS else seconds[: MOST_COLUMNS - 1]
        rest = seconds[len(kept) :]
        columns = [(f"c{index}", self._words(self._by[1], value), [value]) for index, value in enumerate(kept)]
        if rest:
            columns.append(("rest", _("%(count)s others", count=len(rest)), rest))
        rows = [self._crossed_row(self._words(self._by[0], first), [first], columns) for first in self._axis(0)]
        return {
            "heading": HEADINGS[self._by[0]],
            "columns": [(name, words) for name, words, _ in columns],
            "rows": rows[:MOST_ROWS],
            "hidden": max(len(rows) - MOST_ROWS, 0),
            "total": self._crossed_row(_("Total"), self._axis(0), columns),
            "folded": len(rest),
        }

    def _crossed_row(
        self, words: str, firsts: Sequence[str | None], columns: Sequence[tuple[str, str, Sequence[str | None]]]
    ) -> dict[str, Any]:
        row: dict[str, Any] = {"first": words}
        for name, _heading, seconds in columns:
            row[name] = sum(self._costs.get((first, second), 0) for first in firsts for second in seconds)
        row["total"] = sum(row[name] for name, _, _ in columns)
        return row

    def listed(self, question: Asked, alone: Result) -> dict[str, Any]:
        """By the last key alone (or, of three keys and more, every row), with share of the whole and days."""
        if len(self._by) > TWO_KEYS:
            hidden = max(len(self._result.rows) - MOST_ROWS, 0)
            return {"by": list(self._by), "rows": self._flat(question), "hidden": hidden}
        key = self._by[-1]
        found = {_text(row[0]): row[1:] for row in alone.rows}
        whole = _pence(alone.total["cost"])
        rows = [
            {
                "first": self._linked(question, key, value),
                "cost": _pence(found[value][0]),
                "share": Fraction(_pence(found[value][0]), whole) if whole else None,
                "days": found[value][1] if "occupied_days" in alone.total else None,
            }
            for value in self._axis(len(self._by) - 1)
            if value in found
        ]
        hidden = max(len(rows) - MOST_ROWS, 0)
        return {"by": [key], "rows": rows[:MOST_ROWS], "hidden": hidden, "days": "occupied_days" in alone.total}

    def _flat(self, question: Asked) -> list[dict[str, Any]]:
        rows = sorted(self._result.rows, key=lambda row: -_pence(row[len(self._by)]))
        return [
            {**{key: self._linked(question, key, _text(value)) for key, value in zip(self._by, row, strict=False)},
             "cost": row[len(self._by)]}
            for row in rows[:MOST_ROWS]
        ]  # fmt: skip

    def _linked(self, question: Asked, key: str, value: str | None) -> Any:
        words = self._words(key, value)
        pages = {"provider": "schools", "agreement": "agreements", "placement": "placements"}
        if key in pages and value is not None:
            return {"text": words, "href": question.link(pages[key], value)}
        return words


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _pence(value: object) -> int:
    return value if isinstance(value, int) else 0
