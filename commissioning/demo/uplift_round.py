"""The round of uplifts that is open now: what some schools ask for next year, and what became of it so far.

Rises of past years came in with the council's workbooks as new prices (prices.py); this is the first round run here.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from commissioning.demo.schools import School
from commissioning.demo.timeline import Timeline, financial_year_of, weekday_until
from commissioning.ledger.work import Command
from commissioning.uplifts.commands import AgreeUplift, AskUplift, OfferUplift, OpenUpliftRound, RefuseUplift
from commissioning.uplifts.facts import Rise, Subject

_ASKED = tuple(Decimal(text) for text in ("3", "4.5", "5", "6", "7.5", "9"))
_OFFERED = tuple(Decimal(text) for text in ("2", "2.5", "3"))
_EVIDENCE = (
    "Letter of the proprietor; teachers' pay award and rent named, no accounts given.",
    "Letter with last year's accounts: staff costs rose by 4.1%, surplus 2% of income.",
    "E-mail of the business manager; asks the same of every council.",
    "Letter and a breakdown of staffing for each class.",
)
_WHY_REFUSED = "The price stands well above that of peers with the same need, and no accounts were given."
_WHY_IN_PART = "Pay award accepted; the part for buildings is not for the council to bear."
_EVERY_SO_MANY_ASKS = 3


def uplift_round(schools: Sequence[School], timeline: Timeline, dice: Random) -> Iterator[tuple[date, Command]]:
    """The round and its requests, each step with its day: asked only, offered, agreed, agreed in part or refused."""
    applies_from = date(financial_year_of(timeline.today) + 1, 4, 1)
    name = f"Fees from April {applies_from.year}"
    opens_on = weekday_until(timeline.last_entry_on - timedelta(days=56))
    closes_on = timeline.last_entry_on + timedelta(days=35)
    yield opens_on, OpenUpliftRound(round=name, opens_on=opens_on, closes_on=closes_on, applies_from=applies_from)
    asking = [school for school in schools if school.type == "independent_special"][::_EVERY_SO_MANY_ASKS]
    for number, school in enumerate(asking):
        subject = Subject(provider_urn=school.urn, component="education")
        received_on = opens_on + timedelta(days=dice.randint(2, 20))
        asked = dice.choice(_ASKED)
        yield (
            received_on,
            AskUplift(
                round=name,
                subject=subject,
                asked=Rise(percent=asked),
                received_on=received_on,
                evidence=dice.choice(_EVIDENCE),
            ),
        )
        yield from _answered(number, name, subject, asked, received_on, applies_from, dice)


def _answered(
    number: int, name: str, subject: Subject, asked: Decimal, received_on: date, applies_from: date, dice: Random
) -> Iterator[tuple[date, Command]]:
    """What the council said to the request of this number so far; every fourth has no answer yet."""
    answer = number % 4
    if answer == 0:
        return
    offered_on = received_on + timedelta(days=dice.randint(5, 14))
    offered = Rise(percent=min(asked, dice.choice(_OFFERED)))
    yield offered_on, OfferUplift(round=name, subject=subject, offered=offered, offered_on=offered_on)
    decided_on = offered_on + timedelta(days=dice.randint(6, 18))
    if answer == 1 and number > answer:
        yield decided_on, RefuseUplift(round=name, subject=subject, decided_on=decided_on, reason=_WHY_REFUSED)
    elif answer == 2:  # noqa: PLR2004 - the second of four answers
        yield (
            decided_on,
            AgreeUplift(
                round=name,
                subject=subject,
                agreed=offered,
                applies_from=applies_from,
                decided_on=decided_on,
                reason=_WHY_IN_PART,
            ),
        )
