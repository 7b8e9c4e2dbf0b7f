"""What pages and reports ask about national price bands, as known at a position."""

from commissioning.ledger.reading import Reader
from commissioning.price_bands.table import NATIONAL, PRICE_BANDS, Tables


async def tables_as_at(reader: Reader, position: int) -> Tables:
    """Every table by its day; none where nobody has listed any."""
    return await reader.state(PRICE_BANDS, NATIONAL, position) or Tables({})
