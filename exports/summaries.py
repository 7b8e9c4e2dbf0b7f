"""What a result comes to by its first key and across its second: the table and the chart that files open with."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from commissioning.web.charts.spec import ChartSpec, Kind, Series
from commissioning.web.language import _
from commissioning.web.words import month, short_month, whole_pounds
from exports.result import Column, Result, Value, whole

MOST_ROWS = 40
MOST_ACROSS = 6
_KEYS = ("text", "month")
_KEY_OF_A_RECORD = re.compile("[0-9a-f]{32}")
"""By what programs know an invoice or a run, and no person."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Pence by the values of one key, and of a second where that has few. Places are those of the result's columns."""

    key: int
    across: int | None
    measure: int
    firsts: tuple[str | None, ...]
    seconds: tuple[str | None, ...]
    pence: Counter[tuple[str | None, str | None]]

    def total(self, first: str | None) -> int:
        """What one value of the first key comes to."""
        return sum(amount for (one, _), amount in self.pence.items() if one == first)

    @property
    def everything(self) -> int:
        """What all of it comes to."""
        return sum(self.pence.values())


def summary_of(result: Result, added_up: Sequence[int] | None = None) -> Summary | None:
    """The summary of a result, None where it is too short to need one or no key has few enough values.

    The first key that people read and whose values fit on a page makes the rows; the next with a handful of values
    runs across. Who knows which columns add up already says so, because it takes a pass over all rows.
    """
    known = result.added_up() if added_up is None else added_up
    measures = [place for place in known if result.columns[place].kind == "money"]
    if not measures or len(result.rows) < 2:  # noqa: PLR2004 - one row is its own summary
        return None
    values = _values(result)
    fitting = [
        place
        for place, found in values.items()
        if 1 < len(found) <= MOST_ROWS and not all(text and _KEY_OF_A_RECORD.fullmatch(text) for text in found)
    ]
    if not fitting:
        return None
    key, measure = fitting[0], _measure(result, measures)
    across = next((place for place in values if place != key and 1 < len(values[place]) <= MOST_ACROSS), None)
    if across is not None and not _crosses(result, key, across):
        across = None
    pence: Counter[tuple[str | None, str | None]] = Counter()
    for row in result.rows:
        pence[_text(row[key]), None if across is None else _text(row[across])] += whole(row[measure])
    seconds = () if across is None else tuple(values[across])
    return Summary(key, across, measure, tuple(values[key]), seconds, pence)


def _measure(result: Result, measures: Sequence[int]) -> int:
    """Which of the columns of money is summed up: the total of the others where there is one, else the first."""
    totals = [place for place in measures if result.columns[place].name == "total"]
    return (totals or measures)[0]


def chart_of(result: Result, summary: Summary | None, most: int = MOST_ROWS) -> ChartSpec | None:
    """The result's own chart, else one of its summary; None where there is nothing to draw.

    Of a key that is not time, `most` of the largest are drawn, and none that comes to nothing.
    """
    if result.chart is not None or summary is None:
        return result.chart
    key, measure = result.columns[summary.key], result.columns[summary.measure]
    shown = summary.firsts
    if key.kind != "month" and key.name not in ("quarter", "year"):
        shown = tuple(first for first in shown if summary.total(first)) or shown
        if len(shown) > most:
            shown = tuple(sorted(shown, key=lambda first: -summary.total(first))[:most])
    if summary.across is None:
        series = [Series(measure.heading, tuple(summary.total(first) for first in shown))]
    else:
        name = result.columns[summary.across]
        series = [
            Series(label(name, second), tuple(summary.pence[first, second] for first in shown))
            for second in summary.seconds
        ]
    kind: Kind = "stacked_bars" if len(series) > 1 else "grouped_bars"
    title = _(
        "%(measure)s in %(period)s by %(key)s",
        measure=measure.heading,
        period=result.period.in_words(),
        key=key.heading.lower(),
    )
    categories = tuple(label(key, first) for first in shown)
    return ChartSpec(kind, title, _sentence(result, summary), categories, tuple(series))


def crossing(result: Result, summary: Summary) -> Result:
    """The summary as a result: a row for each value of the first key, a column for each of the second, and totals."""
    assert summary.across is not None  # noqa: S101 - without a second key there is nothing to cross
    key, across = result.columns[summary.key], result.columns[summary.across]
    columns = [Column(f"across {place}", "money", label(across, one)) for place, one in enumerate(summary.seconds)]
    rows: list[tuple[Value, ...]] = [
        (first, *(summary.pence[first, second] for second in summary.seconds), summary.total(first))
        for first in summary.firsts
    ]
    total: dict[str, Value] = {
        column.name: sum(whole(row[place]) for row in rows) for place, column in enumerate(columns, start=1)
    }
    columns.append(Column("total", "money", _("Total")))
    return replace(result, columns=(key, *columns), rows=tuple(rows), total=total | {"total": summary.everything})


def label(column: Column, value: str | None) -> str:
    """The value of a key as a chart or a table calls it."""
    if column.kind == "month" and value is not None:
        return short_month(value)
    return column.called(value)


def _sentence(result: Result, summary: Summary) -> str:
    key = result.columns[summary.key]
    top = max(summary.firsts, key=summary.total)
    largest = month(top) if key.kind == "month" else label(key, top)
    return _(
        "%(measure)s: %(everything)s in %(period)s; the largest %(key)s is %(largest)s at %(top)s.",
        measure=result.columns[summary.measure].heading,
        everything=whole_pounds(summary.everything),
        period=result.period.in_words(),
        key=key.heading.lower(),
        largest=largest,
        top=whole_pounds(summary.total(top)),
    )


def _crosses(result: Result, key: int, across: int) -> bool:
    """Whether values of the first key commonly have several of the second: a school has one kind, a month many."""
    pairs = {(row[key], row[across]) for row in result.rows}
    return 2 * len(pairs) > 3 * len({one for one, _ in pairs})


def _values(result: Result) -> dict[int, dict[str | None, None]]:
    """The values of each key in the order in which they first stand; a key with too many is cut off."""
    found: dict[int, dict[str | None, None]] = {
        place: {} for place, column in enumerate(result.columns) if column.kind in _KEYS
    }
    for row in result.rows:
        for place, known in found.items():
            if len(known) <= MOST_ROWS:
                known.setdefault(_text(row[place]))
    return found


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
