"""A school whose fees are asked to rise, and the commands of a round in words that tests read easily."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from commissioning.charges import figures
from commissioning.charges.known import agreements_as_at, placements_named
from commissioning.charges.periods import Period
from commissioning.ledger.log import Receipt
from commissioning.ledger.reading import Reader
from commissioning.ledger.work import Command
from commissioning.uplifts import commands
from commissioning.uplifts.effects import Modelled, model
from commissioning.uplifts.facts import Rise, Subject
from commissioning.uplifts.queries import requests_as_at, rounds_as_at
from commissioning.uplifts.request import UpliftRequest, key_of
from commissioning.uplifts.schools import schools_at
from contracts.versions import resolved
from tests.brute_force.facts import World
from tests.exports.schools import YEAR, agreement, child, price, tier, world
from tests.worlds.council import NO_FILTERS, Council

ROUND = "Fees 2026"
OCTOBER = date(2026, 10, 1)
EDUCATION = Subject(provider_urn=900001, component="education")
DAYS: dict[str, Any] = {"opens_on": date(2026, 6, 1), "closes_on": date(2026, 7, 31), "applies_from": OCTOBER}


def a_school() -> World:
    """A block of three with two children and a discount, a spot agreement with two, and therapy of one of them."""
    return world(
        [agreement("B", "block", commitment_places=3), agreement("S", "spot")],
        [
            price(36_500, agreement_ref="B", void="yes"),
            price(40_000, placement_ref="P3"),
            price(41_234.56, placement_ref="P4"),
            price(1_000, placement_ref="P3", component="therapy"),
        ],
        [
            child("P1", "B"),
            child("P2", "B", need="SEMH", end_on=date(2026, 12, 18)),
            child("P3", "S"),
            child("P4", "S", end_on=date(2026, 9, 1)),
        ],
        [tier("B", 1, 10)],
    )


def do(council: Council, *asked: Command) -> Receipt:
    """Carries commands out, each as one of its own."""
    receipts = []
    for command in asked:
        council.imports += 1
        council.clock.advance(minutes=1)
        receipts.append(council.ledger.execute(command, command_id=f"deed-{council.imports}", account="officer"))
    return receipts[-1]


def opened(**days: date) -> commands.OpenUpliftRound:
    """The round of these tests is opened."""
    return commands.OpenUpliftRound(round=ROUND, **(DAYS | days))


def asks(subject: Subject = EDUCATION, **rise: Any) -> commands.AskUplift:
    """A school asks 8%, or what is given."""
    return commands.AskUplift(
        round=ROUND,
        subject=subject,
        asked=Rise(**(rise or {"percent": Decimal(8)})),
        received_on=date(2026, 6, 20),
        evidence="Letter (invented)",
    )


def offers(percent: str = "2") -> commands.OfferUplift:
    """The council offers 2%."""
    offered = Rise(percent=Decimal(percent))
    return commands.OfferUplift(round=ROUND, subject=EDUCATION, offered=offered, offered_on=date(2026, 8, 1))


def agrees(
    subject: Subject = EDUCATION, applies_from: date = OCTOBER, percent: str = "3.5", **more: Any
) -> commands.AgreeUplift:
    """The council agrees 3.5%."""
    return commands.AgreeUplift(
        round=ROUND,
        subject=subject,
        agreed=Rise(percent=Decimal(percent)) if "agreed" not in more else more.pop("agreed"),
        applies_from=applies_from,
        decided_on=date(2026, 8, 20),
        **more,
    )


def takes_back(subject: Subject = EDUCATION) -> commands.TakeBackUpliftDecision:
    """The decision is taken back."""
    return commands.TakeBackUpliftDecision(
        round=ROUND, subject=subject, taken_back_on=date(2026, 8, 21), reason="Wrong school (invented)"
    )


def request_of(council: Council, subject: Subject = EDUCATION) -> UpliftRequest:
    """The request as it is known."""

    async def question(reader: Reader) -> UpliftRequest:
        return (await requests_as_at(reader, await reader.end()))[key_of(ROUND, subject)]

    return council.ask(question)


def modelled(council: Council, subject: Subject = EDUCATION, period: Period = YEAR) -> Modelled:
    """The figures of the request, priced side by side."""

    async def question(reader: Reader) -> Modelled:
        position = await reader.end()
        known = (await requests_as_at(reader, position))[key_of(ROUND, subject)]
        in_round = (await rounds_as_at(reader, position))[ROUND]
        others = [one.subject for one in (await requests_as_at(reader, position)).values() if one is not known]
        school = (await schools_at(reader, {subject.provider_urn}, period, position))[subject.provider_urn]
        return model(school, known, in_round, [one for one in others if one != subject], period)

    return council.ask(question)


def charged(council: Council) -> Mapping[tuple[Any, ...], int]:
    """The year's pence as the ledger keeps them, by component and need."""

    async def question(reader: Reader) -> Mapping[tuple[Any, ...], int]:
        found: dict[tuple[Any, ...], int] = defaultdict(int)
        for item in await figures.sums(reader, ("component", "need"), YEAR, await reader.end(), NO_FILTERS):
            found[item.group] += item.cost
        return found

    return council.ask(question)


def card(council: Council, ref: str) -> list[tuple[date, int]]:
    """The card of an agreement: days and pence."""

    async def question(reader: Reader) -> list[tuple[date, int]]:
        found = (await agreements_as_at(reader, await reader.end()))[ref]
        return sorted((resolved(line, found.start_on), line.amount) for line in found.card)

    return council.ask(question)


def own(council: Council, ref: str, component: str = "education") -> list[tuple[date, int]]:
    """A placement's own prices of a component: days and pence."""

    async def question(reader: Reader) -> list[tuple[date, int]]:
        found = (await placements_named(reader, {ref}, await reader.end()))[ref]
        return sorted(
            (resolved(line, found.start_on), line.amount) for line in found.lines if line.component == component
        )

    return council.ask(question)
