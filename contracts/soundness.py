"""What must hold of dates, terms, tiers and prices before they are agreed; each breach is a fault in words.

`where` names the owner, `agreement AG00` or `placement PL001`, and stands at the head of every fault.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from commissioning.ledger.errors import Fault
from commissioning.ledger.said import listed, said
from contracts.commands import TermsAsked
from contracts.rates import RateLine
from contracts.series import clash, line_in_words
from contracts.terms import TierSet
from contracts.versions import Dated, resolved

WHOLE: Final = Decimal(100)


def date_faults(start_on: date, end_on: date | None, where: str) -> Iterator[Fault]:
    """Find an end before the start."""
    if end_on is not None and end_on < start_on:
        yield Fault(
            "end-before-start",
            said("It would end on %(end_on)s, before it starts.", end_on=end_on),
            where,
            said("an end_on on or after %(start_on)s", start_on=start_on),
        )


def terms_faults(terms: TermsAsked, start_on: date, where: str) -> Iterator[Fault]:
    """Find what is wrong with one version of the terms."""
    day = resolved(terms, start_on)
    where = listed([where, said("terms from %(day)s", day=day)])
    if day < start_on:
        yield Fault(
            "terms-before-start",
            said("The agreement starts later, on %(start_on)s.", start_on=start_on),
            where,
            said("an effective_from on or after %(start_on)s", start_on=start_on),
        )
    if terms.notice_weeks < 0:
        yield Fault(
            "notice-weeks",
            said("%(notice_weeks)s weeks of notice.", notice_weeks=terms.notice_weeks),
            where,
            "0 or more",
        )
    if terms.commitment_places < 0:
        yield Fault(
            "commitment",
            said("%(commitment_places)s places are committed.", commitment_places=terms.commitment_places),
            where,
            "0 or more",
        )
    if terms.void_pct is None and terms.commitment_places > 0:
        yield Fault(
            "void-pct-missing",
            "Places are committed, but not what an empty one costs.",
            where,
            "void_pct: 100 for a block paid full or empty, 40 for a 40% retainer",
        )
    if terms.void_pct is not None and not 0 <= terms.void_pct <= WHOLE:
        yield Fault("void-pct", said("void_pct is %(void_pct)s.", void_pct=terms.void_pct), where, "0 to 100")


def tier_faults(tier_set: TierSet, start_on: date, where: str) -> Iterator[Fault]:
    """Find what is wrong with one set of tiers."""
    where = listed([where, said("tiers from %(day)s", day=resolved(tier_set, start_on))])
    places = [tier.from_place for tier in tier_set.tiers]
    if len(set(places)) < len(places):
        yield Fault("tier-twice", "Two tiers begin at one place.", where, "one tier a place")
    if 1 not in places:
        yield Fault(
            "tier-one-missing",
            "No tier begins at place 1, so the first places would have no discount stated.",
            where,
            "a tier from place 1, with 0 where there is no discount",
        )
    if any(place < 1 for place in places):
        yield Fault(
            "tier-place", said("A tier begins at place %(place)s.", place=min(places)), where, "places from 1 up"
        )
    for tier in tier_set.tiers:
        if not -WHOLE <= tier.discount_pct <= WHOLE:
            yield Fault(
                "discount",
                said("discount_pct is %(discount_pct)s.", discount_pct=tier.discount_pct),
                where,
                "-100 to 100",
            )


def line_faults(line: RateLine, owner_start: date, where: str) -> Iterator[Fault]:
    """Find what is wrong with one price, on a card or of a placement's own."""
    if line.quantity < 0:
        yield Fault(
            "quantity",
            said("The quantity is %(quantity)s.", quantity=line.quantity),
            listed([where, line_in_words(line, owner_start)]),
            "0 or more; a deduction has a negative amount",
        )


def clash_faults(lines: Iterable[RateLine], owner_start: date, where: str) -> Iterator[Fault]:
    """Find the first date on which a series would have two prices."""
    if (line := clash(lines, owner_start)) is not None:
        yield Fault(
            "two-prices-on-one-date",
            "There would be two prices for one thing on one date.",
            listed([where, line_in_words(line, owner_start)]),
            "one line a date for the same component, unit, band and setting",
            "Withdraw the one that never held, or give it its own date.",
        )


def one_a_date_faults(versions: Sequence[Dated], what: str, owner_start: date, where: str) -> Iterator[Fault]:
    """Find the dates that more than one of the versions begins on."""
    days = [resolved(version, owner_start) for version in versions]
    for day in sorted({day for day in days if days.count(day) > 1}):
        yield Fault(
            "version-twice",
            said("Two %(what)s begin on %(day)s.", what=what, day=day),
            where,
            said("one of the %(what)s a date", what=what),
        )
