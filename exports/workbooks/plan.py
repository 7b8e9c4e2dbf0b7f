"""Which sheets a workbook has, and how they, and the tables on them, are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from textwrap import shorten

from commissioning.web.charts.spec import ChartSpec
from exports.result import Column, Result
from exports.summaries import Summary, chart_of, summary_of

LONGEST_NAME = 31
"""Characters of a sheet's name."""


@dataclass(slots=True)
class Part:
    """One result of a workbook: its sheets, its table, and what is found while its rows are written."""

    result: Result
    data: str
    summary_sheet: str
    table: str
    summary: Summary | None
    chart: ChartSpec | None
    added_up: list[int]
    rows: int = 0
    summary_cells: dict[int, str] = field(default_factory=dict)
    """Where on the summary sheet a column's total stands, by the column's place."""

    @property
    def has_summary(self) -> bool:
        """Whether there is a sheet that sums the figures up or draws them."""
        return self.summary is not None or self.chart is not None


def plan(results: Sequence[Result], *, summaries: bool = True) -> list[Part]:
    """The parts of a workbook: a single result has plain names, the same in every language, several have their own."""
    parts: list[Part] = []
    taken = {"cover", "control", "notes"}
    for told in results:
        result = replace(told, columns=_told_apart(told.columns))
        alone = len(results) == 1
        added_up = result.added_up()
        summary = summary_of(result, added_up) if summaries else None
        chart = chart_of(result, summary) if summaries else None
        parts.append(
            Part(
                result,
                _sheet_name("Data" if alone else result.title, "", taken),
                _sheet_name("Summary" if alone else result.title, "" if alone else " - summary", taken),
                "Figures" if alone else f"Figures_{len(parts) + 1}_{re.sub(r'[^a-z]+', '_', result.report)}",
                summary,
                chart,
                added_up,
            )
        )
    return parts


def _told_apart(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns, no two of one heading: another language may have one word for two, and a table takes each once."""
    found: dict[str, Column] = {}
    for column in columns:
        heading = column.heading
        alike = heading.lower() in found
        found[f"{heading} ({column.name})".lower() if alike else heading.lower()] = (
            replace(column, label=f"{heading} ({column.name})", fixed=True) if alike else column
        )
    return tuple(found.values())


def _sheet_name(title: str, ending: str, taken: set[str]) -> str:
    """A sheet's name without what spreadsheets do not allow in it, unlike all others of the book."""
    plain = re.sub(r"[\[\]:*?/\\'\s]+", " ", title).strip()
    name = _in_whole_words(plain, LONGEST_NAME - len(ending)) + ending
    count = 2
    while name.lower() in taken:
        more = f" {count}{ending}"
        name = _in_whole_words(plain, LONGEST_NAME - len(more)) + more
        count += 1
    taken.add(name.lower())
    return name


def _in_whole_words(title: str, most: int) -> str:
    """As many words of a title as fit into so many characters; of a word that is longer alone, its beginning."""
    return shorten(title, most, placeholder="") or title[:most].strip()
