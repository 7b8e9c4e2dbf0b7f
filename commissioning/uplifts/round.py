"""An uplift round: the window in which schools may ask for higher prices, and the day from which they would hold."""

from datetime import date
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from commissioning.uplifts.commands import ChangeUpliftRound, OpenUpliftRound
from commissioning.uplifts.events import UpliftRoundChanged, UpliftRoundOpened, UpliftRoundWithdrawn


class UpliftRound(NamedTuple):
    """A round as it is known."""

    name: str
    opens_on: date
    closes_on: date
    applies_from: date
    withdrawn: bool = False
    """Whether it was opened by mistake: it is no round then, until it is opened again."""


def decide(command: OpenUpliftRound | ChangeUpliftRound, known: UpliftRound | None) -> list[Event]:
    """Give the events of a command; none where the round is so already. Raises `Refused`."""
    where = said("uplift round %(round)s", round=command.round)
    if known is not None and known.withdrawn:
        known = None
    if command.closes_on < command.opens_on:
        raise Refused(
            Fault(
                "closes-before-it-opens",
                said("The window would close on %(closes_on)s, before it opens.", closes_on=command.closes_on),
                "closes_on",
                said("a day on or after %(opens_on)s", opens_on=command.opens_on),
            )
        )
    days = {name: getattr(command, name) for name in ("opens_on", "closes_on", "applies_from")}
    if known is not None and known == UpliftRound(known.name, **days):
        return []
    if isinstance(command, OpenUpliftRound):
        if known is not None:
            mend = said("Change the days of the round that is known, or give the new one another name.")
            raise Refused(Fault("round-known", "A round of this name is open already.", where, mend=mend, status=409))
        return [UpliftRoundOpened(effective_on=command.opens_on, round=command.round, **days)]
    if known is None:
        raise unknown_round(command.round)
    return [UpliftRoundChanged(effective_on=command.opens_on, **days)]


def evolve(known: UpliftRound | None, event: Event) -> UpliftRound:
    """Give the round after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case UpliftRoundOpened() if known is None or known.withdrawn:
            return UpliftRound(event.round, event.opens_on, event.closes_on, event.applies_from)
        case UpliftRoundChanged() if known is not None:
            return UpliftRound(known.name, event.opens_on, event.closes_on, event.applies_from)
        case UpliftRoundWithdrawn() if known is not None:
            return known._replace(withdrawn=True)
        case _:
            raise misplaced(event, known)


def reversal(event: Event, before: UpliftRound | None) -> list[Event]:
    """Give the events that reverse an event, given the round right before it; a round that was none is withdrawn."""
    if before is None or before.withdrawn:
        return [UpliftRoundWithdrawn(effective_on=event.effective_on)]
    days = {name: getattr(before, name) for name in ("opens_on", "closes_on", "applies_from")}
    if isinstance(event, UpliftRoundWithdrawn):
        return [UpliftRoundOpened(effective_on=before.opens_on, round=before.name, **days)]
    return [UpliftRoundChanged(effective_on=before.opens_on, **days)]


def unknown_round(name: str) -> Refused:
    """The refusal of naming a round that nobody opened."""
    return Refused(
        Fault(
            "round-unknown",
            said("There is no uplift round “%(name)s”.", name=name[:60]),
            "round",
            mend="Open the round first, or correct its name.",
            status=404,
        )
    )


UPLIFT_ROUNDS = Aggregate("uplift_round", evolve)
