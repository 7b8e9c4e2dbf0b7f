"""Uplift rounds on a real ledger: what is agreed becomes dated rates, and costs what the model said it would."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from commissioning.charges import figures
from commissioning.charges.known import agreements_as_at, placements_named
from commissioning.charges.periods import Period
from commissioning.ledger.errors import Conflict, Refused
from commissioning.ledger.log import Receipt
from commissioning.ledger.reading import Reader
from commissioning.ledger.work import Command
from commissioning.uplifts import commands
from commissioning.uplifts.effects import FIGURES, Figure, Modelled, model
from commissioning.uplifts.facts import Rise, Subject
from commissioning.uplifts.queries import requests_as_at, rounds_as_at, uplifts_waiting
from commissioning.uplifts.request import UpliftRequest, key_of
from commissioning.uplifts.round import UpliftRound
from commissioning.uplifts.schools import schools_at
from contracts.versions import resolved
from exports.prices.uplifts import uplifts
from exports.result import Result
from exports.spending.bridge import bridge
from tests.brute_force.facts import World
from tests.exports.schools import YEAR, agreement, child, council_of, price, tier, world
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


def test_an_agreed_uplift_dates_every_rate_it_touches_to_the_penny() -> None:
    """The card and the own price of whoever is on roll rise; who left before, and another component, do not."""
    with council_of(a_school()) as council:
        do(council, opened(), asks(), agrees())
        start = YEAR.first_day
        assert card(council, "B") == [(start, 36_500_00), (OCTOBER, 37_777_50)]
        assert own(council, "P3") == [(start, 40_000_00), (OCTOBER, 41_400_00)]
        assert own(council, "P4") == [(start, 41_234_56)]
        assert own(council, "P3", "therapy") == [(start, 1_000_00)]
        found = request_of(council)
    assert found.state == "agreed_in_part"
    assert [(one.agreement_ref, one.placement_ref, one.before, one.line.amount) for one in found.rates] == [
        ("B", None, 36_500_00, 37_777_50),
        ("S", "P3", 40_000_00, 41_400_00),
    ]


@pytest.mark.parametrize("applies_from", [OCTOBER, date(2026, 4, 15)])
@pytest.mark.parametrize("percent", ["3.5", "-2", "0.333"])
def test_what_is_agreed_costs_what_was_modelled(applies_from: date, percent: str) -> None:
    """Discounts, notice, empty places and leavers included, the year moves by the effect that was modelled."""
    with council_of(a_school()) as council:
        do(council, opened(applies_from=applies_from), asks(percent=Decimal(percent)))
        before, asked = charged(council), modelled(council)
        do(council, agrees(percent=percent, applies_from=applies_from))
        after, agreed = charged(council), modelled(council)
    moved = sum(after.values()) - sum(before.values())
    assert moved != 0
    assert asked.effect("asked", YEAR) == moved
    assert agreed.effect("agreed", YEAR) == moved
    assert agreed.effect("asked", YEAR) == moved
    assert asked.rates["asked"] == agreed.rates["agreed"]


def test_an_uplift_agreed_for_a_day_that_is_past_moves_the_charges_and_the_bridge_says_so() -> None:
    """Every penny of it stands under changed rates."""
    with council_of(a_school()) as council:
        do(council, opened(), asks())
        position = council.events()[-1].position
        receipt = do(council, agrees(applies_from=date(2026, 5, 1)))
        before, after = position, receipt.last_position

        async def question(reader: Reader) -> Result:
            return await bridge(
                reader, await reader.as_at(str(before)), await reader.as_at(str(after)), YEAR, NO_FILTERS
            )

        found = council.ask(question)
        effect = modelled(council).effect("agreed", YEAR)
    causes = {row[0]: row[2] for row in found.rows}
    assert causes == {"rate_change": effect}


def test_a_decision_taken_back_leaves_everything_as_it_was() -> None:
    """The rates never held, the charges are those before, the event names what it corrects and the request waits."""
    with council_of(a_school()) as council:
        do(council, opened(), asks())
        before = charged(council)
        receipt = do(council, agrees())
        do(council, takes_back())
        assert charged(council) == before
        assert card(council, "B") == [(YEAR.first_day, 36_500_00)]
        assert request_of(council).state == "asked"
        taken_back = next(one for one in council.events() if type(one.event).__name__ == "UpliftDecisionTakenBack")
        assert taken_back.corrects == receipt.first_position
        do(council, agrees(percent="2"))
        assert card(council, "B")[-1] == (OCTOBER, 37_230_00)


def test_a_rate_that_somebody_corrected_stays_when_the_decision_is_taken_back() -> None:
    """What was agreed apart from the uplift is not withdrawn with it."""
    with council_of(a_school()) as council:
        do(council, opened(), asks(), agrees())
        council.take_in(world([], [price(39_999, agreement_ref="B", void="yes", effective_from=OCTOBER)], []))
        do(council, takes_back())
        assert card(council, "B")[-1] == (OCTOBER, 39_999_00)
        assert own(council, "P3") == [(YEAR.first_day, 40_000_00)]


def test_one_agreement_of_a_school_is_refused_and_the_others_agreed() -> None:
    """A request for one agreement speaks for it alone, also while it waits, whatever a wider one comes to."""
    block = Subject(provider_urn=900001, component="education", agreement_ref="B")
    with council_of(a_school()) as council:
        do(council, opened(), asks(), asks(block, percent=Decimal(12)))
        do(council, agrees())
        assert card(council, "B") == [(YEAR.first_day, 36_500_00)]
        refusal = commands.RefuseUplift(
            round=ROUND, subject=block, decided_on=date(2026, 8, 1), reason="No evidence (invented)"
        )
        do(council, refusal)
        assert card(council, "B") == [(YEAR.first_day, 36_500_00)]
        assert own(council, "P3")[-1] == (OCTOBER, 41_400_00)
        assert request_of(council, block).state == "refused"


def test_a_new_amount_stands_for_one_price_only() -> None:
    """Two different prices cannot become one amount; the one of an agreement's card can."""
    block = Subject(provider_urn=900001, component="education", agreement_ref="B")
    with council_of(a_school()) as council:
        do(council, opened())
        with pytest.raises(Refused, match="they differ"):
            do(council, asks(amount=38_000_00))
        do(council, asks(block, amount=38_000_00), agrees(block, agreed=Rise(amount=38_000_00)))
        assert card(council, "B")[-1] == (OCTOBER, 38_000_00)
        assert request_of(council, block).state == "agreed"


def test_a_price_agreed_apart_for_that_day_or_later_stands() -> None:
    """An uplift raises what held on the eve, to the day on which something else was agreed."""
    later = date(2026, 11, 1)
    with council_of(a_school()) as council:
        rates = [
            price(38_000, agreement_ref="B", void="yes", effective_from=later),
            price(42_000, placement_ref="P3", effective_from=OCTOBER),
        ]
        council.take_in(world([], rates, []))
        do(council, opened(), asks(), agrees())
        assert card(council, "B") == [(YEAR.first_day, 36_500_00), (OCTOBER, 37_777_50), (later, 38_000_00)]
        assert own(council, "P3")[-1] == (OCTOBER, 42_000_00)


def test_what_is_decided_is_not_decided_again() -> None:
    """The same agreement again records nothing; another one, or a refusal, is refused until the first is taken back."""
    with council_of(a_school()) as council:
        do(council, opened(), asks(), agrees())
        position = council.events()[-1].position
        do(council, agrees())
        assert council.events()[-1].position == position
        with pytest.raises(Refused, match="Take that decision back"):
            do(council, agrees(percent="4"))
        with pytest.raises(Refused, match="Take that decision back"):
            do(council, asks(percent=Decimal(9)))


def test_the_second_of_two_editors_is_told() -> None:
    """A form drawn from an older version of the request changes nothing."""
    with council_of(a_school()) as council:
        do(council, opened(), asks())
        offer = commands.OfferUplift(
            round=ROUND, subject=EDUCATION, offered=Rise(percent=Decimal(2)), offered_on=date(2026, 8, 1)
        )
        do(council, offer)
        with pytest.raises(Conflict):
            do(council, agrees(expected_version=1))


def test_requests_wait_until_they_are_decided() -> None:
    """Asked and offered wait; agreed, refused and withdrawn do not; it is overdue once the prices would hold."""
    therapy = Subject(provider_urn=900001, component="therapy")
    with council_of(a_school()) as council:
        do(council, opened(), asks(), asks(therapy))

        def waiting() -> list[tuple[str, bool, bool]]:
            async def question(reader: Reader) -> list[tuple[str, bool, bool]]:
                return [
                    (one.request.subject.component, one.is_overdue(date(2026, 9, 30)), one.is_overdue(OCTOBER))
                    for one in await uplifts_waiting(reader, await reader.end())
                ]

            return council.ask(question)

        assert waiting() == [("education", False, True), ("therapy", False, True)]
        do(council, commands.WithdrawUplift(round=ROUND, subject=therapy, withdrawn_on=date(2026, 7, 1)), agrees())
        assert waiting() == []


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (Subject(provider_urn=900009, component="education"), "school"),
        (Subject(provider_urn=900001, component="education", agreement_ref="X"), "has no agreement"),
        (Subject(provider_urn=900001, component="education", placement_ref="X"), "No placement"),
    ],
)
def test_a_request_names_what_is_known(subject: Subject, words: str) -> None:
    """A school, agreement or placement that nobody recorded is refused by name."""
    with council_of(a_school()) as council:
        do(council, opened())
        with pytest.raises(Refused, match=words):
            do(council, asks(subject))


@pytest.mark.parametrize("figure", FIGURES)
def test_the_report_sets_asked_offered_and_agreed_side_by_side(figure: Figure) -> None:
    """Each is what a whole year at those prices costs more than at the old ones, and blank where nobody said any."""
    offer = commands.OfferUplift(
        round=ROUND, subject=EDUCATION, offered=Rise(percent=Decimal(2)), offered_on=date(2026, 8, 1)
    )
    with council_of(a_school()) as council:

        async def question(reader: Reader) -> Result:
            return await uplifts(reader, await reader.as_at(), YEAR, NO_FILTERS, "component")

        def told() -> Any:
            (row,) = council.ask(question).by_name()
            assert row["component"] == "education"
            return row[f"{figure}_pct"]

        do(council, opened(), asks())
        if figure != "asked":
            assert not told()
        do(council, offer)
        do(council, agrees())
        part = told()
    # Who left before October never paid the agreed price; what is asked or offered is told as if it held all year.
    expected, within = {"asked": (0.08, 1e-6), "offered": (0.02, 1e-6), "agreed": (0.0311, 1e-4)}[figure]
    assert float(part) == pytest.approx(expected, abs=within)


@pytest.mark.parametrize("applies_from", [OCTOBER, date(2026, 6, 1)])
def test_what_is_asked_and_offered_costs_what_agreeing_it_costs(applies_from: date) -> None:
    """In the period to the penny, from the day agreed; each in pounds of its own, and by component all of it."""
    with council_of(a_school()) as council:

        async def question(reader: Reader) -> Result:
            return await uplifts(reader, await reader.as_at(), YEAR, NO_FILTERS, "provider")

        do(council, opened(), asks(), offers("2"), agrees(percent="8", applies_from=applies_from))
        asked = council.ask(question).total
        do(council, takes_back(), agrees(percent="2", applies_from=applies_from))
        offered = council.ask(question).total
    assert asked["asked_this_year"] == asked["effect_this_year"] == offered["asked_this_year"]
    assert offered["offered_this_year"] == offered["effect_this_year"] == asked["offered_this_year"]
    assert 0 < int(str(offered["effect_this_year"])) < int(str(asked["effect_this_year"]))
    assert int(str(asked["asked_full_year"])) > int(str(asked["asked_this_year"]))


def offers(percent: str = "2") -> commands.OfferUplift:
    """The council offers 2%."""
    offered = Rise(percent=Decimal(percent))
    return commands.OfferUplift(round=ROUND, subject=EDUCATION, offered=offered, offered_on=date(2026, 8, 1))


@pytest.mark.parametrize("decision", ["agreed", "refused"])
def test_a_decision_that_was_taken_back_by_mistake_stands_again(decision: str) -> None:
    """Undone, the taking back leaves the decision with the very rates that came of it."""
    refusal = commands.RefuseUplift(
        round=ROUND, subject=EDUCATION, decided_on=date(2026, 8, 1), reason="No evidence (invented)"
    )
    back = commands.TakeBackUpliftDecision(
        round=ROUND, subject=EDUCATION, taken_back_on=date(2026, 8, 2), reason="Wrong school (invented)"
    )
    with council_of(a_school()) as council:
        do(council, opened(), asks(), offers(), agrees() if decision == "agreed" else refusal)
        known, before = request_of(council), charged(council)
        receipt = do(council, back)
        do(council, commands.UndoUpliftChange(key=key_of(ROUND, EDUCATION), command_id=receipt.command_id))
        assert (request_of(council), charged(council)) == (known, before)


async def known_round(reader: Reader) -> UpliftRound | None:
    """The round as it is known."""
    return (await rounds_as_at(reader, await reader.end())).get(ROUND)


def test_a_round_is_undone_until_a_school_has_asked_in_it() -> None:
    """Opened by mistake it is no round; its days are as before once a change is undone; asked in, it stays."""
    with council_of(a_school()) as council:
        receipt = do(council, opened())
        do(council, commands.UndoUpliftRoundChange(round=ROUND, command_id=receipt.command_id))
        assert council.ask(known_round) is None
        with pytest.raises(Refused, match="no uplift round"):
            do(council, asks())
        receipt = do(council, opened())
        changed = do(council, commands.ChangeUpliftRound(round=ROUND, **(DAYS | {"applies_from": date(2027, 1, 1)})))
        do(council, commands.UndoUpliftRoundChange(round=ROUND, command_id=changed.command_id))
        assert council.ask(known_round) == UpliftRound(ROUND, **DAYS)
    with council_of(a_school()) as council:
        receipt = do(council, opened())
        do(council, asks())
        with pytest.raises(Refused, match="has asked in this round"):
            do(council, commands.UndoUpliftRoundChange(round=ROUND, command_id=receipt.command_id))


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 6])
def test_what_is_undone_within_a_day_stands_as_before_it(steps: int) -> None:
    """Asked, asked anew, offered, offered anew, agreed, or refused: undone, request and prices are as before."""
    refusal = commands.RefuseUplift(
        round=ROUND, subject=EDUCATION, decided_on=date(2026, 8, 1), reason="No evidence (invented)"
    )
    deeds = [asks(), asks(percent=Decimal(9)), offers(), offers("2.5"), agrees() if steps == 5 else refusal]
    done = deeds[: min(steps, 5)]
    with council_of(a_school()) as council:
        do(council, opened(), *done[:-1])
        before, prices = charged(council), card(council, "B")
        known = request_of(council) if steps > 1 else None
        receipt = do(council, done[-1])
        undone = commands.UndoUpliftChange(key=key_of(ROUND, EDUCATION), command_id=receipt.command_id)
        position = do(council, undone).first_position
        found = request_of(council)
        assert (charged(council), card(council, "B")) == (before, prices)
        assert next(one for one in council.events() if one.position == position).corrects == receipt.first_position
        assert found.state == "withdrawn" if known is None else found == known
