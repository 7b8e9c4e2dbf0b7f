"""The placements that a forecast looks at, each read once: its parts ask for many of the same."""

from collections.abc import Collection

from commissioning.charges.known import placements_named
from commissioning.ledger.reading import Reader
from commissioning.placements.placement import Placement


class PlacementsOnce:
    """Placements as they were known at a position, kept for as long as one question is answered."""

    def __init__(self, reader: Reader, position: int) -> None:
        self.reader = reader
        self.position = position
        self._known: dict[str, Placement] = {}

    async def named(self, refs: Collection[str]) -> dict[str, Placement]:
        """The placements of some references; one that nobody knew is left out."""
        self._known |= await placements_named(self.reader, set(refs) - self._known.keys(), self.position)
        return {ref: self._known[ref] for ref in sorted(refs) if ref in self._known}
