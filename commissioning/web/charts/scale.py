"""The value axis: round steps that hold all values and zero, their words, and values to points."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from commissioning.web.charts.spec import Unit, Value, exact
from commissioning.web.language import _
from commissioning.web.words import MINUS, number, percent, short_pounds

ROUND_STEPS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))
PENCE = 100


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high` in equal steps, laid from `start` to `end` in points (end may be the smaller)."""

    low: Fraction
    high: Fraction
    step: Fraction
    start: float
    end: float

    @property
    def base(self) -> Fraction:
        """Where bars stand: zero, or the lowest tick of an axis that is cut off above zero."""
        return max(Fraction(0), self.low)

    def at(self, value: Fraction) -> float:
        """The point of a value; what lies under a cut axis is drawn at its foot."""
        part = (max(value, self.low) - self.low) / (self.high - self.low)
        return self.start + float(part) * (self.end - self.start)

    def ticks(self) -> list[Fraction]:
        """Every step, from low to high."""
        count = int((self.high - self.low) / self.step)
        return [self.low + self.step * index for index in range(count + 1)]


def scale_for(
    values: Iterable[Fraction],
    unit: Unit,
    *,
    steps: int,
    start: float,
    end: float,
    cut: Fraction | None = None,
) -> Scale:
    """A scale of about `steps` round steps that holds every value, and zero so that bars do not mislead.

    With `cut` the axis begins there instead; the drawing then says so in words (`cut_words`).
    """
    held = [Fraction(0), *values]
    low, high = min(held) if cut is None else cut, max(held)
    least = Fraction(PENCE) if unit == "pounds" else Fraction(1, 10)
    if low == high:
        high = least * 10
    step = max(_round_step((high - low) / max(steps, 1)), least)
    return Scale(step * (low // step), step * -(-high // step), step, start, end)


def tick_words(scale: Scale, unit: Unit) -> list[str]:
    """What stands at each tick: `£0`, `£0.5m`, `£1m`, all in one size of money."""
    ticks = scale.ticks()
    if unit == "percent":
        return [percent(tick, 2) for tick in ticks]
    if unit == "number":
        return [number(tick, 2) for tick in ticks]
    largest = max(abs(tick) for tick in ticks)
    size, suffix = next(
        (size, suffix)
        for size, suffix in ((100_000_000, "m"), (100_000, "k"), (PENCE, ""))
        if largest >= size or size == PENCE
    )
    return [f"{MINUS if tick < 0 else ''}£{number(abs(tick) / size, 3)}{suffix if tick else ''}" for tick in ticks]


def cut_words(scale: Scale, unit: Unit) -> str:
    """What the drawing says about an axis that does not begin at zero; empty where it does."""
    if scale.low <= 0:
        return ""
    return _("The axis begins at %(value)s, not at zero", value=tick_words(scale, unit)[0])


def value_words(value: Value, unit: Unit, *, signed: bool = False) -> str:
    """A value as a label on a chart, short; `signed` puts a plus before what is above zero."""
    if value is None:
        return ""
    plus = "+" if signed and value > 0 else ""
    if unit == "pounds":
        return plus + short_pounds(round(exact(value)))
    return plus + (percent(value) if unit == "percent" else number(value))


def apart(words: list[str], points: list[float], widths: list[float], gap: float) -> list[int]:
    """Indexes of the labels to show so that neighbours keep `gap` apart: all, each second, each third."""
    for every in range(1, len(words) + 1):
        chosen = list(range(0, len(words), every))
        if all(
            points[after] - widths[after] / 2 - points[before] - widths[before] / 2 >= gap
            for before, after in pairwise(chosen)
        ):
            return chosen
    return [0]


def _round_step(least: Fraction) -> Fraction:
    """The smallest round step that is not below `least`."""
    power = Fraction(1)
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next(power * factor for factor in ROUND_STEPS if power * factor >= least)
