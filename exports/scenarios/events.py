"""What happened to saved scenarios (`scenario:NAME`)."""

from commissioning.ledger.events import Event
from exports.scenarios.facts import StatedAgreement, StatedYear


class ScenarioSaved(Event):
    """A version of a scenario was saved; `owner` is the account whose scenario it is."""

    name: str
    owner: str
    agreements: tuple[StatedAgreement, ...]
    years: tuple[StatedYear, ...]


class ScenarioDropped(Event):
    """The scenario stands on no list any more; its name is free, and its versions stay in the log."""

    name: str


EVENTS: tuple[type[Event], ...] = (ScenarioSaved, ScenarioDropped)
