"""What a rise costs: the places of a school priced at one level of prices and at another, by component and need.

Both are priced as the ledger prices, on the whole roll, with discounts, suspensions, notice and empty places, so that
what is modelled before a decision is what the decision books.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from commissioning.charges import queries
from commissioning.charges.accounts import standing
from commissioning.charges.bases import Bases, Basis
from commissioning.charges.known import agreements_as_at, calendars_as_at, placements_named, providers_as_at
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from commissioning.placements.placement import Placement
from commissioning.uplifts.facts import RaisedRate, Rise, Subject
from commissioning.uplifts.raising import Meant, prices_meant, raised_rates, without_rates
from commissioning.uplifts.request import UpliftRequest
from commissioning.uplifts.round import UpliftRound
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import CALENDARS
from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.extent import Extent
from contracts.pricing.placement import charge_placement
from contracts.pricing.roll import call_roll
from contracts.pricing.voids import price_voids
from contracts.series import Lines
from providers.provider import PROVIDERS

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
) -> dict[tuple[str, Cell, int], int]:
    """Pence of an agreement's places by level, cell and month (`202604`), on the whole roll of its members.

    `chosen` are the numbers of the versions that count, by placement; without it all do. With `empty` empty places do.
    """
    roll = call_roll(agreement, members, calendar)
    extent = Extent(period.first_day.toordinal(), period.last_day.toordinal()).in_whole_years()
    months, urn, ref = frozenset(period.months()), agreement.provider_urn, agreement.ref
    found: dict[tuple[str, Cell, int], int] = defaultdict(int)
    for name, level in levels.items():
        at = agreement._replace(card=level(agreement.card, agreement.start_on, ref, None))
        for one in members:
            stay, counted = roll.stays[one.ref], None if chosen is None else chosen[one.ref]
            if (counted is not None and not counted) or not stay.reaches_into(extent.first, extent.last):
                continue
            priced = one._replace(lines=level(one.lines, one.start_on, ref, one.ref))
            for row in charge_placement(at, priced, calendar, stay, extent):
                if row.month in months and (counted is None or row.version in counted):
                    found[name, Cell(urn, row.component, one.need), row.month] += row.cost
        if empty:
            for row in price_voids(at, calendar, roll.voids, extent):
                if row.month in months:
                    found[name, Cell(urn, row.component, WITHOUT_NEED), row.month] += row.cost
    return found


@dataclass(frozen=True, slots=True)
class School:
    """A school's agreements with their calendars, and who stands under each, as known at a position."""

    bases: Mapping[str, Basis]
    standing: Mapping[str, Sequence[Placement]]

    @property
    def agreements(self) -> list[Agreement]:
        """The agreements in the order of their references."""
        return [basis.agreement for _, basis in sorted(self.bases.items())]


async def school_at(reader: Reader, provider_urn: int, days: Period, position: int) -> School:
    """The school's agreements, and those of its placements that may be payable within some days."""
    ever = Period(max(days.first_day, date.min + queries.LONGEST_NOTICE) - queries.LONGEST_NOTICE, days.last_day)
    known: dict[str, Mapping[str, Any]] = {
        AGREEMENTS.name: await agreements_as_at(reader, position),
        CALENDARS.name: await calendars_as_at(reader, position),
        PROVIDERS.name: {str(urn): school for urn, school in (await providers_as_at(reader, position)).items()},
    }
    ready = Bases()
    bases = {
        ref: basis
        for ref, agreement in known[AGREEMENTS.name].items()
        if agreement.provider_urn == provider_urn
        and (basis := ready.of(ref, lambda aggregate, key: known[aggregate.name].get(key))) is not None
    }
    stays = await queries.occupied(reader, ("placement",), ever, position, Filters(provider=(str(provider_urn),)))
    placements = await placements_named(reader, {stay.group[0] for stay in stays}, position)
    return School(
        bases,
        {ref: [stands for one in placements.values() if (stands := standing(one, ref))] for ref in bases},
    )


class Modelled(NamedTuple):
    """A request's figures on its school: the prices it is about, the rates each figure comes to, and what each costs.

    `pence` is by figure, or `before` for the prices without this uplift, then by cell and month.
    """

    meant: list[Meant]
    rates: Mapping[Figure, tuple[RaisedRate, ...]]
    pence: Mapping[tuple[str, Cell, int], int]

    def effect(self, figure: Figure, period: Period) -> int | None:
        """What a figure adds in a period, in pence; None where the request has no such figure."""
        if figure not in self.rates:
            return None
        months = frozenset(period.months())
        return sum(
            pence * ((name == figure) - (name == "before"))
            for (name, _, month), pence in self.pence.items()
            if month in months
        )


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
    levels: dict[str, Level] = {"before": _unchanged, **{figure: _with(of) for figure, of in rates.items()}}
    touched = {one.agreement_ref for one in meant}
    pence: dict[tuple[str, Cell, int], int] = {}
    for ref in sorted(touched):
        basis = plain.bases[ref]
        found = price_at_levels(basis.agreement, basis.calendar, plain.standing[ref], levels, period)
        for key, amount in found.items():
            pence[key] = pence.get(key, 0) + amount
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


def _unchanged(lines: Lines, _start: date, _agreement_ref: str, _placement_ref: str | None) -> Lines:
    return lines


def _with(rates: Sequence[RaisedRate]) -> Level:
    """The level at which some raised rates hold beside the prices that are known."""

    def level(lines: Lines, _start: date, agreement_ref: str, placement_ref: str | None) -> Lines:
        if placement_ref is None:
            own = [one.line for one in rates if one.placement_ref is None and one.agreement_ref == agreement_ref]
        else:
            own = [one.line for one in rates if one.placement_ref == placement_ref]
        return (*lines, *own)

    return level
