"""What an offer comes to in a full year, and what the council pays now for places of the same need and setting.

An offer is priced by the very rules that would charge it, as if the pupil were there all of the next financial year:
under the agreement that it was quoted on, or on every calendar day where it names none.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from commissioning.charges import places
from commissioning.charges.figures import figures
from commissioning.charges.periods import Period, financial_year
from commissioning.charges.queries import Filters
from commissioning.consultations.facts import Wanted
from commissioning.ledger.reading import Reader
from commissioning.ledger.time import financial_year_name, financial_year_start
from commissioning.placements.events import PlacementStarted
from commissioning.placements.facts import PlacementVersion
from commissioning.placements.placement import PLACEMENTS, Placement
from contracts.agreement import Agreement
from contracts.calendar import DEFAULT_CALENDAR, Calendar, school_calendar
from contracts.pricing.extent import Extent
from contracts.pricing.placement import charge_placement
from contracts.pricing.roll import call_roll
from contracts.queries import agreement_as_at, calendar_as_at
from contracts.rates import RateLine
from contracts.terms import Terms
from providers.queries import provider_as_at

STATE = "state_place"
_USUAL = Terms(fee_year="academic", accrual="calendar_days")
_NO_AGREEMENT = "(none)"


@dataclass(frozen=True, slots=True)
class Peers:
    """What places of one need and setting cost now, each as if it were held all year; `live` are on roll today."""

    live: int
    yearly: int | None


def year_after(day: date) -> Period:
    """The first whole financial year that is yet to come."""
    start = financial_year_start(day)
    return financial_year(financial_year_name(date(start.year + 1, start.month, start.day)))


async def yearly_price(
    reader: Reader,
    position: int,
    urn: int,
    agreement_ref: str | None,
    rates: tuple[RateLine, ...],
    wanted: Wanted,
    year: Period,
) -> int:
    """Pence of a full year at an offer's prices; what is paid once is left out: it falls in one year alone."""
    agreement = await agreement_as_at(reader, agreement_ref, position) if agreement_ref else None
    school = await provider_as_at(reader, urn, position)
    name = (school.facts.calendar if school else None) or DEFAULT_CALENDAR
    calendar = await calendar_as_at(reader, name, position) or Calendar(name, {})
    return price_of_year(agreement, calendar, rates, wanted, year)


def price_of_year(
    agreement: Agreement | None, calendar: Calendar, rates: tuple[RateLine, ...], wanted: Wanted, year: Period
) -> int:
    """The same of what is known already. Pure."""
    begins = year.first_day - timedelta(days=1)
    standing = _standing(agreement, begins)
    placement = _as_placed(standing.ref, begins, rates, wanted)
    listed = school_calendar(calendar)
    stay = call_roll(standing, [placement], listed).stays[placement.ref]
    extent = Extent(year.first_day.toordinal(), year.last_day.toordinal())
    months = set(year.months())
    charges = charge_placement(standing, placement, listed, stay, extent)
    return sum(charge.cost for charge in charges if charge.month in months)


def _standing(agreement: Agreement | None, begins: date) -> Agreement:
    """The agreement as if it ran all year: whether it would have to be extended is another question than its price."""
    if agreement is not None:
        return agreement._replace(start_on=min(agreement.start_on, begins), end_on=None)
    return Agreement(
        ref=_NO_AGREEMENT, provider_urn=0, model="spot", title=None, start_on=begins, end_on=None, end_recorded=False,
        billing="termly_advance", instalments="by_days", signed_on=None, terms=(_USUAL,), tier_sets=(), card=(),
        withdrawn=(),
    )  # fmt: skip


def _as_placed(agreement_ref: str, begins: date, rates: tuple[RateLine, ...], wanted: Wanted) -> Placement:
    version = PlacementVersion(
        agreement_ref=agreement_ref, phase=wanted.phase, setting=wanted.setting, band=wanted.band
    )
    placement = PLACEMENTS.fold(
        [
            PlacementStarted(
                effective_on=begins, placement_ref="", pupil="", need=wanted.need, start_on=begins, end_on=None,
                notice_given_on=None, end_reason=None, signed_on=None, birth_month=None, version=version, rates=rates,
                funding=(),
            )
        ]
    )  # fmt: skip
    assert placement is not None  # noqa: S101 - it has just been started
    return placement


async def peers_of(reader: Reader, position: int, day: date, wanted: Wanted) -> Peers:
    """What the council pays this financial year for a whole year's place of the same need and setting.

    State places are no peers: what they cost is the other side of another comparison.
    """
    period = financial_year(financial_year_name(day))
    only = Filters(need=(wanted.need,), setting=(wanted.setting,))
    asked = await figures(reader, ("model", "kind"), period, position, only, monthly=False)
    pence = sum(
        cost for (model, kind), ((cost,),) in (await asked.cost(("model", "kind"))).items()
        if model != STATE and kind != "void"
    )  # fmt: skip
    days = sum(number for (model,), ((number,),) in (await asked.days(("model",))).items() if model != STATE)
    alike = places.Wanted((("need", (wanted.need,)), ("setting", (wanted.setting,))), state="live")
    live = sum(place.model != STATE for place in await places.places(reader, position, day, alike))
    return Peers(live, None if not days else round(Fraction(pence * period.days, days)))
