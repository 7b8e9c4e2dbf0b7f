"""A school's record, told as given events, when command, then events. All schools are invented."""

from datetime import date

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event, EventTypes, Stored, encode
from providers.commands import ChangeProvider, RegisterProvider
from providers.events import EVENTS, ProviderChanged, ProviderRegistered
from providers.facts import ProviderFacts
from providers.provider import PROVIDERS, Provider, decide
from providers.words import told_apart

DAY = date(2026, 9, 1)
LARKFIELD = ProviderFacts(
    name="Larkfield School (invented)",
    type="independent_special",
    local_authority="Norfolk",
    postcode="NR99 1AA",
    capacity=60,
    section_41=True,
    inspection_grade="good",
    owner_group="Larkfield Trust (invented)",
    calendar="larkfield",
)
REGISTERED = ProviderRegistered(effective_on=DAY, urn=900001, facts=LARKFIELD)
GROWN = LARKFIELD.model_copy(update={"capacity": 72})


def register(urn: int = 900001, facts: ProviderFacts = LARKFIELD) -> RegisterProvider:
    return RegisterProvider(urn=urn, facts=facts, effective_on=DAY)


def change(facts: ProviderFacts) -> ChangeProvider:
    return ChangeProvider(urn=900001, facts=facts, effective_on=DAY)


def when(given: list[Event], command: RegisterProvider | ChangeProvider) -> list[Event]:
    return decide(command, PROVIDERS.fold(given))


def test_a_school_is_registered() -> None:
    """Registering an unknown school records its URN and facts."""
    assert when([], register()) == [REGISTERED]


def test_changed_facts_are_stated_whole() -> None:
    """A change of one fact records all of them and leaves the URN alone."""
    changed = when([REGISTERED], change(GROWN))
    assert changed == [ProviderChanged(effective_on=DAY, facts=GROWN)]
    assert PROVIDERS.fold([REGISTERED, *changed]) == Provider(900001, GROWN)


def test_saying_the_same_again_does_nothing() -> None:
    """An identical restatement, as a registration or as a change, records nothing."""
    assert when([REGISTERED], register()) == []
    assert when([REGISTERED], change(LARKFIELD)) == []


def test_a_known_school_is_not_registered_anew() -> None:
    """Registering other facts under a known URN is refused, so that a typing slip cannot overwrite a school."""
    with pytest.raises(Refused, match="known already: Larkfield") as refused:
        when([REGISTERED], register(facts=GROWN))
    assert refused.value.faults[0].status == 409


def test_an_unknown_school_cannot_be_changed() -> None:
    """Changing a school that nobody recorded is refused with its URN."""
    with pytest.raises(Refused, match="provider 900001: No school") as refused:
        when([], change(GROWN))
    assert refused.value.faults[0].status == 404


def test_every_fault_of_a_school_is_named_at_once() -> None:
    """A wrong URN, a missing name and an impossible capacity are refused together."""
    wrong = LARKFIELD.model_copy(update={"name": " ", "capacity": -1})
    with pytest.raises(Refused) as refused:
        when([], register(9001, wrong))
    assert [fault.code for fault in refused.value.faults] == ["urn", "name", "capacity"]


@pytest.mark.parametrize("event", [REGISTERED, ProviderChanged(effective_on=DAY, facts=GROWN)])
def test_events_come_back_from_their_json(event: Event) -> None:
    """What is written to the log is read back as the same event."""
    row = Stored(1, "provider:900001", 1, type(event).__name__, 1, "", "", "", "", None, encode(event), "")
    assert EventTypes(EVENTS).decode(row).event == event


def test_two_schools_of_one_name_are_told_apart_by_their_numbers() -> None:
    """Who chooses a school by name must see which of two it is; all others have their names alone."""
    names = {900001: "Larkfield School", 900002: "Fenside School", 900003: "Larkfield School"}
    schools = [Provider(urn, LARKFIELD.model_copy(update={"name": name})) for urn, name in names.items()]
    assert told_apart(schools) == {
        "900001": "Larkfield School (900001)",
        "900002": "Fenside School",
        "900003": "Larkfield School (900003)",
    }
