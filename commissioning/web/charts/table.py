"""The exact figures of a chart as a table, in full words and to the penny, for the details under the drawing."""

from dataclasses import dataclass
from typing import Any

from commissioning.web.charts.spec import ChartSpec
from commissioning.web.language import _


@dataclass(frozen=True, slots=True)
class Figures:
    """Columns and rows as the table macro takes them."""

    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]


def figures(spec: ChartSpec) -> Figures:
    """One row a category and one column a series; pounds with pence."""
    columns: list[dict[str, Any]] = [{"key": "category", "text": spec.category_title or _("Category")}]
    columns += [
        {"key": str(index), "text": series.name, "format": spec.unit} for index, series in enumerate(spec.series)
    ]
    rows = [
        {"category": category} | {str(index): one.values[place] for index, one in enumerate(spec.series)}
        for place, category in enumerate(spec.categories)
    ]
    return Figures(columns, rows)
