"""Parts of a price: which days and components, widened to the years that are rounded as a whole, and joined."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from contracts.pricing.days import ALWAYS, OPEN, financial_year_of
from contracts.pricing.extent import ALL_COMPONENTS, EVERYTHING, NOTHING, Extent, joined, over

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31)).map(date.toordinal)
EXTENTS = st.builds(
    lambda days, components: over((min(days), max(days)), components),
    st.tuples(DAYS, DAYS),
    st.frozensets(st.sampled_from(sorted(ALL_COMPONENTS))),
)


@given(extent=EXTENTS)
def test_whole_years_begin_in_april_and_end_in_march(extent: Extent) -> None:
    """Widened, an extent goes from 1 April before it to 31 March after it, and to no year more."""
    first, last, components = extent.in_whole_years()
    assert date.fromordinal(first) == date(financial_year_of(extent.first), 4, 1)
    assert date.fromordinal(last) == date(financial_year_of(extent.last) + 1, 3, 31)
    assert components == extent.components


def test_open_ends_stay_open() -> None:
    """All days stay all days, and an extent that is open on one side stays so."""
    assert EVERYTHING.in_whole_years() == EVERYTHING
    begun = date(2026, 5, 6).toordinal()
    assert Extent(begun, OPEN).in_whole_years() == Extent(date(2026, 4, 1).toordinal(), OPEN)
    assert Extent(ALWAYS[0], begun).in_whole_years() == Extent(0, date(2027, 3, 31).toordinal())


@given(extents=st.lists(EXTENTS | st.just(NOTHING), max_size=4))
def test_joined_is_the_least_that_holds_them_all(extents: list[Extent]) -> None:
    """From the first day of any to the last, with the components of all; what is nothing adds nothing."""
    given_ = [extent for extent in extents if extent.components]
    if not given_:
        assert not joined(*extents)
        return
    components = frozenset[str]().union(*(extent.components for extent in given_))
    expected = (min(one.first for one in given_), max(one.last for one in given_), components)
    assert joined(*extents) == expected
