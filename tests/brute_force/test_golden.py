"""The brute force against three small worlds whose right answers were worked out elsewhere."""

import csv
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.brute_force.prices import SpendKey, spend_rows
from tests.brute_force.workbook import workbook_to_world

GOLDEN = Path(
    os.environ.get("COMMISSIONING_GOLDEN") or Path(__file__).resolve().parents[2].parent / "shared" / "golden"
)


def right_answers(path: Path) -> dict[SpendKey, int]:
    """Return the pence of a golden file by month, agreement, placement, component, kind and funder."""
    with path.open(newline="", encoding="utf-8") as lines:
        return {
            (
                row["month"],
                row["agreement"],
                row["placement"] or None,
                row["component"],
                row["kind"],
                row["funder"],
            ): int(Decimal(row["cost"]) * 100)
            for row in csv.DictReader(lines)
        }


@pytest.mark.skipif(
    not GOLDEN.is_dir(),
    reason="the golden worlds are not part of the repository; set COMMISSIONING_GOLDEN to their folder",
)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_golden_world_is_reproduced_to_the_penny(number: int) -> None:
    """Every row of a golden world's year has the right pence, and there is no row beside them."""
    world = workbook_to_world(GOLDEN / f"world-{number}.xlsx")
    rows = spend_rows(world, date(2026, 4, 1), date(2027, 3, 31))
    assert rows == right_answers(GOLDEN / f"world-{number}.spend-2026-27.csv")
