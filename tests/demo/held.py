"""What a ledger would hold after a history: the latest row of every key, and the placements live on a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from commissioning.demo.notebook import KEYS, Recording, Value

Row = dict[str, Any]


@dataclass
class Held:
    """Rows by sheet and key, as last stated; `placements` and `agreements` hold the row last stated of a ref."""

    rows: dict[str, dict[tuple[Value, ...], Row]] = field(default_factory=lambda: {name: {} for name in KEYS})
    placements: dict[str, Row] = field(default_factory=dict)
    agreements: dict[str, Row] = field(default_factory=dict)

    def live(self, day: date, *, state: bool = False) -> list[Row]:
        """Return the rows of placements on roll on a day, in state schools or in all the others."""
        return [
            row
            for row in self.placements.values()
            if row["start_on"] <= day
            and (row["end_on"] is None or row["end_on"] >= day)
            and row["withdrawn"] is None
            and (self.model(row) == "state_place") is state
        ]

    def model(self, placement: Row) -> str:
        """Return the commissioning model that a placement's row stands under."""
        return str(self.agreements[str(placement["agreement_ref"])]["model"])


def held_after(recordings: Sequence[Recording]) -> Held:
    """Take every row of every recording in, in order."""
    held = Held()
    for recording in recordings:
        for sheet, rows in recording.sheets.items():
            for row in rows:
                held.rows[sheet][tuple(row.get(name) for name in KEYS[sheet])] = row
                if sheet == "Placements":
                    held.placements[str(row["placement_ref"])] = row
                if sheet == "Agreements":
                    held.agreements[str(row["agreement_ref"])] = row
    return held
