"""What may be asked about national price bands."""

from datetime import date

from commissioning.ledger.work import Command
from commissioning.placements.commands import Words
from commissioning.price_bands.facts import PriceBand


class ListPriceBands(Command):
    """State the whole table that holds from a day, and where it was published; a table of that day is replaced."""

    effective_on: date
    source: Words
    bands: tuple[PriceBand, ...]
    expected_version: int | None = None
