"""Amounts in pence by the number of their line, put together; pure."""

from collections.abc import Iterable, Mapping

from invoices.held import LineAmount


def by_line(amounts: Iterable[LineAmount]) -> dict[int, int]:
    """Amounts in pence by the number of their line."""
    return total_of({amount.line: amount.pence} for amount in amounts)


def as_amounts(pence: Mapping[int, int]) -> tuple[LineAmount, ...]:
    """Pence by line as commands and events say them, in the order of the lines."""
    return tuple(LineAmount(line=line, pence=of_line) for line, of_line in sorted(pence.items()))


def total_of(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """The pence of each line over several parts."""
    found: dict[int, int] = {}
    for part in parts:
        for line, pence in part.items():
            found[line] = found.get(line, 0) + pence
    return found
