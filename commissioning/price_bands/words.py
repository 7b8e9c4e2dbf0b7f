"""What national price bands are called when a person reads them."""

from collections.abc import Mapping
from datetime import date

from commissioning.charges.facts_in_words import Facts
from commissioning.placements.words import NEEDS
from commissioning.price_bands.facts import PriceBand
from commissioning.price_bands.table import Tables
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import number, pounds
from contracts import words

EVENT_TITLES: Mapping[str, str] = Labels({"PriceBandsListed": N_("Price bands listed")})


def for_whom(band: PriceBand) -> str:
    """For which places a band is: `Band 1, Social, emotional and mental health (SEMH), Day`."""
    parts = (
        band.band and words.band(band.band),
        band.need and NEEDS[band.need],
        band.setting and words.SETTINGS[band.setting],
        band.region,
    )
    return ", ".join(part for part in parts if part) or _("Every place")


def table_facts(tables: Tables, on: date) -> Facts:
    """The table that holds on a day, for the history."""
    table = tables.on(on)
    if table is None:
        return {}
    told: dict[str, str | None] = {_("Source"): table.source, _("Rows"): number(len(table.bands))}
    return told | {for_whom(band): _("%(amount)s a year", amount=pounds(band.amount)) for band in table.bands}
