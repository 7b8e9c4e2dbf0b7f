"""Who is over and who under the national price bands: what each place costs a year beside the band it falls into."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from commissioning.charges import places
from commissioning.charges.known import placements_named, providers_as_at, school_names
from commissioning.charges.periods import financial_year
from commissioning.charges.places import Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.time import financial_year_name
from commissioning.placements.placement import Placement
from commissioning.price_bands.queries import tables_as_at
from commissioning.price_bands.table import Place, Table, bands_for
from commissioning.price_bands.yearly import yearly_prices
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import day as day_words
from commissioning.web.words import number
from exports.counterfactual.targets import targets_as_at
from exports.result import Column, Result
from exports.schools_named import schools_named

By = Literal["provider", "agreement", "placement"]
HEADINGS: Mapping[By, str] = Labels(
    {"provider": N_("School"), "agreement": N_("Agreement"), "placement": N_("Placement")}
)
COLUMNS = (
    Column("placements", "count", N_("Placements")),
    Column("compared", "count", N_("Compared"), N_("Placements that have a yearly price and fall into a band.")),
    Column("paid", "money", N_("Paid a year"), N_("What the places compared cost a year at the prices of the day.")),
    Column("banded", "money", N_("At the bands"), N_("The same at the nearest price that a band allows each.")),
    Column("over", "money", N_("Over"), N_("What places cost above the dearest band that they can be in.")),
    Column("under", "money", N_("Under"), N_("What places cost below the cheapest band that they can be in.")),
)


class Compared(NamedTuple):
    """A placement on roll: its pence a year and the pence of the cheapest and dearest band; None where not known."""

    placement: Placement
    agreement_ref: str
    provider_urn: int
    paid: int | None
    bands: tuple[int, int] | None


@dataclass(slots=True)
class Standing:
    """How some places stand to the bands; money is pence a year, `above` counts places over the dearest band."""

    placements: int = 0
    compared: int = 0
    paid: int = 0
    over: int = 0
    under: int = 0
    above: int = 0

    def add(self, one: Compared) -> None:
        """Add a placement; one that has no price or no band is counted alone."""
        self.placements += 1
        if one.paid is not None and one.bands is not None:
            low, high = one.bands
            self.compared += 1
            self.paid += one.paid
            self.over += max(one.paid - high, 0)
            self.above += one.paid > high
            self.under += max(low - one.paid, 0)

    def row(self) -> tuple[int, ...]:
        """The figures in the order of the columns."""
        return self.placements, self.compared, self.paid, self.paid - self.over + self.under, self.over, self.under


@schools_named
async def price_bands(reader: Reader, as_at: AsAt, filters: Filters, day: date, by: By) -> Result:
    """Everybody on roll on a day beside the table that holds on it, the most over first."""
    table = (await tables_as_at(reader, as_at.position)).on(day)
    groups: dict[str, Standing] = defaultdict(Standing)
    whole = Standing()
    for one in await compared(reader, as_at.position, filters, day, table):
        named = {"provider": str(one.provider_urn), "agreement": one.agreement_ref, "placement": one.placement.ref}
        groups[named[by]].add(one)
        whole.add(one)
    names = await school_names(reader, as_at.position) if by == "provider" else {}
    ordered = sorted(groups.items(), key=lambda item: (item[1].under - item[1].over, item[0]))
    return Result(
        "price_bands",
        _("Over and under the national price bands"),
        as_at,
        financial_year(financial_year_name(day)),
        filters,
        (Column(by, "text", HEADINGS[by], names=names), *COLUMNS),
        tuple((name, *found.row()) for name, found in ordered),
        dict(zip([column.name for column in COLUMNS], whole.row(), strict=True)),
        _notes(table, whole, day),
        {"by": by, "day": day.isoformat()},
    )


async def compared(reader: Reader, position: int, filters: Filters, day: date, table: Table | None) -> list[Compared]:
    """Everybody on roll on a day whom filters let through, with what the place costs a year and its bands."""
    wanted = Wanted(tuple((name, values) for name, values in filters.chosen().items()), on=day)
    chosen = {one.ref for one in await places.places(reader, position, day, wanted)}
    live: dict[str, list[str]] = defaultdict(list)
    refs = {one.agreement_ref for one in await places.places(reader, position, day, wanted)}
    for one in await places.places(reader, position, day, Wanted(on=day)):
        if one.agreement_ref in refs:
            live[one.agreement_ref].append(one.ref)
    known = await placements_named(reader, {ref for of in live.values() for ref in of}, position)
    schools = await providers_as_at(reader, position)
    targets = await targets_as_at(reader, position)
    year = financial_year(financial_year_name(day))
    found: list[Compared] = []
    for ref in sorted(live):
        target = targets[ref]
        if target.agreement.model == "state_place":
            continue  # the bands are of independent schools
        members = [known[one] for one in sorted(live[ref])]
        urn = target.agreement.provider_urn
        region = schools[urn].facts.local_authority if urn in schools else None
        for placement, paid in yearly_prices(target.agreement, members, target.calendar, day, year):
            if placement.ref in chosen:
                found.append(Compared(placement, ref, urn, paid, _bands(table, placement, region)))
    return found


def _bands(table: Table | None, placement: Placement, region: str | None) -> tuple[int, int] | None:
    version = placement.versions[0]
    place = Place(version.band, placement.need, version.setting, region)
    amounts = [one.amount for one in bands_for(table, place)] if table else []
    return (min(amounts), max(amounts)) if amounts else None


def _notes(table: Table | None, whole: Standing, day: date) -> tuple[str, ...]:
    return tuple(_told(table, whole, day))


def _told(table: Table | None, whole: Standing, day: date) -> Iterator[str]:
    if table is None:
        yield _("No table of price bands holds on %(day)s, so nothing is compared.", day=day_words(day))
        return
    yield _(
        "The table holds from %(day)s: %(source)s.",
        day=day_words(table.effective_on),
        source=table.source,
    )
    yield (
        _(
            "A place is compared by what it costs for a whole year at the prices of the day, without transport, "
            "assessments and equipment. One whose band is not recorded is over only above the dearest band that it can "
            "be in, and under only below the cheapest. State places are left out: the bands are of independent schools."
        )
    )
    if left_out := whole.placements - whole.compared:
        yield _(
            "%(left_out)s of %(placements)s placements have no yearly price or fall into no band.",
            left_out=number(left_out),
            placements=number(whole.placements),
        )


def added_up(rows: Iterable[Compared]) -> Standing:
    """Placements together."""
    whole = Standing()
    for one in rows:
        whole.add(one)
    return whole
