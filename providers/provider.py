"""A school: what may be recorded of it and what it is after its events."""

from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from providers.commands import ChangeProvider, RegisterProvider
from providers.events import ProviderChanged, ProviderRegistered
from providers.facts import ProviderFacts

URNS = range(100_000, 1_000_000)
"""URNs have six digits."""


class Provider(NamedTuple):
    """A school under its URN."""

    urn: int
    facts: ProviderFacts


def decide(command: RegisterProvider | ChangeProvider, provider: Provider | None) -> list[Event]:
    """Give the events of a command; none where nothing would change. Raises `Refused`."""
    _must_be_sound(command)
    if provider is not None and provider.facts == command.facts:
        return []
    match command:
        case RegisterProvider():
            if provider is not None:
                raise Refused(
                    Fault(
                        "provider-known",
                        f"A school with this URN is known already: {provider.facts.name}.",
                        where=f"provider {command.urn}",
                        mend="Change its facts instead.",
                        status=409,
                    )
                )
            return [ProviderRegistered(effective_on=command.effective_on, urn=command.urn, facts=command.facts)]
        case ChangeProvider():
            if provider is None:
                raise Refused(unknown_provider(command.urn))
            return [ProviderChanged(effective_on=command.effective_on, facts=command.facts)]


def evolve(provider: Provider | None, event: Event) -> Provider:
    """Give the school after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case ProviderRegistered():
            return Provider(event.urn, event.facts)
        case ProviderChanged() if provider is not None:
            return provider._replace(facts=event.facts)
        case _:
            raise misplaced(event, provider)


def unknown_provider(urn: int) -> Fault:
    """Word the fault of naming a school that nobody has recorded."""
    return Fault(
        "provider-unknown",
        "No school with this URN is known.",
        where=f"provider {urn}",
        mend="Record the school first, on the Providers sheet or from a schools extract.",
        status=404,
    )


def _must_be_sound(command: RegisterProvider | ChangeProvider) -> None:
    where, facts = f"provider {command.urn}", command.facts
    faults = []
    if command.urn not in URNS:
        faults.append(Fault("urn", f"{command.urn} is not a URN.", where, "a number of six digits"))
    if not facts.name.strip():
        faults.append(Fault("name", "The school has no name.", where, "its name as the DfE lists it"))
    if facts.capacity is not None and facts.capacity < 0:
        faults.append(Fault("capacity", f"The capacity is {facts.capacity}.", where, "a number of pupils, 0 or more"))
    if faults:
        raise Refused(*faults)


PROVIDERS = Aggregate("provider", evolve)
