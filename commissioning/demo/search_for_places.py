"""Places that the invented council looks for at present: schools consulted, their quotes, how far each search has come.

The pupils are invented like all others; none of them has a placement yet.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from commissioning.consultations.commands import (
    ApprovePlace,
    ConsultSchool,
    NameSchool,
    RecordDecline,
    RecordOffer,
    SeekPlace,
)
from commissioning.consultations.facts import DeclineReason, Wanted
from commissioning.demo.names import DISTRICTS, person, postcode, unique_pupil_number
from commissioning.demo.schools import School
from commissioning.demo.timeline import Timeline
from commissioning.ledger.work import Command
from commissioning.placements.facts import Need, Phase
from commissioning.placements.in_words import PupilInWords
from contracts.rates import RateLine

Entered = Iterator[tuple[date, Command]]

_SOUGHT: tuple[tuple[Need, Phase, int, str], ...] = (
    ("SEMH", "secondary", 12, "named"),
    ("ASD", "primary", 8, "approved"),
    ("ASD", "secondary", 11, "offered"),
    ("SLCN", "primary", 9, "offered"),
    ("SEMH", "secondary", 13, "consulted"),
    ("MLD", "secondary", 14, "consulted"),
    ("SEMH", "primary", 7, "identified"),
)
"""Need, phase and age of a pupil, and how far the search for a place has come."""
_DECLINES: tuple[DeclineReason, ...] = ("full", "cannot_meet_need")
_FIRST_NUMBER = 9_401


def places_sought(schools: Sequence[School], timeline: Timeline, dice: Random) -> Entered:
    """Every search with each step's day, three schools consulted in all but the newest."""
    independent = [school for school in schools if school.type == "independent_special"]
    for number, (need, phase, age, stage) in enumerate(_SOUGHT):
        identified_on = timeline.last_entry_on - timedelta(days=52 - 6 * number)
        ref = f"CON-{101 + number}"
        born = date(timeline.roll_year - age - 1, dice.randint(9, 12), 1)
        wanted = Wanted(
            need=need,
            phase=phase,
            setting="day",
            home_area=dice.choice(DISTRICTS),
            route="council",
            birth_month=f"{born:%Y-%m}",
            wanted_from=timeline.last_entry_on + timedelta(days=45),
        )
        pupil = PupilInWords(
            pupil_ref=f"PU-{_FIRST_NUMBER + number}",
            name=person(dice),
            date_of_birth=born + timedelta(days=dice.randint(0, 27)),
            upn=unique_pupil_number(born.year, _FIRST_NUMBER + number),
            postcode=postcode(dice),
        )
        yield identified_on, SeekPlace(consultation_ref=ref, pupil=pupil, wanted=wanted, identified_on=identified_on)
        if stage != "identified":
            yield from _consulted(ref, stage, dice.sample(independent, 3), identified_on, timeline, dice)


def _consulted(
    ref: str, stage: str, asked: Sequence[School], identified_on: date, timeline: Timeline, dice: Random
) -> Entered:
    """Three schools asked; where the search has come further two offer at different prices and one declines."""
    consulted_on = identified_on + timedelta(days=2)
    for school in asked:
        yield (
            consulted_on,
            ConsultSchool(
                consultation_ref=ref,
                provider_urn=school.urn,
                consulted_on=consulted_on,
                respond_by=consulted_on + timedelta(days=15),
            ),
        )
    if stage == "consulted":
        return
    for place, school in enumerate(asked[:2]):
        answered_on = consulted_on + timedelta(days=6 + 4 * place)
        price = dice.randrange(5_400_000, 7_200_000, 25_000)
        yield (
            answered_on,
            RecordOffer(consultation_ref=ref, provider_urn=school.urn, answered_on=answered_on, rates=(_year(price),)),
        )
    answered_on = consulted_on + timedelta(days=9)
    decline = dice.choice(_DECLINES)
    yield (
        answered_on,
        RecordDecline(consultation_ref=ref, provider_urn=asked[2].urn, answered_on=answered_on, reason=decline),
    )
    if stage in ("approved", "named"):
        day = consulted_on + timedelta(days=18)
        yield day, ApprovePlace(consultation_ref=ref, provider_urn=asked[0].urn, approved_on=day)
    if stage == "named":
        day = min(consulted_on + timedelta(days=29), timeline.last_entry_on)
        yield day, NameSchool(consultation_ref=ref, provider_urn=asked[0].urn, named_on=day, by="council")


def _year(pence: int) -> RateLine:
    return RateLine(
        component="education", unit="year", amount=pence, quantity=Decimal(1), void=False, discount=True, notice=True
    )
