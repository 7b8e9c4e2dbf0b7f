"""A placement as it would stand under other terms: the same pupil on the same days, at another price. Pure.

The target's card takes the place of the placement's own prices of every component that the card prices; other own
prices stay (pricing.md §8). On days on which a placement stands under the target already nothing is replaced: what
was agreed for it beside the card was agreed under those very terms.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import NamedTuple, get_args

from commissioning.placements.placement import Placement
from commissioning.web.language import _
from contracts.agreement import Agreement
from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.days import OPEN, Span, day_or_open
from contracts.pricing.lines import held_lines
from contracts.pricing.prepared import PreparedAgreement, prepare
from contracts.pricing.stays import VersionDays, version_days
from contracts.rates import Component, RateLine
from contracts.series import series_of
from contracts.versions import resolved
from contracts.words import COMPONENTS, SETTINGS
from contracts.words import band as band_words

ELSEWHERE = ""
"""Stands for the agreement of days that are not in the cohort; no agreement has this reference."""


class SavedAs(NamedTuple):
    """The saved scenario that states some terms, and its version."""

    name: str
    version: int

    def in_words(self) -> str:
        """As people name it: `Block of 25, version 2`."""
        return _("%(name)s, version %(version)s", name=self.name, version=self.version)

    def recorded(self) -> str:
        """As the records of files name it, in every language: `Block of 25, version 2`."""
        return f"{self.name}, version {self.version}"


class Target(NamedTuple):
    """The terms that a cohort is priced under: of an agreement in the ledger, or of a scenario, saved or not."""

    agreement: Agreement
    calendar: SchoolCalendar
    scenario: bool = False
    saved: SavedAs | None = None

    @property
    def ref(self) -> str:
        """The reference of the agreement."""
        return self.agreement.ref

    @property
    def name(self) -> str:
        """What people call it: its title where it has one, else its reference."""
        return self.agreement.title or self.agreement.ref

    @property
    def label(self) -> str:
        """What tells it from the other terms beside it: two scenarios may state agreements of one reference."""
        return f"{self.ref} ({self.saved.in_words()})" if self.saved else self.ref

    @property
    def origin(self) -> str:
        """Where the terms stand, so that they are found again; those of a workbook that was only read stand nowhere."""
        if self.saved:
            return f"scenario {self.saved.name}@{self.saved.version}, {self.ref}"
        return f"workbook, {self.ref}" if self.scenario else f"agreement {self.ref}"

    def options(self) -> dict[str, str]:
        """What a result says of the terms that it rests on."""
        named = {"scenario" if self.scenario else "agreement": self.ref}
        return named | ({"saved_scenario": self.saved.recorded()} if self.saved else {})


class Member(NamedTuple):
    """A placement of the cohort, and the numbers of its versions whose days are in the cohort."""

    placement: Placement
    versions: frozenset[int]

    def stands_on(self, ref: str) -> bool:
        """Whether any of its days in the cohort is under an agreement."""
        return any(self.placement.versions[number].agreement_ref == ref for number in self.versions)

    def only_on(self, ref: str) -> "Member":
        """The member with those of its days alone that are under an agreement."""
        on = frozenset(one for one in self.versions if self.placement.versions[one].agreement_ref == ref)
        return Member(self.placement, on)


def restated(member: Member, target: Target, *, joined: bool = False) -> Placement:
    """The placement with its days in the cohort under the target; on other days it stands nowhere.

    Where the target's real roll is joined, the other days stay under the agreements that they are under.
    """
    placement, ref = member.placement, target.ref
    versions = tuple(
        replace(version, agreement_ref=ref)
        if number in member.versions
        else version
        if joined
        else replace(version, agreement_ref=ELSEWHERE)
        for number, version in enumerate(placement.versions)
    )
    priced = {line.component for line in target.agreement.card}
    if not any(line.component in priced for line in placement.lines):
        return placement._replace(versions=versions)
    own = [days for days in version_days(placement, ref) if joined or days.number in member.versions]
    kept = [line for line in placement.lines if line.component not in priced]
    kept += _within(placement, [line for line in placement.lines if line.component in priced], _joined(own))
    return placement._replace(versions=versions, lines=tuple(kept))


def _joined(stays: Iterable[VersionDays]) -> list[Span]:
    """The days of some versions as spans that never touch."""
    spans: list[Span] = []
    for days in stays:
        if spans and spans[-1][1] == days.first - 1:
            spans[-1] = (spans[-1][0], days.last)
        else:
            spans.append((days.first, days.last))
    return spans


def _within(placement: Placement, lines: Iterable[RateLine], spans: list[Span]) -> Iterator[RateLine]:
    """The prices as they hold on some days, their series ended by 0 in between; those of end_on go on, for notice."""
    start = placement.start_on
    if spans and spans[0][0] <= start.toordinal() and spans[-1][1] == day_or_open(placement.end_on) and len(spans) == 1:
        yield from lines
        return
    ordered = sorted(lines, key=lambda line: (*map(str, series_of(line)), resolved(line, start)))
    for _series_key, of_series in groupby(ordered, key=series_of):
        series = list(of_series)
        for number, (first, last) in enumerate(spans):
            begins = date.fromordinal(first)
            if series[0].unit == "once":
                yield from (line for line in series if first <= resolved(line, start).toordinal() <= last)
                continue
            before = [line for line in series if resolved(line, start) <= begins]
            if before:
                yield replace(before[-1], effective_from=begins)
            yield from (line for line in series if first < resolved(line, start).toordinal() <= last)
            if number + 1 < len(spans) or last < day_or_open(placement.end_on):
                yield replace(series[-1], amount=0, effective_from=date.fromordinal(last + 1))


def components_without_price(member: Member, target: Target, bases: Mapping[str, Agreement], within: Span) -> list[str]:
    """What a pupil has on some days and the target's card prices for other packages alone, in words.

    A price table that lacks a band or a setting must not make a pupil cheap: whoever it leaves out is named.
    """
    placement, prepared = member.placement, prepare(target.agreement)
    first, last = max(within[0], prepared.first), min(within[1], prepared.last)
    found: dict[str, None] = {}
    for ref in {version.agreement_ref for version in placement.versions} - {target.ref}:
        base = bases.get(ref)
        if base is None:
            continue
        for days in version_days(placement, ref):
            span = max(days.first, first), min(days.last, last)
            if days.number not in member.versions or span[0] > span[1]:
                continue
            for component, begins in _priced_from(target.agreement, days):
                # Most cards price a component for everybody from their first day: then nobody can be left out.
                if begins > span[0] and any(
                    start < begins for start, _ in _had_days(placement, prepare(base), days, span, component)
                ):
                    found[_missing(component, days, begins)] = None
    return list(found)


def _had_days(
    placement: Placement, held: PreparedAgreement, days: VersionDays, span: Span, component: Component
) -> list[Span]:
    """The days of a span on which the placement has a price of a component, its own or the card's."""
    own = [line for line in placement.lines if line.component == component]
    lines = [(line.first, line.last) for line in held_lines(own, placement.start_on.toordinal(), held.accruals)]
    card = held.card_lines(days.version.band, days.version.setting)
    lines += [(line.first, line.last) for line in card if line.component == component]
    found = [(max(first, span[0]), min(last, span[1])) for first, last in lines]
    return [(first, last) for first, last in found if first <= last]


def _priced_from(agreement: Agreement, days: VersionDays) -> list[tuple[Component, int]]:
    """Each component that the card prices, with the first day from which it says something of it for a package.

    A price of 0 says something.
    """
    version, start = days.version, agreement.start_on
    firsts: dict[Component, int] = {}
    for line in agreement.card:
        first = OPEN + 1
        if line.band in (None, version.band) and line.setting in (None, version.setting):
            first = resolved(line, start).toordinal()
        firsts[line.component] = min(firsts.get(line.component, first), first)
    return [(component, firsts[component]) for component in get_args(Component) if component in firsts]


def _missing(component: Component, days: VersionDays, begins: int) -> str:
    package = SETTINGS[days.version.setting].lower()
    package = (
        f"{band_words(days.version.band)}, {package}"
        if days.version.band
        else _("no band, %(package)s", package=package)
    )
    told = {"component": COMPONENTS[component].lower(), "package": package}
    if begins > OPEN:
        return _("the card has no price of %(component)s for %(package)s", **told)
    first = date.fromordinal(begins)
    return _("the card has no price of %(component)s for %(package)s before %(first)s", first=first, **told)
