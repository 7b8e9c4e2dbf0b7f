"""The price of one placement under one agreement: its charges by month, its days on roll, its unpriced days.

Every day on roll and every day of notice is looked at as part of a span on which nothing changes
(pricing.md §4).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from contracts.pricing.accrual import ChargeKind, MonthCharge, Piece, Pieces, month_charges
from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.days import OPEN, Day, date_or_none, day_or_open, spans_between
from contracts.pricing.extent import EVERYTHING, Extent
from contracts.pricing.facts import AgreementFacts, FundingFacts, PlacementFacts, SuspensionFacts
from contracts.pricing.lines import PricedLine, held_lines, lines_for
from contracts.pricing.prepared import PreparedAgreement, prepare
from contracts.pricing.rounding import NOTHING, WHOLE, Ratio, kept_after, per_cent
from contracts.pricing.stays import DiscountSpan, Stay, VersionDays, version_days
from contracts.pricing.unpriced import UnpricedSpan, unpriced_spans


class OccupiedSpan(NamedTuple):
    """Days on roll under one version, priced or not. `last_day` is None where no end is recorded."""

    version: int
    first_day: date
    last_day: date | None


class PlacementPrice(NamedTuple):
    """What one placement comes to under one agreement."""

    charges: list[MonthCharge]
    occupied: list[OccupiedSpan]
    unpriced: list[UnpricedSpan]


class _Payable(NamedTuple):
    """Days on which one part of the price is payable."""

    first: Day
    last: Day
    part: Ratio


class _Funding(NamedTuple):
    """Days on which one funding split holds."""

    first: Day
    last: Day
    health: Ratio
    care: Ratio


class _Window(NamedTuple):
    """Days on which discount, payable part and funding stay the same."""

    first: Day
    last: Day
    kept: Ratio
    payable: Ratio
    health: Ratio
    care: Ratio


ALL_PAYABLE: Final = (_Payable(0, OPEN, WHOLE),)
ALL_EDUCATION: Final = (_Funding(0, OPEN, NOTHING, NOTHING),)


def price_placement(
    agreement: AgreementFacts,
    placement: PlacementFacts,
    calendar: SchoolCalendar,
    stay: Stay,
    extent: Extent = EVERYTHING,
) -> PlacementPrice:
    """Price a placement's days under one agreement; `stay` is what the agreement's roll says of it.

    Versions that stand on other agreements are left to those agreements' prices. Charges are those of the extent,
    which must be of whole financial years; days on roll and unpriced days are always all.
    """
    prepared = prepare(agreement)
    packages = _packages(agreement.ref, prepared, placement)
    return PlacementPrice(
        _charges(packages, placement, calendar, stay, extent),
        [OccupiedSpan(days.number, date.fromordinal(days.first), date_or_none(days.last)) for days, _ in packages],
        [unpriced for days, lines in packages for unpriced in unpriced_spans(days, lines, prepared, calendar)],
    )


def charge_placement(
    agreement: AgreementFacts, placement: PlacementFacts, calendar: SchoolCalendar, stay: Stay, extent: Extent
) -> list[MonthCharge]:
    """Give the charges alone, where only the discounts of a placement's days can have changed."""
    packages = _packages(agreement.ref, prepare(agreement), placement)
    return _charges(packages, placement, calendar, stay, extent)


def pieces_of_placement(agreement: AgreementFacts, placement: PlacementFacts, stay: Stay, extent: Extent) -> Pieces:
    """Give the exact prices that a placement's days are charged at, on which days."""
    return _purses(_packages(agreement.ref, prepare(agreement), placement), placement, stay, extent).cost


def _packages(
    agreement_ref: str, prepared: PreparedAgreement, placement: PlacementFacts
) -> list[tuple[VersionDays, tuple[PricedLine, ...]]]:
    """Give the versions that stand on the agreement with the lines that apply to each."""
    own = held_lines(placement.lines, placement.start_on.toordinal(), prepared.accruals)
    return [
        (
            days,
            prepared.card_lines(days.version.band, days.version.setting) + lines_for(own, None, days.version.setting),
        )
        for days in version_days(placement, agreement_ref)
    ]


def _charges(
    packages: Iterable[tuple[VersionDays, tuple[PricedLine, ...]]],
    placement: PlacementFacts,
    calendar: SchoolCalendar,
    stay: Stay,
    extent: Extent,
) -> list[MonthCharge]:
    return _purses(packages, placement, stay, extent).charges(calendar)


def _purses(
    packages: Iterable[tuple[VersionDays, tuple[PricedLine, ...]]],
    placement: PlacementFacts,
    stay: Stay,
    extent: Extent,
) -> "_Purses":
    payable = _payable_parts(placement.suspensions)
    funding = _funding_splits(placement.funding)
    last_day = day_or_open(placement.end_on)
    purses = _Purses()
    for days, all_lines in packages:
        lines = [line for line in all_lines if line.component in extent.components]
        first, last = max(days.first, extent.first), min(days.last, extent.last)
        for window in _windows(first, last, stay.on_roll, payable, funding):
            purses.charge("attendance", days.number, window, lines)
        if days.last == last_day:
            on_notice = [line for line in lines if line.notice]
            for window in _windows(extent.first, extent.last, stay.notice, ALL_PAYABLE, funding):
                purses.charge("notice", days.number, window, on_notice)
    return purses


class _Purses:
    """The pieces of one placement's price, and of the parts that health and care bear."""

    def __init__(self) -> None:
        self.cost: Pieces = defaultdict(list)
        self._health: Pieces = defaultdict(list)
        self._care: Pieces = defaultdict(list)

    def charge(self, kind: ChargeKind, version: int, window: _Window, lines: Iterable[PricedLine]) -> None:
        """Add each line on the days that it shares with the window."""
        for line in lines:
            first, last = max(line.first, window.first), min(line.last, window.last)
            if first > last:
                continue
            numerator = line.numerator * window.payable.numerator
            denominator = line.denominator * window.payable.denominator
            if line.discount:
                numerator *= window.kept.numerator
                denominator *= window.kept.denominator
            if not numerator:
                continue
            key = (line.component, kind)
            piece = Piece(version, first, last, line.measure, numerator, denominator, line.rate)
            self.cost[key].append(piece)
            if window.health.numerator:
                self._health[key].append(_part(piece, window.health))
            if window.care.numerator:
                self._care[key].append(_part(piece, window.care))

    def charges(self, calendar: SchoolCalendar) -> list[MonthCharge]:
        """Round everything to rows."""
        return month_charges(self.cost, self._health, self._care, calendar)


def _part(piece: Piece, part: Ratio) -> Piece:
    return piece._replace(numerator=piece.numerator * part.numerator, denominator=piece.denominator * part.denominator)


def _windows(
    first: Day,
    last: Day,
    stays: Iterable[DiscountSpan],
    payables: Sequence[_Payable],
    fundings: Sequence[_Funding],
) -> Iterator[_Window]:
    """Cut the stay's days inside a span wherever discount, payable part or funding changes."""
    for stay in stays:
        if stay.last < first or stay.first > last:
            continue
        kept = kept_after(stay.discount_pct)
        for payable in payables:
            for funding in fundings:
                window_first = max(first, stay.first, payable.first, funding.first)
                window_last = min(last, stay.last, payable.last, funding.last)
                if window_first <= window_last:
                    yield _Window(window_first, window_last, kept, payable.part, funding.health, funding.care)


def _payable_parts(suspensions: Sequence[SuspensionFacts]) -> Sequence[_Payable]:
    """Lay suspensions out with the days between them, on which everything is payable."""
    if not suspensions:
        return ALL_PAYABLE
    parts = []
    following = 0
    for suspension in sorted(suspensions, key=lambda suspension: suspension.first_day):
        first, last = suspension.first_day.toordinal(), day_or_open(suspension.last_day)
        parts.append(_Payable(following, first - 1, WHOLE))
        parts.append(_Payable(first, last, per_cent(suspension.payable_pct)))
        following = last + 1
    parts.append(_Payable(following, OPEN, WHOLE))
    return parts


def _funding_splits(splits: Sequence[FundingFacts]) -> Sequence[_Funding]:
    """Lay the splits out; before the first dated one education bears everything."""
    if not splits:
        return ALL_EDUCATION
    firsts = [0 if split.effective_from is None else split.effective_from.toordinal() for split in splits]
    spans = spans_between(firsts)
    fundings = [_Funding(0, firsts[0] - 1, NOTHING, NOTHING)]
    fundings.extend(
        _Funding(first, last, per_cent(split.health_pct), per_cent(split.care_pct))
        for (first, last), split in zip(spans, splits, strict=True)
    )
    return fundings
