"""A rough yearly cost of what is held on a day: round weeks and days, no suspensions, no calendars."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from tests.demo.held import Held, Row

_UNITS = {"year": 1, "term": 3, "week": 38, "day": 38, "hour": 190, "once": 0}
_SERIES = ("component", "unit", "band", "setting")


class Estimate:
    """Yearly costs in pounds on one day, by placement, and of the empty committed places of each agreement."""

    def __init__(self, held: Held, day: date) -> None:
        self.held = held
        self.day = day
        self._lines: dict[str, list[Row]] = defaultdict(list)
        for row in held.rows["Rates"].values():
            self._lines[str(row["agreement_ref"] or row["placement_ref"])].append(row)
        self._roll: dict[str, list[str]] = defaultdict(list)
        for row in sorted(
            [*held.live(day), *held.live(day, state=True)], key=lambda r: (r["start_on"], r["placement_ref"])
        ):
            self._roll[str(row["agreement_ref"])].append(str(row["placement_ref"]))

    def _held_lines(self, owner: str) -> list[Row]:
        latest: dict[tuple[object, ...], Row] = {}
        for row in sorted(self._lines[owner], key=lambda r: r["effective_from"] or date.min):
            if (row["effective_from"] or date.min) <= self.day:
                latest[tuple(row[name] for name in _SERIES)] = row
        return list(latest.values())

    def placement(self, row: Row) -> Decimal:
        """Return the yearly cost of a placement, its discount taken off."""
        ref, agreement = str(row["placement_ref"]), str(row["agreement_ref"])
        discount = 1 - self._discount(agreement, self._roll[agreement].index(ref) + 1) / 100
        total = sum((self._yearly(line, row) for line in self._held_lines(ref)), Decimal(0))
        for line in self._held_lines(agreement):
            if line["band"] in (None, row["band"]) and line["setting"] in (None, row["setting"]):
                total += self._yearly(line, row) * discount
        return total

    def void(self, agreement: str) -> Decimal:
        """Return the yearly cost of an agreement's empty places as if they stayed empty."""
        terms = self.held.agreements[agreement]
        places = int(terms["commitment_places"] or 0)
        lines = [line for line in self._held_lines(agreement) if line["void"] == "yes"]
        price = sum((self._yearly(line, {"setting": "day"}) for line in lines), Decimal(0))
        return sum(
            (
                price * Decimal(terms["void_pct"] or 0) / 100 * (1 - self._discount(agreement, place) / 100)
                for place in range(len(self._roll[agreement]) + 1, places + 1)
            ),
            Decimal(0),
        )

    def _yearly(self, line: Row, placement: Row) -> Decimal:
        units = _UNITS[str(line["unit"])]
        if line["unit"] == "hour":
            units = 38
        if line["unit"] == "day":
            return Decimal(line["amount"]) * 38 * Decimal(line["quantity"] or 5)
        if line["unit"] == "week" and placement["setting"] == "residential_52":
            units = 52
        return Decimal(line["amount"]) * units * Decimal(line["quantity"] or 1)

    def _discount(self, agreement: str, place: int) -> Decimal:
        tiers = {
            int(row["from_place"]): Decimal(row["discount_pct"])
            for row in self.held.rows["Tiers"].values()
            if row["agreement_ref"] == agreement
        }
        if self.held.agreements[agreement]["tiering"] == "whole_roll":
            place = max(1, len(self._roll[agreement]))
        return tiers[max(start for start in tiers if start <= place)] if tiers else Decimal(0)
