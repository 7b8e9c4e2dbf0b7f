"""Funding splits of one placement: which are sound, and the splits with one more agreed."""

from datetime import date

from commissioning.placements.facts import FundingSplit
from contracts.versions import as_base, resolved, with_version

Funding = tuple[FundingSplit, ...]

_WHOLE = 100


def is_whole(split: FundingSplit) -> bool:
    """Whether the three shares lie between 0 and 100 and add up to 100."""
    shares = (split.education_pct, split.health_pct, split.care_pct)
    return min(shares) >= 0 and sum(shares) == _WHOLE


def with_split(funding: Funding, split: FundingSplit, start_on: date) -> Funding:
    """The splits with this one, in place of one from the same day, in order of their days.

    Of those from days up to the start only the latest can ever count; the others are let go, so that a split from
    the start stands first.
    """
    splits = with_version(funding, split, start_on)
    begun = sum(resolved(one, start_on) <= start_on for one in splits)
    return splits[max(begun - 1, 0) :]


def after_start_moved(funding: Funding, new_start: date) -> Funding:
    """The splits after the placement's start was corrected: the one in force on it stands first.

    It keeps its own day where it has one, so that the same row of a workbook still means the same split.
    """
    begun = sum(resolved(one, new_start) <= new_start for one in funding)
    return tuple(as_base(one, new_start) for one in funding[max(begun - 1, 0) :])
