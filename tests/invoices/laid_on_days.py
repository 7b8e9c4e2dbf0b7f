"""How much of what was approved can be laid on days that cost it: an independent second opinion, by flow.

It shares no line of code with the product. Every approval is pence for the days from one to another; a day bears no
more than it costs and what credits give back on it. What cannot be laid is money paid for nothing.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

_DAY = timedelta(days=1)


class Span(NamedTuple):
    """Pence for the days from one to another; below nought they are given back."""

    first_day: date
    last_day: date
    pence: int


def most_laid(spans: Sequence[Span], daily: Mapping[date, int]) -> int:
    """The most pence of the spans above nought that days can bear together, as a flow of money onto days."""
    wanted = [span for span in spans if span.pence > 0]
    given_back = [span for span in spans if span.pence < 0]
    stretches = _stretches(spans)
    costs = [sum(max(daily.get(one, 0), 0) for one in _days(first, last)) for first, last in stretches]
    # Nodes: 0 the purse, then the spans, then the stretches of days, then the credits, last the sink.
    at_stretch, at_credit = 1 + len(wanted), 1 + len(wanted) + len(stretches)
    sink = at_credit + len(given_back)
    room: dict[int, dict[int, int]] = {node: {} for node in range(sink + 1)}
    for number, span in enumerate(wanted, 1):
        room[0][number] = span.pence
        for place, (first, last) in enumerate(stretches):
            if span.first_day <= first and last <= span.last_day:
                room[number][at_stretch + place] = span.pence
        for place, credit in enumerate(given_back):
            if span.first_day <= credit.last_day and credit.first_day <= span.last_day:
                room[number][at_credit + place] = span.pence
    for place, cost in enumerate(costs):
        room[at_stretch + place][sink] = cost
    for place, credit in enumerate(given_back):
        room[at_credit + place][sink] = -credit.pence
    return _flow(room, sink)


def _stretches(spans: Sequence[Span]) -> list[tuple[date, date]]:
    """The days of all spans, cut wherever one of them begins or ends."""
    cuts = sorted({span.first_day for span in spans} | {span.last_day + _DAY for span in spans})
    return [(first, after - _DAY) for first, after in pairwise(cuts)]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def _flow(room: dict[int, dict[int, int]], sink: int) -> int:
    """The greatest flow from node 0 to the sink; what flows leaves room to flow back."""
    total = 0
    while (way := _way(room, sink)) is not None:
        through = min(room[one][other] for one, other in way)
        for one, other in way:
            room[one][other] -= through
            room[other][one] = room[other].get(one, 0) + through
        total += through
    return total


def _way(room: dict[int, dict[int, int]], sink: int) -> list[tuple[int, int]] | None:
    """The shortest way with room on it."""
    came_from: dict[int, int] = {0: 0}
    waiting = deque([0])
    while waiting and sink not in came_from:
        node = waiting.popleft()
        for other, left in room[node].items():
            if left > 0 and other not in came_from:
                came_from[other] = node
                waiting.append(other)
    if sink not in came_from:
        return None
    way, node = [], sink
    while node:
        way.append((came_from[node], node))
        node = came_from[node]
    return way
