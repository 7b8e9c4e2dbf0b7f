"""What pricing needs to know, as shapes: any state, scenario or test value with these attributes can be priced.

Rows that were withdrawn are not passed in. Sequences of dated versions are sorted by `effective_from`, where
None stands first and means the owner's start_on.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from contracts.rates import RateLine
from contracts.terms import Setting, Terms, TierSet


class AgreementFacts(Protocol):
    """An agreement with its dated terms, dated tier sets and its card."""

    @property
    def ref(self) -> str: ...
    @property
    def start_on(self) -> date: ...
    @property
    def end_on(self) -> date | None: ...
    @property
    def terms(self) -> Sequence[Terms]: ...
    @property
    def tier_sets(self) -> Sequence[TierSet]: ...
    @property
    def card(self) -> Sequence[RateLine]: ...


class VersionFacts(Protocol):
    """Where a placement stands from a day: its agreement and package."""

    @property
    def effective_from(self) -> date | None: ...
    @property
    def agreement_ref(self) -> str: ...
    @property
    def setting(self) -> Setting: ...
    @property
    def band(self) -> str | None: ...


class SuspensionFacts(Protocol):
    """Days paid at `payable_pct` per cent; an open last day means until end_on."""

    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date | None: ...
    @property
    def payable_pct(self) -> Decimal: ...


class FundingFacts(Protocol):
    """Who bears the cost from a day; the three percentages add up to 100."""

    @property
    def effective_from(self) -> date | None: ...
    @property
    def education_pct(self) -> Decimal: ...
    @property
    def health_pct(self) -> Decimal: ...
    @property
    def care_pct(self) -> Decimal: ...


class PlacementFacts(Protocol):
    """One pupil's place: its days, its versions, its own lines, suspensions and funding splits."""

    @property
    def ref(self) -> str: ...
    @property
    def start_on(self) -> date: ...
    @property
    def end_on(self) -> date | None: ...
    @property
    def notice_given_on(self) -> date | None: ...
    @property
    def versions(self) -> Sequence[VersionFacts]: ...
    @property
    def lines(self) -> Sequence[RateLine]: ...
    @property
    def suspensions(self) -> Sequence[SuspensionFacts]: ...
    @property
    def funding(self) -> Sequence[FundingFacts]: ...
