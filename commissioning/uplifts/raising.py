"""Which rates an uplift comes to: the prices held on the eve of its day, raised and rounded to the penny. Pure.

A price that was agreed for that very day or a later one is a price agreed apart, and stands. So does one that is
charged once, one that has ended, and what belongs to a placement that left before.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from commissioning.placements.placement import Placement
from commissioning.uplifts.facts import RaisedRate, Rise, Subject, narrowest
from contracts.agreement import Agreement
from contracts.pricing.rounding import pennies
from contracts.rates import RateLine
from contracts.series import Lines, series_of
from contracts.versions import resolved, version_on


class Meant(NamedTuple):
    """A price that an uplift is about, as it held on the eve: whose it is, and the line."""

    agreement_ref: str
    placement_ref: str | None
    line: RateLine


def prices_meant(
    subject: Subject,
    applies_from: date,
    agreements: Iterable[Agreement],
    standing: Mapping[str, Sequence[Placement]],
    others: Collection[Subject] = (),
) -> list[Meant]:
    """The prices that an uplift from a day is about, in the order of their owners.

    `standing` are the placements by the agreement they have a version on; `others` the subjects of the round's other
    requests, which take from this one what they speak of more narrowly.
    """
    subjects = (subject, *others)
    return [
        one
        for agreement in sorted(agreements, key=lambda one: one.ref)
        if agreement.provider_urn == subject.provider_urn
        for one in _held_at(agreement, standing.get(agreement.ref, ()), applies_from)
        if narrowest(subjects, *one) == subject
    ]


def raised_rates(meant: Iterable[Meant], rise: Rise, applies_from: date) -> tuple[RaisedRate, ...]:
    """The dated rates that a rise of these prices comes to; a price that stays the same is none of them."""
    return tuple(
        RaisedRate(
            agreement_ref=one.agreement_ref,
            placement_ref=one.placement_ref,
            before=one.line.amount,
            line=replace(one.line, amount=amount, effective_from=applies_from),
        )
        for one in meant
        if (amount := raised(one.line.amount, rise)) != one.line.amount
    )


def raised(amount: int, rise: Rise) -> int:
    """An amount in pence after a rise, rounded to the penny, half away from zero."""
    if rise.amount is not None:
        return rise.amount
    exact = amount * (1 + Fraction(rise.percent or 0) / 100)
    return pennies(exact.numerator, exact.denominator)


def is_one_price(meant: Iterable[Meant]) -> bool:
    """Whether prices are one and the same, so that one new amount can stand for all of them."""
    return len({(one.line.unit, one.line.amount, one.line.quantity) for one in meant}) == 1


def without_rates(lines: Lines, gone: Iterable[RaisedRate]) -> Lines:
    """The lines of an owner less some raised rates of that owner."""
    taken = {(series_of(one.line), one.effective_from) for one in gone}
    if not taken:
        return lines
    return tuple(line for line in lines if (series_of(line), line.effective_from) not in taken)


def _held_at(agreement: Agreement, standing: Iterable[Placement], applies_from: date) -> Iterator[Meant]:
    """The prices of an agreement's card, then of the placements under it, that a rise from a day can touch."""
    if agreement.end_on is not None and agreement.end_on < applies_from:
        return
    for line in _held_on_the_eve(agreement.card, agreement.start_on, applies_from):
        yield Meant(agreement.ref, None, line)
    for placement in sorted(standing, key=lambda one: one.ref):
        if _stands(placement, agreement.ref, applies_from):
            for line in _held_on_the_eve(placement.lines, placement.start_on, applies_from):
                yield Meant(agreement.ref, placement.ref, line)


def _stands(placement: Placement, agreement_ref: str, day: date) -> bool:
    """Whether a placement is on roll under an agreement on a day."""
    if placement.withdrawn or placement.start_on > day or (placement.end_on is not None and placement.end_on < day):
        return False
    version = version_on(placement.versions, day, placement.start_on)
    return version is not None and version.agreement_ref == agreement_ref


def _held_on_the_eve(lines: Lines, owner_start: date, day: date) -> Iterator[RateLine]:
    """The line of each series that holds on the eve of a day and does not change or end on the day itself."""
    eve = day - timedelta(days=1)
    ordered = sorted(lines, key=lambda line: (*map(str, series_of(line)), resolved(line, owner_start)))
    for _, of_series in groupby(ordered, key=series_of):
        series = list(of_series)
        held = [line for line in series if resolved(line, owner_start) <= eve]
        stated = any(resolved(line, owner_start) == day for line in series)
        if held and not stated and held[-1].amount and held[-1].unit != "once":
            yield held[-1]
