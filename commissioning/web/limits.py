"""How often the same may be tried: a count for each key over a span of time, in the memory of one program.

Several programs side by side each count for themselves, so that together they allow as many times more.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from time import monotonic

from commissioning.ledger.errors import Fault, Refused

_KEYS_KEPT = 10_000
"""Keys counted at once; beyond, those tried longest ago are let go."""


class Limit:
    """At most so many attempts a key within some seconds. `now` gives seconds that never run backwards."""

    def __init__(self, attempts: int, seconds: float, now: Callable[[], float] = monotonic) -> None:
        self._attempts = attempts
        self._seconds = seconds
        self._now = now
        self._tried: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Whether the key may be tried once more."""
        return len(self._recent(key)) < self._attempts

    def count(self, key: str) -> None:
        """Counts an attempt."""
        recent = self._recent(key)
        recent.append(self._now())
        self._tried[key] = recent
        self._tried.move_to_end(key)
        while len(self._tried) > _KEYS_KEPT:
            self._tried.popitem(last=False)

    def forget(self, key: str) -> None:
        """Begins anew for a key, after it turned out to be whom it said."""
        self._tried.pop(key, None)

    def take(self, key: str) -> None:
        """Counts an attempt, or raises `Refused` (429) where there were too many."""
        if not self.allows(key):
            raise too_many()
        self.count(key)

    def _recent(self, key: str) -> deque[float]:
        recent = self._tried.get(key, deque())
        while recent and recent[0] <= self._now() - self._seconds:
            recent.popleft()
        return recent


def too_many() -> Refused:
    """The refusal of what was tried too often."""
    return Refused(
        Fault("too-many", "This was tried too often in a short time.", mend="Wait some minutes.", status=429)
    )
