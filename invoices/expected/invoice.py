"""The expected invoice of an agreement and a billing period: its charges as known, less what was billed already.

Days that no invoice has billed stand in lines of their own. Where the charges of days that were billed have changed
since, the difference is an adjustment on the first invoice that has not come in yet, a line for each event that
caused it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from commissioning.charges.spans_priced import PricedPlace
from contracts.billing_periods import BillingPeriod, billing_period
from contracts.calendar import Calendar
from contracts.terms import Billing
from invoices.expected.history import AgreementHistory
from invoices.expected.lines import ExpectedLine, LineKey, key_of, lines_of
from invoices.spans import connected

_DAY = timedelta(days=1)
Span = tuple[date, date]


class Billed(NamedTuple):
    """A line of an invoice that stands: it was neither refused nor voided.

    `expected_at` is the position as at which the expected invoice was known that it was compared with; `adjustment`
    the event that it cites. `stands_for` are the pence of it that are paid as the last check has it; None where that is
    what its days were charged at `expected_at`, and of a credit note that is taken as it was given.
    """

    key: LineKey
    first_day: date
    last_day: date
    net: int
    adjustment: int | None
    expected_at: int
    stands_for: int | None = None

    @property
    def comes_to(self) -> int:
        """The pence that an adjustment, or what is given back, changes of what its days are paid with."""
        return self.net if self.stands_for is None else self.stands_for


class ExpectedInvoice(NamedTuple):
    """What a school should bill under one agreement for one billing period, as known at a position."""

    agreement_ref: str
    provider_urn: int
    period: BillingPeriod
    position: int
    lines: tuple[ExpectedLine, ...]

    @property
    def net(self) -> int:
        """The pence of all lines, without VAT."""
        return sum(line.net for line in self.lines)


def expected_invoice(
    history: AgreementHistory, day: date, billed: Sequence[Billed], position: int
) -> ExpectedInvoice | None:
    """The expected invoice of the billing period in which a day lies; None where no such agreement is known."""
    agreement = history.agreement(position)
    if agreement is None:
        return None
    calendar = history.calendar(position)
    period = billing_period(agreement.billing, day, calendar)
    lines = [*_unbilled(history, period, billed, position)]
    if not _is_billed(period, billed):
        for earlier in _settled_by(period, agreement.billing, calendar, billed):
            lines += _adjustments(history, earlier, billed, position)
    lines.sort(key=_by_place_and_days)
    return ExpectedInvoice(agreement.ref, agreement.provider_urn, period, position, tuple(lines))


def adjustments_due(history: AgreementHistory, billed: Sequence[Billed], position: int) -> list[ExpectedLine]:
    """Everything that was billed and has changed since, whichever invoice it will stand on."""
    agreement = history.agreement(position)
    if agreement is None:
        return []
    calendar = history.calendar(position)
    days = {line.first_day for line in billed if line.adjustment is None}
    periods = sorted({billing_period(agreement.billing, day, calendar) for day in days})
    return [line for period in periods for line in _adjustments(history, period, billed, position)]


def due_on_days(history: AgreementHistory, key: LineKey, span: Span, billed: Iterable[Billed], position: int) -> int:
    """What a key should be billed for those of some days that nothing has billed; a whole billing period as such."""
    agreement = history.agreement(position)
    if agreement is None:
        return 0
    period = billing_period(agreement.billing, span[0], history.calendar(position))
    if span[1] > period.last_day:
        return sum(charged(history, key, gap, position) for gap in _gaps(span, _spans_of(key, billed)))
    return sum(_due(history, key, gap, period, position) for gap in _gaps(span, _spans_of(key, billed)))


def charged(history: AgreementHistory, key: LineKey, span: Span, position: int) -> int:
    """What a key costs from one day to another, as known at a position."""
    places = history.places(position, *span)
    return sum(
        place.charges.between((key.component, key.kind), *span) for place in places if _ref(place) == key.placement_ref
    )


def _unbilled(
    history: AgreementHistory, period: BillingPeriod, billed: Sequence[Billed], position: int
) -> Iterator[ExpectedLine]:
    """The days of a period that no line covers yet; a key that came up after the period was billed is an adjustment."""
    known_then = _first_known(period, billed)
    for place in history.places(position, period.first_day, period.last_day):
        for charge_key in place.charges.charge_keys():
            key = key_of(place, charge_key)
            for gap in _gaps((period.first_day, period.last_day), _spans_of(key, billed)):
                if known_then is None or _due(history, key, gap, period, known_then):
                    yield from lines_of(place, charge_key, gap, period)


class Watched(NamedTuple):
    """A key's days in a billed period, since when their charges are watched, and what lines stand for, in pence."""

    key: LineKey
    span: Span
    since: int
    stands_for: int


def _adjustments(
    history: AgreementHistory, period: BillingPeriod, billed: Sequence[Billed], position: int
) -> Iterator[ExpectedLine]:
    """What events changed in days that were billed, and in those of a billed period that cost nothing then.

    A change is billed as far as it leads from what the days were billed at until then to what they cost after it.
    """
    for key, span, since, stands_for in _watched(history, period, billed, position):
        cited = _cited(key, span, billed)
        if _due(history, key, span, period, position) == stands_for + sum(cited.values()):
            continue
        events = history.positions(since, position, key.placement_ref)
        earlier = {event: net for event, net in sorted(cited.items()) if event not in events}
        so_far = stands_for + sum(earlier.values())
        before, found = _due(history, key, span, period, since), []
        # Days that were billed anew bear these events already: what they gave or took while an invoice stood that has
        # been taken out since is taken back.
        for event, net in earlier.items():
            if back := _towards(-net, before - so_far):
                found.append(_adjustment(key, span, back, event))
                so_far += back
        for moved in events:
            after = _due(history, key, span, period, moved)
            net = cited.get(moved) or _towards(after - before, after - so_far)
            if net and moved not in cited:
                found.append(_adjustment(key, span, net, moved))
            so_far, before = so_far + net, after
        if sum(line.net for line in found):
            yield from found


def _towards(change: int, missing: int) -> int:
    """The part of a change that is still missing; none of it where the days are billed so already."""
    return max(min(change, missing), 0) if change > 0 else min(max(change, missing), 0)


def _watched(
    history: AgreementHistory, period: BillingPeriod, billed: Sequence[Billed], position: int
) -> Iterator[Watched]:
    """Each key's days in a billed period: all together where they stand for what they cost then, else line by line."""
    whole = (period.first_day, period.last_day)
    known_then = _first_known(period, billed)
    assert known_then is not None  # noqa: S101 - it was billed
    keys = {line.key for line in _ordinary(period, billed)}
    for moved in (known_then, position):
        for place in history.places(moved, *whole):
            keys.update(key_of(place, charge_key) for charge_key in place.charges.charge_keys())
    for key in sorted(keys, key=_by_name):
        lines = [line for line in _ordinary(period, billed) if line.key == key]
        gaps = list(_gaps(whole, _spans_of(key, billed)))
        free = [gap for gap in gaps if not _due(history, key, gap, period, known_then)]
        since = min((line.expected_at for line in lines), default=known_then)
        as_charged = _due(history, key, whole, period, since)
        together = Watched(key, whole, since, as_charged if _is_as_charged(lines) else sum(map(_stands_for, lines)))
        at_once = len({line.expected_at for line in lines}) <= 1
        if free == gaps and at_once and together.stands_for == as_charged:
            yield together
            continue
        yield from (_watched_together(history, group, period) for group in connected(lines))
        yield from (Watched(key, gap, known_then, 0) for gap in free)


def _watched_together(history: AgreementHistory, lines: Sequence[Billed], period: BillingPeriod) -> Watched:
    """Lines of a key whose days reach each other, since the earliest of them."""
    key, since = lines[0].key, min(line.expected_at for line in lines)
    span = lines[0].first_day, max(line.last_day for line in lines)
    if _is_as_charged(lines):
        return Watched(key, span, since, _due(history, key, span, period, since))
    return Watched(key, span, since, sum(map(_stands_for, lines)))


def _is_as_charged(lines: Iterable[Billed]) -> bool:
    """Whether some lines stand for what their days were charged, as any do whose checks have not said otherwise."""
    return any(line.stands_for is None for line in lines)


def _stands_for(line: Billed) -> int:
    return line.stands_for or 0


def _due(history: AgreementHistory, key: LineKey, span: Span, period: BillingPeriod, position: int) -> int:
    """What a key should be billed for some days of a period, as known at a position."""
    places = history.places(position, period.first_day, period.last_day)
    return sum(
        line.net
        for place in places
        if _ref(place) == key.placement_ref
        for line in lines_of(place, (key.component, key.kind), span, period)
    )


def _settled_by(
    period: BillingPeriod, billing: Billing, calendar: Calendar, billed: Sequence[Billed]
) -> list[BillingPeriod]:
    """The billed periods whose changes stand on this period's invoice: it is the first after them not billed yet."""
    days = {line.first_day for line in billed if line.adjustment is None and line.first_day < period.first_day}
    found = []
    for earlier in sorted({billing_period(billing, day, calendar) for day in days}):
        following = billing_period(billing, earlier.last_day + _DAY, calendar)
        while following.first_day < period.first_day and _is_billed(following, billed):
            following = billing_period(billing, following.last_day + _DAY, calendar)
        if following.first_day == period.first_day:
            found.append(earlier)
    return found


def _adjustment(key: LineKey, span: Span, net: int, position: int) -> ExpectedLine:
    rate = Fraction(net)
    return ExpectedLine(key, *span, 0, "once", Fraction(1), rate, net, span, position)


def _cited(key: LineKey, span: Span, billed: Iterable[Billed]) -> dict[int, int]:
    """What was billed of a key's changes in some days already, by the event."""
    found: defaultdict[int, int] = defaultdict(int)
    for line in billed:
        if line.adjustment is not None and line.key == key and span[0] <= line.first_day and line.last_day <= span[1]:
            found[line.adjustment] += line.comes_to
    return {event: net for event, net in found.items() if net}


def _ordinary(period: BillingPeriod, billed: Iterable[Billed]) -> list[Billed]:
    """The lines that bill days of a period for the first time."""
    return [line for line in billed if line.adjustment is None and _within(line, period)]


def _within(line: Billed, period: BillingPeriod) -> bool:
    return period.first_day <= line.first_day <= period.last_day


def _is_billed(period: BillingPeriod, billed: Iterable[Billed]) -> bool:
    return bool(_ordinary(period, billed))


def _first_known(period: BillingPeriod, billed: Iterable[Billed]) -> int | None:
    """As at which position a period was first billed."""
    return min((line.expected_at for line in _ordinary(period, billed)), default=None)


def _spans_of(key: LineKey, billed: Iterable[Billed]) -> list[Span]:
    return [(line.first_day, line.last_day) for line in billed if line.adjustment is None and line.key == key]


def _gaps(span: Span, covered: Iterable[Span]) -> Iterator[Span]:
    """The parts of a span that none of some others covers."""
    first, last = span
    for begins, ends in sorted(one for one in covered if one[0] <= last and one[1] >= first):
        if first < begins:
            yield first, begins - _DAY
        first = max(first, ends + _DAY)
    if first <= last:
        yield first, last


def _ref(place: PricedPlace) -> str | None:
    return place.placement.ref if place.placement else None


def _by_place_and_days(line: ExpectedLine) -> tuple[object, ...]:
    """Placements in order, empty places last, adjustments after the days themselves."""
    return (*_by_name(line.key), line.adjustment or 0, line.first_day, line.last_day)


def _by_name(key: LineKey) -> tuple[object, ...]:
    return (key.placement_ref is None, key.placement_ref or "", key.component, key.kind)
