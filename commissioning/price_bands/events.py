"""What happened to national price bands: the stream `price_bands:national`."""

from commissioning.ledger.events import Event
from commissioning.price_bands.facts import PriceBand


class PriceBandsListed(Event):
    """From the event's day the national table is this one, whole."""

    source: str
    bands: tuple[PriceBand, ...]


EVENTS: tuple[type[Event], ...] = (PriceBandsListed,)
