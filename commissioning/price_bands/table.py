"""The national tables of price bands by the day from which each holds, and which bands a place falls into. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from commissioning.placements.facts import Need
from commissioning.price_bands.commands import ListPriceBands
from commissioning.price_bands.events import PriceBandsListed
from commissioning.price_bands.facts import PriceBand
from contracts.terms import Setting

NATIONAL = "national"
"""The key of the one stream of tables."""
MOST_BANDS = 2_000


class Table(NamedTuple):
    """A table from a day on."""

    effective_on: date
    source: str
    bands: tuple[PriceBand, ...]


class Tables(NamedTuple):
    """Every table by its day."""

    by_day: Mapping[date, Table]

    def on(self, day: date) -> Table | None:
        """The table that holds on a day, None before the first."""
        held = [first for first in self.by_day if first <= day]
        return self.by_day[max(held)] if held else None


class Place(NamedTuple):
    """What a table is asked about: a placement as it stands, and where its school is."""

    band: str | None
    need: Need
    setting: Setting
    region: str | None


def bands_for(table: Table, place: Place) -> list[PriceBand]:
    """The bands that a place can be in, of those that say most of it.

    They are several where the place has no recorded band and the table tells bands apart.
    """
    fitting = [one for one in table.bands if _fits(one, place)]
    most = max((_told(one) for one in fitting), default=0)
    return [one for one in fitting if _told(one) == most]


def decide(command: ListPriceBands, tables: Tables | None) -> list[Event]:
    """Give the events of a command; none where that table holds from that day already. Raises `Refused`."""
    if faults := [*_faults(command.bands)]:
        raise Refused(*faults)
    known = tables.by_day.get(command.effective_on) if tables else None
    if known is not None and (known.source, known.bands) == (command.source, command.bands):
        return []
    return [PriceBandsListed(effective_on=command.effective_on, source=command.source, bands=command.bands)]


def evolve(tables: Tables | None, event: Event) -> Tables:
    """Give the tables after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case PriceBandsListed():
            listed = Table(event.effective_on, event.source, event.bands)
            return Tables({**(tables.by_day if tables else {}), event.effective_on: listed})
        case _:
            raise misplaced(event, tables)


def _fits(band: PriceBand, place: Place) -> bool:
    region = (place.region or "").lower()
    return (
        (place.band is None or band.band in (None, place.band))
        and band.need in (None, place.need)
        and band.setting in (None, place.setting)
        and (band.region is None or band.region.lower() == region)
    )


def _told(band: PriceBand) -> int:
    """How much a band says of a place beside its own name, which a place without one cannot answer."""
    return sum(part is not None for part in (band.need, band.setting, band.region))


def _faults(bands: Iterable[PriceBand]) -> Iterable[Fault]:
    listed = list(bands)
    if not listed:
        yield Fault("no-bands", "The table has no row.", "bands", "one row at least")
    if len(listed) > MOST_BANDS:
        yield Fault(
            "too-many-bands",
            said("The table has %(count)s rows.", count=len(listed)),
            "bands",
            said("at most %(most)s", most=MOST_BANDS),
        )
    for one in listed:
        if one.amount <= 0:
            yield Fault(
                "amount",
                said("A band of %(amount)s pence is no price.", amount=one.amount),
                "bands",
                "an amount above 0",
            )
    for place, count in Counter(one.place for one in listed).items():
        if count > 1:
            named = ", ".join(part for part in place if part) or said("everybody")
            yield Fault(
                "band-twice",
                said("%(count)s rows are for the same: %(named)s.", count=count, named=named),
                "bands",
                "one row for each",
            )


PRICE_BANDS = Aggregate("price_bands", evolve)
