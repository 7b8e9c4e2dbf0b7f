"""What several totals together give away of a table though none of them does alone; pure.

Every total over all keys but one is an equation in the rows that are withheld of it; coarser totals are sums of these.
A row follows from all of them where Gauss and Jordan leave it alone in an equation.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

from exports.result import Value

_PRIME = 2**61 - 1
"""Whole numbers are reckoned modulo this. Tables of two keys have no divisor but 1 and -1, so for them it is exact."""
MOST_WORK = 1_000_000
"""Equations times rows withheld: more of them would take longer than whoever waits for a file has."""


def worked_out(keys: Sequence[tuple[Value, ...]], held: Collection[int]) -> list[int]:
    """The rows withheld that follow from what is shown; none where there is too much to reckon."""
    equations = _equations(keys, held)
    if len(equations) * len(held) > MOST_WORK:
        return []
    solved: dict[int, dict[int, int]] = {}
    for equation in equations:
        for place in [place for place in equation if place in solved]:
            _take(equation, solved[place], equation[place])
        if not equation:
            continue
        pivot = min(equation)
        by = pow(equation[pivot], -1, _PRIME)
        for place in equation:
            equation[place] = equation[place] * by % _PRIME
        for other in solved.values():
            if pivot in other:
                _take(other, equation, other[pivot])
        solved[pivot] = equation
    return sorted(place for place, equation in solved.items() if len(equation) == 1)


def _equations(keys: Sequence[tuple[Value, ...]], held: Collection[int]) -> list[dict[int, int]]:
    """For every total over all keys but one, the rows withheld of it, each once."""
    width = len(keys[0]) if keys else 0
    found: dict[tuple[int, tuple[Value, ...]], dict[int, int]] = defaultdict(dict)
    for place in sorted(held):
        for left_out in range(width):
            key = keys[place]
            found[left_out, key[:left_out] + key[left_out + 1 :]][place] = 1
    return list(found.values())


def _take(equation: dict[int, int], other: dict[int, int], times: int) -> None:
    """Takes another equation from one, so many times."""
    for place, factor in other.items():
        left = (equation.get(place, 0) - times * factor) % _PRIME
        if left:
            equation[place] = left
        else:
            equation.pop(place, None)
