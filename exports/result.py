"""One result of a report, from which every form of it is made: page, table, JSON, CSV, workbook.

A result carries what makes it repeatable: position, chain head there, period, filters and the version of the
pricing rules. The same four give the same bytes for ever (architecture.md, Data on its way).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from operator import itemgetter
from typing import Any, Literal

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.charges.words import value_in_words
from commissioning.ledger.money import pounds_text
from commissioning.ledger.reading import AsAt
from commissioning.ledger.time import instant_from_text
from commissioning.web.charts.spec import ChartSpec
from commissioning.web.language import _
from commissioning.web.words import moment
from contracts.pricing.rules import RULES_VERSION
from exports.words import answer_in_words, option_in_words

ColumnKind = Literal["text", "money", "count", "ratio", "share", "day", "month", "moment"]
"""`money` is pence, `ratio` and `share` are exact fractions; a share prints as per cent for people. A `day`, a `month`
and a `moment` come as text in ISO 8601 (`2026-09-30`, `2026-09`, an instant in UTC) and become dates in workbooks."""
Value = str | int | Fraction | None

PUBLICATION = "publication_"
"""How the reports begin whose columns, words and codes are a layout for the public or for the department."""
RATIO_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result: its name in JSON and CSV, what its values are, and its heading for people.

    `label` is the heading in English, marked with `N_` where it is one of ours; `definition` defines it in a sentence
    where `definitions.py` does not know the name. `names` are what its codes are called where these are the report's
    own and not those that all reports share. A `fixed` heading is another program's own name for the column. Workbooks
    keep codes, which people look up, but tell `keys`, which are the ledger's own, by their names.
    """

    name: str
    kind: ColumnKind
    label: str
    definition: str = ""
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    fixed: bool = False
    keys: bool = False

    @property
    def heading(self) -> str:
        """What people call the column, in the language spoken when it is read."""
        return self.label if self.fixed else _(self.label)

    def called(self, value: str | None) -> str:
        """What a person calls a value of a column of codes; a code that nobody knows is shown as it is."""
        known = None if value is None else self.names.get(value)
        return known or value_in_words(self.name, value)


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of values in the order of the columns, with what they rest on.

    `total` holds the totals by column name, and what is told of the whole alone, whose columns are `measures`; `notes`
    are sentences that a reader must know. `rows` may be made as they are read, again each time. `chart` is drawn where
    the figures are shown; without one, files draw their summary. `draft` is a layout that follows another program or an
    official form, and that its owner has not checked. `answers` are what the values of options and filters are called
    where these are the result's own, by the options' and filters' names.
    """

    report: str
    title: str
    as_at: AsAt
    period: Period
    filters: Filters
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    total: dict[str, Value]
    notes: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    chart: ChartSpec | None = None
    measures: tuple[Column, ...] = ()
    draft: bool = False
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def added_up(self) -> list[int]:
        """The places of the columns of money and counts whose total is the sum of their rows.

        Pupils are none of them: one may stand in several rows and counts once in the total.
        """
        places = [
            place
            for place, column in enumerate(self.columns)
            if column.kind in ("money", "count") and column.name in self.total
        ]
        sums = [0] * len(places)
        for row in self.rows:
            for number, place in enumerate(places):
                sums[number] += whole(row[place])
        found = zip(places, sums, strict=True)
        return [place for place, amount in found if amount == whole(self.total[self.columns[place].name])]

    def by_name(self) -> list[dict[str, Any]]:
        """The rows by the names of their columns."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def to_json(self) -> dict[str, Any]:
        """The result as interface.md's JSON: money as text with two decimals, ratios as numbers."""
        kinds = {column.name: column.kind for column in (*self.columns, *self.measures)}
        names = [column.name for column in self.columns]
        return {
            "report": self.report,
            "as_at": self.as_at.to_json(),
            "period": {"from": self.period.first_day.isoformat(), "to": self.period.last_day.isoformat()},
            "filters": {name: _one_or_many(values) for name, values in self.filters.chosen().items()},
            **self.options,
            "rules_version": RULES_VERSION,
            "rows": [
                {name: json_value(kinds[name], value) for name, value in zip(names, row, strict=True)}
                for row in self.rows
            ],
            "total": {name: json_value(kinds.get(name, "money"), value) for name, value in self.total.items()},
        }

    def measure(self, name: str) -> Column:
        """The column of a total that no row has; an amount of money where nothing else is said."""
        return next((column for column in self.measures if column.name == name), Column(name, "money", ""))

    def evidence(self, *, options: bool = True) -> list[tuple[str, str]]:
        """What the result rests on, as lines of name and value, for people and for the heads of files.

        A pack leaves the `options` out: each of its results has its own.
        """
        recorded = self.as_at.recorded_at
        lines = [
            (_("Period"), self.period.in_words()),
            (_("As known at position"), str(self.as_at.position)),
            (
                _("Recorded at"),
                f"{moment(instant_from_text(recorded))} ({recorded})" if recorded else _("nothing recorded yet"),
            ),
            (_("Chain head"), self.as_at.head),
            (_("Signed head"), self.as_at.witness.line() if self.as_at.witness else _("not witnessed")),
            (_("Pricing rules"), _("version %(version)s", version=RULES_VERSION)),
        ]
        lines += [
            (
                _("Filter: %(name)s", name=option_in_words(name).lower()),
                ", ".join(answer_in_words(name, value, self.answers.get(name)) for value in values),
            )
            for name, values in self.filters.chosen().items()
        ]
        told = self.options if options else {}
        return lines + [
            (option_in_words(name), answer_in_words(name, value, self.answers.get(name)))
            for name, value in told.items()
        ]


def json_value(kind: ColumnKind, value: Value) -> str | int | float | None:
    """A value as JSON and CSV have it. A ratio leaves as the nearest number with four decimals: it is no money."""
    if value is None or isinstance(value, str):
        return value
    if kind == "money":
        return pounds_text(round_half_away(value))
    if kind == "count":
        return int(value)
    scale: int = 10**RATIO_DECIMALS
    return round_half_away(Fraction(value) * scale) / scale


def round_half_away(value: int | Fraction) -> int:
    """To the nearest whole number, halves away from zero (pricing.md §6)."""
    if isinstance(value, int):
        return value
    exact = Fraction(value)
    numerator, denominator = abs(exact.numerator), exact.denominator
    rounded = (2 * numerator + denominator) // (2 * denominator)
    return rounded if exact >= 0 else -rounded


def whole(value: Value) -> int:
    """A value of money or a count as pence or a number; what is missing or withheld counts as nothing."""
    if isinstance(value, int):
        return value
    return 0 if value is None or isinstance(value, str) else round_half_away(value)


def sort_rows(rows: Sequence[tuple[Value, ...]], keys: int) -> tuple[tuple[Value, ...], ...]:
    """Rows in the order of their first `keys` values as text, a missing value first.

    Sorted by one column after the other, the last first, which keeps the order of equals: that compares texts alone.
    """
    ordered = list(rows)
    for place in reversed(range(keys)):
        value_at = itemgetter(place)
        only_text = set(map(type, map(value_at, ordered))) <= {str}
        ordered.sort(key=value_at if only_text else partial(_text_at, place))
    return tuple(ordered)


def _text_at(place: int, row: tuple[Value, ...]) -> str:
    value = row[place]
    return "" if value is None else str(value)


def _one_or_many(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)
