"""Every column that a report of value has is defined for the notes of its files."""

from datetime import date

import pytest

from exports.counterfactual import report, scenarios, sensitivity
from exports.definitions import MEANINGS, meaning
from exports.forecast import report as forecast
from exports.oversight import exceptions, reviews
from exports.places import exits, voids, year_groups
from exports.prices import local_first, price_bands, uplifts
from exports.result import Column
from exports.spending import compare, period_bridge

COLUMNS: dict[str, tuple[Column, ...]] = {
    "compare": (*compare.COLUMNS, *compare.SPREAD, *(Column(name, "text", "") for name in compare.WITHIN_HEADINGS)),
    "terms": tuple(Column(name, "text", "") for name in compare.OVER_HEADINGS),
    "counterfactual": report.COLUMNS,
    "scenarios": scenarios.COLUMNS,
    "sensitivity": (*sensitivity.OCCUPANCY, *sensitivity.PRICE),
    "voids": voids.COLUMNS,
    "forecast": forecast.COLUMNS,
    "local_first": (*local_first.STRATA, *local_first.PARTS),
    "year_groups": (*year_groups.KEYS.values(), *year_groups.DETAIL, *year_groups.counted_columns([date(2027, 8, 31)])),
    "uplifts": uplifts.COLUMNS,
    "price_bands": price_bands.COLUMNS,
    "bridge": period_bridge.COLUMNS,
    "exits": (*exits.COLUMNS, *exits.KEYS.values()),
    "reviews": (*reviews.COLUMNS, *reviews.MEASURES),
    "exceptions": exceptions.COLUMNS,
}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_is_defined(name: str) -> None:
    """Nobody has to guess what a figure is."""
    assert [column.name for column in COLUMNS[name] if not meaning(column)] == []


@pytest.mark.parametrize("name", ["exceptions", "reviews"])
def test_a_kind_of_the_report_s_own_is_not_defined_as_another_s(name: str) -> None:
    """What is late or overdue is of no kind of charge, whatever the column is called."""
    own = [column for column in COLUMNS[name] if column.names]
    assert own
    assert [column.name for column in own if meaning(column) == MEANINGS[column.name]] == []
