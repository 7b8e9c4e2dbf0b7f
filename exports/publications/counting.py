"""How many pupils each published figure is of."""

from collections import defaultdict
from typing import Any

from commissioning.charges import queries
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader


async def pupils_by(reader: Reader, key: str, period: Period, position: int, filters: Filters) -> dict[Any, int]:
    """Pupils on roll on any day of a period by the values of one key; one may stand under several."""
    found: dict[Any, set[str]] = defaultdict(set)
    for span in await queries.occupied(reader, (key, "pupil"), period, position, filters):
        found[span.group[0]].add(span.group[1])
    return {value: len(pupils) for value, pupils in found.items()}
