"""Awards over the council's limit take two people: what a deed commits the council to in a full year.

Only what rises is an award: a deed that leaves a placement as dear as it was, or makes it cheaper, is one person's.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from commissioning.accounts.acting import somebody_else_is
from commissioning.accounts.duties import takes_two
from commissioning.ledger.said import said
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.proposals.facts import TakesASecond
from commissioning.proposals.second_look import Rule
from commissioning.web.words import whole_pounds
from contracts.agreement import AGREEMENTS, Agreement
from contracts.versions import resolved, version_on
from contracts.yearly import applying, committed_value, price_days, yearly_value


def awards_above(limit: int) -> Rule:
    """The rule of a council whose limit this is, in pence a year.

    It begins with the first approver: until then nobody could agree, and whatever is asked would wait for no one.
    """

    def rule(work: UnitOfWork) -> TakesASecond | None:
        """The first award of the deed that is above the limit."""
        changed = list(_changed(work))
        if not changed or not somebody_else_is("approver", work):
            return None
        for stream, before, after in changed:
            now = _value(after, work)
            if takes_two(now, limit) and now > _value(before, work):
                return _above(stream, whole_pounds(round(now)), whole_pounds(limit))
        return None

    return rule


def _above(stream: str, value: str, limit: str) -> TakesASecond:
    kind, _, ref = stream.partition(":")
    if kind == PLACEMENTS.name:
        what = said(
            "Placement %(ref)s comes to %(value)s a year, more than the limit of %(limit)s",
            ref=ref,
            value=value,
            limit=limit,
        )
        return TakesASecond("award", said("placement %(ref)s", ref=ref), what)
    what = said(
        "Agreement %(ref)s comes to %(value)s a year, more than the limit of %(limit)s",
        ref=ref,
        value=value,
        limit=limit,
    )
    return TakesASecond("award", said("agreement %(ref)s", ref=ref), what)


def _changed(work: UnitOfWork) -> Iterator[tuple[str, Any, Any]]:
    for stream, before in work.changed.items():
        if stream.startswith((f"{PLACEMENTS.name}:", f"{AGREEMENTS.name}:")):
            yield stream, before, work.states[stream]


def _value(state: Placement | Agreement | None, work: UnitOfWork) -> Fraction:
    """Pence a year; nothing for what is not there, or never held."""
    if isinstance(state, Agreement):
        return committed_value(state)
    if state is None or state.withdrawn:
        return Fraction(0)
    return max(_value_on(day, state, work) for day in _days(state, work))


def _value_on(day: date, placement: Placement, work: UnitOfWork) -> Fraction:
    version = version_on(placement.versions, day, placement.start_on)
    if version is None:
        return Fraction(0)
    own = yearly_value(placement.lines, placement.start_on, version.setting, day)
    agreement = work.state(AGREEMENTS, version.agreement_ref)
    if agreement is None:
        return own
    card = applying(agreement.card, version.band, version.setting)
    return own + yearly_value(card, agreement.start_on, version.setting, day)


def _days(placement: Placement, work: UnitOfWork) -> set[date]:
    """The days of the stay from which its price may be another."""
    days = {placement.start_on, *price_days(placement.lines, placement.start_on)}
    for version in placement.versions:
        days.add(resolved(version, placement.start_on))
        agreement = work.state(AGREEMENTS, version.agreement_ref)
        if agreement is not None:
            days |= price_days(agreement.card, agreement.start_on)
    return {day for day in days if placement.start_on <= day <= (placement.end_on or date.max)} | {placement.start_on}
