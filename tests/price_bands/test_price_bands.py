"""National price bands: tables that hold from a day, which bands a place is in, and who is over and under them."""

from datetime import date
from typing import Any

import pytest

from commissioning.ledger.errors import Refused
from commissioning.price_bands.commands import ListPriceBands
from commissioning.price_bands.facts import PriceBand
from commissioning.price_bands.reading import bands_from_text
from commissioning.price_bands.table import PRICE_BANDS, Place, Table, bands_for, decide
from exports.prices.price_bands import By, price_bands
from exports.result import Result
from tests.brute_force.facts import World
from tests.exports.schools import agreement, child, council_of, price, tier, world
from tests.uplifts.rounds import do
from tests.worlds.council import NO_FILTERS, Council

DAY = date(2026, 11, 23)
LOW = PriceBand(band="1", need="ASD", setting="day", amount=40_000_00)
HIGH = PriceBand(band="2", need="ASD", setting="day", amount=50_000_00)
ANY = PriceBand(amount=45_000_00)
TABLE = Table(date(2026, 4, 1), "Invented", (LOW, HIGH, ANY))


def listed(*bands: PriceBand, day: date = date(2026, 4, 1)) -> ListPriceBands:
    """A table is listed."""
    return ListPriceBands(effective_on=day, source="Invented", bands=bands)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("1", "ASD", "day", None), [LOW]),
        (Place(None, "ASD", "day", None), [LOW, HIGH]),
        (Place("3", "ASD", "day", None), [ANY]),
        (Place("1", "SEMH", "day", None), [ANY]),
        (Place("1", "ASD", "residential_52", None), [ANY]),
    ],
)
def test_a_place_is_in_the_bands_that_say_most_of_it(place: Place, expected: list[PriceBand]) -> None:
    """Need, setting and region count before what is for everybody; without a recorded band it may be in several."""
    assert bands_for(TABLE, place) == expected


def test_a_region_is_told_apart_where_the_table_does() -> None:
    """A row of another region is for nobody else, in whatever letters it is written."""
    table = TABLE._replace(bands=(PriceBand(region="Norrowshire", amount=1), PriceBand(region="London", amount=2)))
    assert [one.amount for one in bands_for(table, Place(None, "ASD", "day", "NORROWSHIRE"))] == [1]
    assert bands_for(table, Place(None, "ASD", "day", None)) == []


def test_the_table_of_a_day_is_the_last_listed_for_it_or_before() -> None:
    """A table of the same day takes the place of the earlier, and the same again is nothing."""
    tables = None
    for command in (listed(LOW), listed(HIGH), listed(ANY, day=date(2027, 4, 1))):
        tables = PRICE_BANDS.fold(decide(command, tables), tables)
    assert tables is not None
    assert decide(listed(HIGH), tables) == []
    assert tables.on(date(2026, 3, 31)) is None
    found = [tables.on(day) for day in (date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1))]
    assert [table and table.bands for table in found] == [(HIGH,), (HIGH,), (ANY,)]


@pytest.mark.parametrize("bands", [(), (LOW, LOW), (PriceBand(amount=0),)])
def test_a_table_without_sense_is_refused(bands: tuple[PriceBand, ...]) -> None:
    """A table has rows, one for each, and no free places."""
    with pytest.raises(Refused):
        decide(listed(*bands), None)


def test_a_table_is_read_as_it_is_pasted() -> None:
    """Commas or tabs, codes or words, pounds with or without their sign."""
    text = 'Band,Need,Setting,Amount\n1,ASD,day,40000\n2,asd,Day,"£50,000.00"\n,,,45000\n'
    assert bands_from_text(text) == (LOW, HIGH, ANY)
    assert bands_from_text(text.replace('"£50,000.00"', "50000").replace(",", "\t")) == (LOW, HIGH, ANY)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("band,price\n1,2", "no column “price”"),
        ("band\n1", "amount among them"),
        ("", "amount among them"),
        ("need,amount\nXX,40000", "Line 2: “XX” is no need"),
        ("setting,amount\nday,40000\nnight,1", "Line 3: “night” is no setting"),
        ("amount\nlots", "Line 2: “lots” is no amount"),
    ],
)
def test_every_fault_of_a_table_names_its_line(text: str, words: str) -> None:
    """What cannot be read is said with its line and what was expected."""
    with pytest.raises(Refused, match=words):
        bands_from_text(text)


def a_council() -> World:
    """A block at 10% off, and three at spot: one above every band, one with transport, one new in autumn."""
    return world(
        [agreement("B", "block", commitment_places=1), agreement("S", "spot"), agreement("L", "state_place")],
        [
            price(60_000, agreement_ref="B"),
            price(61_000, placement_ref="P2"),
            price(44_000, placement_ref="P3"),
            price(20_000, placement_ref="P3", component="transport"),
            price(39_000, placement_ref="P4"),
            price(25_000, placement_ref="P6"),
        ],
        [
            child("P1", "B", band="2"),
            child("P2", "S"),
            child("P3", "S"),
            child("P4", "S", start_on=date(2026, 11, 2)),
            child("P5", "S", end_on=date(2026, 6, 1)),
            child("P6", "L"),
        ],
        [tier("B", 1, 10)],
    )


def asked(council: Council, by: By) -> Result:
    """The report of the day."""

    async def question(reader: Any) -> Result:
        return await price_bands(reader, await reader.as_at(), NO_FILTERS, DAY, by)

    return council.ask(question)


def test_places_are_compared_by_what_they_cost_in_a_whole_year() -> None:
    """Over the dearest band that a place can be in, under the cheapest, within them neither; a state place is none."""
    with council_of(a_council()) as council:
        do(council, listed(LOW, HIGH))
        rows = {row[0]: row[1:] for row in asked(council, "placement").rows}
        whole = asked(council, "provider")
    assert rows == {
        "P1": (1, 1, 54_000_00, 50_000_00, 4_000_00, 0),
        "P2": (1, 1, 61_000_00, 50_000_00, 11_000_00, 0),
        "P3": (1, 1, 44_000_00, 44_000_00, 0, 0),
        "P4": (1, 1, 39_000_00, 40_000_00, 0, 1_000_00),
    }
    assert whole.rows == (("900001", 4, 4, 198_000_00, 184_000_00, 15_000_00, 1_000_00),)


def test_nothing_is_compared_without_a_table() -> None:
    """Everybody is counted, and a note says why nothing is told of them."""
    with council_of(a_council()) as council:
        do(council, listed(LOW, day=date(2027, 4, 1)))
        found = asked(council, "provider")
    assert found.rows == (("900001", 4, 0, 0, 0, 0, 0),)
    assert found.notes == ("No table of price bands holds on 23 November 2026, so nothing is compared.",)
