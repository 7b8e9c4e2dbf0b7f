"""What a benchmark reports, and how times are taken: subject and floor in turn, so that both meet the same load.

Ratios are what counts: on a busy machine absolute times say little, and the best of several repetitions most.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any, Literal

TIMES = "\N{MULTIPLICATION SIGN}"
"""The unit of a ratio."""
Clock = Callable[[], float]
"""Gives the present moment in seconds of whatever it counts."""
Direction = Literal["at most", "at least"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table.

    `value` is what is judged, in `unit`: a ratio to the floor (`TIMES`), a rate or a time. `target` is what is to be
    reached, None where the line is only told; `how` says what was measured beside what.
    """

    benchmark: str
    name: str
    value: float
    unit: str
    how: str
    target: float | None = None
    direction: Direction = "at most"

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        return self.value <= self.target if self.direction == "at most" else self.value >= self.target

    def to_json(self) -> dict[str, Any]:
        """The line as the JSON file has it."""
        return {**asdict(self), "reached": self.reached}


def seconds(deed: Callable[[], Any], clock: Clock = perf_counter) -> float:
    """How long a deed takes, in seconds of the clock on the wall or of another."""
    start = clock()
    deed()
    return clock() - start


def best_in_turn(repetitions: int, *deeds: Callable[[], Any], clock: Clock = perf_counter) -> list[float]:
    """The best time of each deed in seconds; the deeds take turns in every repetition.

    Deeds that only compute are timed by `process_time`, which leaves out what other programs took of the machine.
    """
    best = [float("inf")] * len(deeds)
    for _ in range(repetitions):
        for index, deed in enumerate(deeds):
            best[index] = min(best[index], seconds(deed, clock))
    return best


class Stopwatch:
    """Seconds by stage. A stage within a stage is taken out of the outer one, so that all add up to the whole."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._stages: list[str] = []
        self._since = 0.0

    def stage(self, name: str) -> "_Stage":
        """Counts the time of a with-block under this name."""
        return _Stage(self, name)

    def turn_to(self, name: str) -> None:
        """Begins a stage within the one under way."""
        self._credit()
        self._stages.append(name)
        self.spent.setdefault(name, 0.0)

    def turn_back(self) -> None:
        """Goes on with the stage around the one under way."""
        self._credit()
        self._stages.pop()

    def _credit(self) -> None:
        now = perf_counter()
        if self._stages:
            self.spent[self._stages[-1]] += now - self._since
        self._since = now


class _Stage:
    """A with-block of one stage; a class, because a generator would cost as much as some of what is measured."""

    __slots__ = ("_name", "_watch")

    def __init__(self, watch: Stopwatch, name: str) -> None:
        self._watch, self._name = watch, name

    def __enter__(self) -> None:
        self._watch.turn_to(self._name)

    def __exit__(self, *_: object) -> None:
        self._watch.turn_back()
