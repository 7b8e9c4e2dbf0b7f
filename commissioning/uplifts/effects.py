"""What a rise costs: the places of a school priced at one level of prices and at another, by component and need.

Both are priced as the ledger prices, on the whole roll, with discounts, suspensions, notice and empty places, so that
what is modelled before a decision is what the decision books.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeVar

from commissioning.charges.periods import Period, financial_year
from commissioning.ledger.reading import Reader
from commissioning.ledger.time import financial_year_start
from commissioning.placements.placement import Placement
from commissioning.uplifts.facts import RaisedRate, Rise, Subject
from commissioning.uplifts.raising import Meant, prices_meant, raised_rates, without_rates
from commissioning.uplifts.request import UpliftRequest
from commissioning.uplifts.round import UpliftRound
from commissioning.uplifts.schools import School, schools_at
from contracts.agreement import Agreement
from contracts.pricing.accrual import MonthCharge
from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.extent import ALL_COMPONENTS, Extent
from contracts.pricing.placement import charge_placement
from contracts.pricing.roll import call_roll
from contracts.pricing.voids import price_voids
from contracts.rates import Component
from contracts.series import Lines

Prices = TypeVar("Prices")
Figure = Literal["asked", "offered", "agreed"]
FIGURES: tuple[Figure, ...] = ("asked", "offered", "agreed")
WITHOUT_NEED = "empty places"
Level = Callable[[Lines, date, str, str | None], Lines]
"""Gives an owner's prices at a level: from its lines, its start, its agreement, and its placement, None for a card."""


class Cell(NamedTuple):
    """What pence are counted for. `need` is `empty places` where no pupil is."""

    provider_urn: int
    component: str
    need: str


def price_at_levels(
    agreement: Agreement,
    calendar: SchoolCalendar,
    members: Sequence[Placement],
    levels: Mapping[str, Level],
    period: Period,
    chosen: Mapping[str, Container[int]] | None = None,
    *,
    empty: bool = True,
    components: frozenset[Component] = ALL_COMPONENTS,
) -> dict[tuple[str, Cell, int], int]:
    """Pence of an agreement's places by level, cell and month (`202604`), on the whole roll of its members.

    `chosen` are the numbers of the versions that count, by placement; without it all do. With `empty` empty places do.
    Levels at which a place has the same prices are priced once: most rises touch few of them.
    """
    roll = call_roll(agreement, members, calendar)
    extent = Extent(period.first_day.toordinal(), period.last_day.toordinal(), components).in_whole_years()
    months, urn, ref = frozenset(period.months()), agreement.provider_urn, agreement.ref
    cards = {name: level(agreement.card, agreement.start_on, ref, None) for name, level in levels.items()}
    found: dict[tuple[str, Cell, int], int] = defaultdict(int)
    for one in members:
        stay, counted = roll.stays[one.ref], None if chosen is None else chosen[one.ref]
        if (counted is not None and not counted) or not stay.reaches_into(extent.first, extent.last):
            continue
        own = {name: level(one.lines, one.start_on, ref, one.ref) for name, level in levels.items()}
        for names, (card, lines) in _alike({name: (cards[name], own[name]) for name in levels}):
            at, priced = agreement._replace(card=card), one._replace(lines=lines)
            for row in charge_placement(at, priced, calendar, stay, extent):
                if counted is None or row.version in counted:
                    _add(found, names, Cell(urn, row.component, one.need), row, months)
    if empty:
        for names, card in _alike(cards):
            for row in price_voids(agreement._replace(card=card), calendar, roll.voids, extent):
                _add(found, names, Cell(urn, row.component, WITHOUT_NEED), row, months)
    return found


def _add(
    found: dict[tuple[str, Cell, int], int],
    names: Sequence[str],
    cell: Cell,
    row: MonthCharge,
    months: Container[int],
) -> None:
    if row.month in months:
        for name in names:
            found[name, cell, row.month] += row.cost


def _alike(prices: Mapping[str, Prices]) -> Iterator[tuple[list[str], Prices]]:
    """The names of levels with the same prices, and those prices."""
    names_of: dict[Prices, list[str]] = {}
    for name, held in prices.items():
        names_of.setdefault(held, []).append(name)
    for held, names in names_of.items():
        yield names, held


class Modelled(NamedTuple):
    """A request's figures on its school: the prices it is about, the rates each figure comes to, and what each costs.

    `pence` is by figure, or `before` for the prices without this uplift, then by cell and month.
    """

    meant: list[Meant]
    rates: Mapping[Figure, tuple[RaisedRate, ...]]
    pence: Mapping[tuple[str, Cell, int], int]

    def effect(self, figure: Figure, period: Period) -> int | None:
        """What a figure adds in a period, in pence; None where the request has no such figure."""
        return sum(self.by_cell(figure, period).values()) if figure in self.rates else None

    def by_cell(self, figure: Figure, period: Period) -> dict[Cell, int]:
        """What a figure adds in a period by school, component and need; nothing where there is no such figure."""
        found: dict[Cell, int] = defaultdict(int)
        if figure in self.rates:
            for cell, pence in self.costs(figure, period).items():
                found[cell] += pence
            for cell, pence in self.costs("before", period).items():
                found[cell] -= pence
        return found

    def costs(self, level: Figure | Literal["before"], period: Period) -> dict[Cell, int]:
        """What the places touched cost in a period at a level, of the component in question."""
        months = frozenset(period.months())
        found: dict[Cell, int] = defaultdict(int)
        for (name, cell, month), pence in self.pence.items():
            if name == level and month in months:
                found[cell] += pence
        return found


def model(
    school: School, request: UpliftRequest, in_round: UpliftRound, others: Sequence[Subject], period: Period
) -> Modelled:
    """Price a request's figures side by side, on the prices that would hold without it."""
    plain = _without(school, request.rates)
    rises: dict[Figure, Rise | None] = {"asked": request.asked, "offered": request.offered, "agreed": request.agreed}
    day = request.applies_from or in_round.applies_from
    agreements = [basis.agreement for basis in plain.bases.values()]
    meant = prices_meant(request.subject, day, agreements, plain.standing, others)
    rates = {figure: raised_rates(meant, rise, day) for figure, rise in rises.items() if rise is not None}
    if request.agreed is not None:
        rates["agreed"] = request.rates
    levels: dict[str, Level] = {"before": unchanged, **{figure: with_rates(of) for figure, of in rates.items()}}
    components = frozenset({request.subject.component})
    touched = {one.agreement_ref for one in meant}
    pence: dict[tuple[str, Cell, int], int] = defaultdict(int)
    for ref in sorted(touched):
        basis = plain.bases[ref]
        found = price_at_levels(
            basis.agreement, basis.calendar, plain.standing[ref], levels, period, components=components
        )
        for key, amount in found.items():
            pence[key] += amount
    return Modelled(meant, rates, pence)


def _without(school: School, gone: Sequence[RaisedRate]) -> School:
    """The school as if some raised rates had not been agreed."""
    if not gone:
        return school
    bases = {
        ref: basis._replace(
            agreement=basis.agreement._replace(
                card=without_rates(
                    basis.agreement.card,
                    [one for one in gone if one.placement_ref is None and one.agreement_ref == ref],
                )
            )
        )
        for ref, basis in school.bases.items()
    }
    standing_then = {
        ref: [
            one._replace(lines=without_rates(one.lines, [rate for rate in gone if rate.placement_ref == one.ref]))
            for one in members
        ]
        for ref, members in school.standing.items()
    }
    return School(bases, standing_then)


def unchanged(lines: Lines, _start: date, _agreement_ref: str, _placement_ref: str | None) -> Lines:
    """The level of the prices that are known."""
    return lines


def with_rates(rates: Sequence[RaisedRate]) -> Level:
    """The level at which some raised rates hold beside the prices that are known."""

    def level(lines: Lines, _start: date, agreement_ref: str, placement_ref: str | None) -> Lines:
        if placement_ref is None:
            own = [one.line for one in rates if one.placement_ref is None and one.agreement_ref == agreement_ref]
        else:
            own = [one.line for one in rates if one.placement_ref == placement_ref]
        return (*lines, *own)

    return level


def years_of(day: date, applies_from: date) -> list[Period]:
    """The financial years in which a rise tells: from today's, or an earlier one it reaches back to, to the next."""
    first, last = financial_year_start(min(day, applies_from)).year, financial_year_start(day).year + 1
    last = max(last, financial_year_start(applies_from).year)
    return [financial_year(f"{year}/{(year + 1) % 100:02d}") for year in range(first, last + 1)]


async def model_requests(
    reader: Reader, position: int, in_round: UpliftRound, requests: Sequence[UpliftRequest], days: Period
) -> dict[str, Modelled]:
    """All requests of a round by their keys, modelled over some days; a withdrawn one takes nothing from the others."""
    standing_requests = [one for one in requests if one.state != "withdrawn"]
    urns = {one.subject.provider_urn for one in requests}
    schools = await schools_at(reader, urns, days, position)
    return {
        one.key: model(
            schools[one.subject.provider_urn],
            one,
            in_round,
            [other.subject for other in standing_requests if other.key != one.key],
            days,
        )
        for one in requests
    }
