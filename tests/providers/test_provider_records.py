"""Schools on a real ledger: recorded, listed, read back as at any position, rebuilt. All are invented."""

from pathlib import Path

import pytest

from commissioning.ledger.actor import ROLES, Actor
from commissioning.ledger.errors import Refused
from commissioning.ledger.events import EventTypes
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.verify import verify
from commissioning.ledger.work import Composition
from providers.events import EVENTS
from providers.handlers import HANDLERS
from providers.policy import may_change_providers
from providers.projections import ProviderList
from providers.provider import PROVIDERS, Provider
from providers.queries import all_providers, provider_as_at, provider_now
from tests.ledger_fixture import opened, operator, reading
from tests.providers.test_provider import GROWN, LARKFIELD, change, register

TYPES = EventTypes(EVENTS)

pytestmark = pytest.mark.usefixtures("store")


def composition() -> Composition:
    return Composition(TYPES, {PROVIDERS.name: PROVIDERS}, HANDLERS, [ProviderList()], operator)


def write(ledger: Ledger) -> None:
    ledger.execute(register(), command_id="1", account="ada")
    ledger.execute(
        register(900002, LARKFIELD.model_copy(update={"name": "Ash Lodge (invented)"})),
        command_id="2",
        account="ada",
    )
    ledger.execute(change(GROWN), command_id="3", account="ada")


async def test_schools_are_listed_as_they_are_known_now(tmp_path: Path) -> None:
    """The list holds each school once with its newest facts, by name."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger)
    async with reading(tmp_path, TYPES) as reader:
        assert [(known.urn, known.facts.name) for known in await all_providers(reader)] == [
            (900002, "Ash Lodge (invented)"),
            (900001, "Larkfield School (invented)"),
        ]
        assert await provider_now(reader, 900001) == Provider(900001, GROWN)
        assert await provider_now(reader, 900003) is None
        assert await provider_as_at(reader, 900001, 1) == Provider(900001, LARKFIELD)
        assert await provider_as_at(reader, 900001, 3) == Provider(900001, GROWN)
        assert await provider_as_at(reader, 900002, 1) is None


def test_a_replay_gives_the_same_list(tmp_path: Path) -> None:
    """The table of schools folds from the log to exactly the rows that commands wrote."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger)
        assert verify(ledger).findings == ()


def test_nobody_without_a_name_changes_schools(tmp_path: Path) -> None:
    """An account without a name is refused, and nothing is written."""
    assert may_change_providers(Actor("ada", frozenset({"commissioner"})))
    assert not may_change_providers(Actor("ada", frozenset(ROLES) - {"commissioner"}))
    with opened(tmp_path, composition()) as ledger, pytest.raises(Refused) as refused:
        ledger.execute(register(), command_id="1", account=" ")
    assert refused.value.faults[0].status == 403
    with opened(tmp_path, composition()) as ledger:
        assert ledger.open().position == 0
