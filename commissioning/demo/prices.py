"""What places cost in the invented county: fair prices by need and phase, bands, units and yearly uplifts.

Amounts are pounds at today's level; an earlier price is today's with the uplifts since then taken off again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

# Secondary day places at today's level, chosen so that this mix of needs costs about 57,000 a place.
_FAIR = {
    "SEMH": 59_500,
    "ASD": 55_500,
    "SLCN": 50_500,
    "MLD": 46_500,
    "SPLD": 45_500,
    "PD": 58_000,
    "SLD": 57_500,
    "HI": 55_000,
    "OTH": 52_000,
}
_PHASE_PERCENT = {"early_years": 90, "primary": 93, "secondary": 100, "post_16": 106}
_RANK = {"MLD": 0, "SPLD": 0, "SLCN": 1, "SEMH": 3}
_OTHER_RANK = 2
BAND_FAIR = (46_500, 50_500, 55_500, 59_500, 67_000)
BANDS = {
    "framework": ("A", "B", "C", "D", "E"),
    "need_band": ("Band 1", "Band 2", "Band 3", "Band 4", "Band 5"),
    "price_band": ("N1", "N2", "N3", "N4", "N5"),
    "state_place": ("T1", "T2", "T3", "T4", "T5"),
}
_UNITS_A_YEAR = {"year": 1, "term": 3, "week": 38, "day": 190}
_WHOLE = Decimal(1)
_PENNY = Decimal("0.01")


@dataclass(frozen=True)
class Uplift:
    """A yearly price change of a school: the day it holds from, the day it became known, per cent."""

    effective_on: date
    known_on: date
    percent: Decimal


def fair_price(need: str, phase: str, demanding: bool) -> Decimal:
    """Return the yearly price in pounds that the market would ask for such a day place today."""
    return Decimal(_FAIR[need]) * _PHASE_PERCENT[phase] / 100 * (Decimal("1.12") if demanding else 1)


def band_for(model: str, need: str, demanding: bool) -> str | None:
    """Return the band in which a pupil is assessed, or None where the model has no bands."""
    bands = BANDS.get(model)
    return bands[min(_RANK.get(need, _OTHER_RANK) + demanding, len(bands) - 1)] if bands else None


def price_on(day: date, today_price: Decimal, uplifts: Sequence[Uplift]) -> Decimal:
    """Return the price of a day: today's without the uplifts that took effect after that day."""
    price = today_price
    for uplift in uplifts:
        if uplift.effective_on > day:
            price = price / (1 + uplift.percent / 100)
    return price


def in_unit(yearly: Decimal, unit: str) -> Decimal:
    """Turn a yearly price into one a term, week (38 a year) or day (190 a year), as schools quote it."""
    price = yearly / _UNITS_A_YEAR[unit]
    return price.quantize(_WHOLE if unit in ("year", "term") else _PENNY, ROUND_HALF_UP)
