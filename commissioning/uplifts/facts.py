"""What a request for a higher price is made of: which prices it is about, by how much, and which rates came of it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from contracts.rates import Component, RateLine
from contracts.terms import Setting


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Subject:
    """The prices a request is about: those of one component at one school, or of these only some.

    What is left None is not narrowed. Of two requests of one round that reach the same price the narrower counts, also
    while nobody has decided it: a school that asks something else for one agreement speaks of that agreement there.
    """

    provider_urn: int
    component: Component
    agreement_ref: str | None = None
    placement_ref: str | None = None
    band: str | None = None
    setting: Setting | None = None

    def reaches(self, agreement_ref: str, placement_ref: str | None, line: RateLine) -> bool:
        """Say whether a price of the school is meant: a card's, or with a placement named one of its own."""
        return (
            line.component == self.component
            and self.agreement_ref in (None, agreement_ref)
            and self.placement_ref in (None, placement_ref)
            and self.band in (None, line.band)
            and self.setting in (None, line.setting)
        )

    @property
    def narrowness(self) -> tuple[bool, ...]:
        """A key by which the narrower of two subjects comes later: a placement is narrower than an agreement."""
        return tuple(part is not None for part in (self.placement_ref, self.agreement_ref, self.band, self.setting))


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Rise:
    """By how much prices rise: each by so many per cent, or to one new amount in pence; the other is None."""

    percent: Decimal | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class RaisedRate:
    """One rate that came of an agreed uplift: on an agreement's card, or a placement's own, and what it was before.

    `before` is the amount in pence that the series had until then; `placement_ref` None means the card.
    """

    agreement_ref: str
    placement_ref: str | None = None
    before: int
    line: RateLine

    @property
    def effective_from(self) -> date:
        """The day from which the raised rate holds; every one has it written."""
        if self.line.effective_from is None:
            raise AssertionError("a raised rate has a day")
        return self.line.effective_from


def narrowest(
    subjects: Iterable[Subject], agreement_ref: str, placement_ref: str | None, line: RateLine
) -> Subject | None:
    """The one of some subjects that speaks for a price: the narrowest that reaches it, None where none does."""
    reaching = [one for one in subjects if one.reaches(agreement_ref, placement_ref, line)]
    return max(reaching, key=lambda one: one.narrowness, default=None)
