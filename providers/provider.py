"""A school: what may be recorded of it and what it is after its events."""

from datetime import date
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from providers.commands import ChangeProvider, CloseProvider, ProviderCommand, RegisterProvider, ReopenProvider
from providers.events import ProviderChanged, ProviderClosed, ProviderRegistered, ProviderReopened
from providers.facts import ProviderFacts

URNS = range(100_000, 1_000_000)
"""URNs have six digits."""


class Provider(NamedTuple):
    """A school under its URN; `closed_on` is None of one that is open as far as anybody has recorded."""

    urn: int
    facts: ProviderFacts
    closed_on: date | None = None


def decide(command: ProviderCommand, provider: Provider | None) -> list[Event]:
    """Give the events of a command; none where nothing would change. Raises `Refused`."""
    if isinstance(command, CloseProvider | ReopenProvider):
        return _open_or_close(command, provider)
    _must_be_sound(command)
    if provider is not None and provider.facts == command.facts:
        return []
    match command:
        case RegisterProvider():
            if provider is not None:
                raise Refused(
                    Fault(
                        "provider-known",
                        said("A school with this URN is known already: %(name)s.", name=provider.facts.name),
                        where=said("provider %(urn)s", urn=command.urn),
                        mend="Change its facts instead.",
                        status=409,
                    )
                )
            return [ProviderRegistered(effective_on=command.effective_on, urn=command.urn, facts=command.facts)]
        case ChangeProvider():
            if provider is None:
                raise Refused(unknown_provider(command.urn))
            return [ProviderChanged(effective_on=command.effective_on, facts=command.facts)]


def _open_or_close(command: CloseProvider | ReopenProvider, provider: Provider | None) -> list[Event]:
    if provider is None:
        raise Refused(unknown_provider(command.urn))
    if isinstance(command, CloseProvider):
        if provider.closed_on == command.closed_on:
            return []
        return [ProviderClosed(effective_on=command.closed_on, closed_on=command.closed_on)]
    return [] if provider.closed_on is None else [ProviderReopened(effective_on=command.effective_on)]


def evolve(provider: Provider | None, event: Event) -> Provider:
    """Give the school after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case ProviderRegistered():
            return Provider(event.urn, event.facts)
        case ProviderChanged() if provider is not None:
            return provider._replace(facts=event.facts)
        case ProviderClosed() if provider is not None:
            return provider._replace(closed_on=event.closed_on)
        case ProviderReopened() if provider is not None:
            return provider._replace(closed_on=None)
        case _:
            raise misplaced(event, provider)


def unknown_provider(urn: int) -> Fault:
    """Word the fault of naming a school that nobody has recorded."""
    return Fault(
        "provider-unknown",
        "No school with this URN is known.",
        where=said("provider %(urn)s", urn=urn),
        mend="Record the school first, on the Providers sheet or from a schools extract.",
        status=404,
    )


def _must_be_sound(command: RegisterProvider | ChangeProvider) -> None:
    where, facts = said("provider %(urn)s", urn=command.urn), command.facts
    faults = []
    if command.urn not in URNS:
        faults.append(Fault("urn", said("%(urn)s is not a URN.", urn=command.urn), where, "a number of six digits"))
    if not facts.name.strip():
        faults.append(Fault("name", "The school has no name.", where, "its name as the DfE lists it"))
    if facts.capacity is not None and facts.capacity < 0:
        faults.append(
            Fault(
                "capacity",
                said("The capacity is %(capacity)s.", capacity=facts.capacity),
                where,
                "a number of pupils, 0 or more",
            )
        )
    if faults:
        raise Refused(*faults)


PROVIDERS = Aggregate("provider", evolve)
