"""The days a placement is on roll under an agreement, by version, and those payable after leaving."""

from decimal import Decimal
from typing import Final, NamedTuple

from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.days import Day, Span, day_or_open, end_of_month, spans_between
from contracts.pricing.facts import PlacementFacts, VersionFacts
from contracts.pricing.prepared import PreparedAgreement
from contracts.terms import Terms

DAYS_IN_A_WEEK = 7
NO_DISCOUNT: Final = Decimal(0)


class DiscountSpan(NamedTuple):
    """Days (as ordinals) on which one discount in per cent applies to the discounted lines."""

    first: Day
    last: Day
    discount_pct: Decimal


class Stay(NamedTuple):
    """All that the roll decides for one placement under one agreement, within the agreement's own span.

    Two equal stays price alike, so a placement whose own facts and stay are unchanged need not be priced
    again.
    """

    on_roll: tuple[DiscountSpan, ...]
    notice: tuple[DiscountSpan, ...]

    def reaches_into(self, first: Day, last: Day) -> bool:
        """Say whether any day from `first` to `last` is payable in it."""
        return any(span.first <= last and span.last >= first for span in (*self.on_roll, *self.notice))


NO_STAY: Final = Stay((), ())


class Presence(NamedTuple):
    """A placement's days under an agreement and within its span, whatever their discount; in notice one span at most.

    Spans of days on roll are in order and never adjacent.
    """

    on_roll: tuple[Span, ...]
    notice: tuple[Span, ...]

    def undiscounted(self) -> Stay:
        """Give the stay under an agreement whose placements do not depend on one another."""
        return Stay(
            tuple(DiscountSpan(first, last, NO_DISCOUNT) for first, last in self.on_roll),
            tuple(DiscountSpan(first, last, NO_DISCOUNT) for first, last in self.notice),
        )


NOT_PRESENT: Final = Presence((), ())


class VersionDays(NamedTuple):
    """The days on roll under one version of a placement; `number` is its index among the versions."""

    number: int
    version: VersionFacts
    first: Day
    last: Day


def version_days(placement: PlacementFacts, agreement_ref: str) -> list[VersionDays]:
    """Give the days on roll under the versions that stand on an agreement, whether or not it runs on them.

    The first version holds from the placement's start, however it is dated.
    """
    start, end = placement.start_on.toordinal(), day_or_open(placement.end_on)
    versions = placement.versions
    firsts = [start] + [
        start if version.effective_from is None else max(start, version.effective_from.toordinal())
        for version in versions[1:]
    ]
    return [
        VersionDays(index, version, first, min(last, end))
        for index, (version, (first, last)) in enumerate(zip(versions, spans_between(firsts), strict=True))
        if first <= min(last, end) and version.agreement_ref == agreement_ref
    ]


def presence_of(
    agreement_ref: str, prepared: PreparedAgreement, placement: PlacementFacts, calendar: SchoolCalendar
) -> Presence:
    """Give a placement's days on roll and in notice that lie within the agreement."""
    on_roll: list[Span] = []
    for _, _, version_first, version_last in version_days(placement, agreement_ref):
        first, last = max(version_first, prepared.first), min(version_last, prepared.last)
        if first > last:
            continue
        if on_roll and on_roll[-1][1] == first - 1:
            first = on_roll.pop()[0]
        on_roll.append((first, last))
    notice = notice_days(agreement_ref, prepared, placement, calendar)
    return Presence(tuple(on_roll), () if notice is None else (notice,))


def notice_days(
    agreement_ref: str, prepared: PreparedAgreement, placement: PlacementFacts, calendar: SchoolCalendar
) -> Span | None:
    """Give the days after end_on on which the placement stays payable under the agreement, or None.

    The version that holds on end_on must stand on the agreement, and end_on must lie inside the agreement's
    span.
    """
    if placement.end_on is None:
        return None
    end = placement.end_on.toordinal()
    if not prepared.first <= end <= prepared.last:
        return None
    if not any(days.last == end for days in version_days(placement, agreement_ref)):
        return None
    last = min(_payable_to(end, prepared.terms_on(end), placement, calendar), prepared.last)
    return (end + 1, last) if last > end else None


def _payable_to(end: Day, terms: Terms, placement: PlacementFacts, calendar: SchoolCalendar) -> Day:
    """Give the last payable day by the leaver rule and the weeks of notice; before `end` where neither goes beyond."""
    notice = end if placement.notice_given_on is None else placement.notice_given_on.toordinal()
    by_weeks = notice + DAYS_IN_A_WEEK * terms.notice_weeks if terms.notice_weeks > 0 else end
    match terms.leaver_rule:
        case "last_day":
            by_rule = None
        case "end_of_month":
            by_rule = end_of_month(end)
        case "end_of_term":
            by_rule = calendar.end_of_term(end)
        case "term_notice":
            by_rule = calendar.end_of_term_after(notice)
    return by_weeks if by_rule is None else max(by_rule, by_weeks)
