"""What pages, the API and upper floors ask about schools."""

from datetime import date

from commissioning.ledger.reading import Reader
from commissioning.ledger.store import Row
from providers.facts import ProviderFacts
from providers.projections import FACT_COLUMNS
from providers.provider import PROVIDERS, Provider

_SELECT = f"SELECT urn, {', '.join(FACT_COLUMNS)}, closed_on FROM providers_provider WHERE book = ?"


async def all_providers(reader: Reader) -> list[Provider]:
    """List every known school by name, then URN."""
    rows = await reader.query(f"{_SELECT} ORDER BY name, urn", (await reader.number(),))
    return [_provider(row) for row in rows]


async def provider_now(reader: Reader, urn: int) -> Provider | None:
    """Give one school as it is known now, None where nobody has recorded it."""
    rows = await reader.query(f"{_SELECT} AND urn = ?", (await reader.number(), urn))
    return _provider(rows[0]) if rows else None


async def provider_as_at(reader: Reader, urn: int, position: int) -> Provider | None:
    """Give one school as it was known at a position of the ledger."""
    return await reader.state(PROVIDERS, str(urn), position)


def _provider(row: Row) -> Provider:
    """Read a row; the model turns SQLite's 1 and 0 back into yes and no."""
    urn, *facts, closed_on = row
    known = ProviderFacts(**dict(zip(FACT_COLUMNS, facts, strict=True)))
    return Provider(urn, known, None if closed_on is None else date.fromisoformat(closed_on))
