"""The pieces of a price, which bills are compared with: exact, in the agreed prices, and what charges are made of."""

from contracts.pricing.accrual import month_charges
from contracts.pricing.extent import EVERYTHING, Extent
from contracts.pricing.placement import pieces_of_placement, price_placement
from tests.pricing.notation import (
    CALENDAR,
    Agreement,
    day,
    placement,
    price,
    roll_of,
    suspension,
    terms,
    tiers,
    version,
)

WEEKLY = price("700", "week", band="A")
YEARLY = price("36500")
AGREEMENT = Agreement([WEEKLY, YEARLY], [terms(notice_weeks=4)], [tiers(p1="33.33")])
ONE = placement(
    "2025-09-01",
    "2026-05-11",
    notice_given_on=day("2026-05-01"),
    versions=[version(band="A"), version("2026-01-05", agreement_ref="ELSEWHERE"), version("2026-03-02")],
    suspensions=[suspension("2025-10-06", "2025-10-10", "40")],
)


def test_pieces_come_to_the_charges() -> None:
    """Rounded, the pieces of a placement that moves away and back, is suspended and leaves are its charges."""
    stay = roll_of(AGREEMENT, ONE).stays[ONE.ref]
    spring = Extent(day("2026-04-01").toordinal(), day("2027-03-31").toordinal(), EVERYTHING.components)
    for extent in (EVERYTHING, spring):
        pieces = pieces_of_placement(AGREEMENT, ONE, stay, extent)
        charges = price_placement(AGREEMENT, ONE, CALENDAR, stay, extent).charges
        assert charges
        assert month_charges(pieces, {}, {}, CALENDAR) == charges


def test_a_piece_names_its_agreed_price() -> None:
    """The weekly price holds in the first version alone, the yearly one in both; notice has that of the last day."""
    pieces = pieces_of_placement(AGREEMENT, ONE, roll_of(AGREEMENT, ONE).stays[ONE.ref], EVERYTHING)
    named = {(kind, one.version, one.rate) for (_, kind), several in pieces.items() for one in several}
    assert named == {
        ("attendance", 0, WEEKLY),
        ("attendance", 0, YEARLY),
        ("attendance", 2, YEARLY),
        ("notice", 2, YEARLY),
    }
