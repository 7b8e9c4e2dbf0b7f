"""How timely the annual reviews of a period are, as the SEN2 return counts them (domain.md, Reviews)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from commissioning.placements.facts import Review
from commissioning.placements.review import decided_in_time
from commissioning.web.language import ngettext
from commissioning.web.words import day as day_words
from commissioning.web.words import number


class Timeliness(NamedTuple):
    """How many annual reviews were expected up to a day, and met; how many were decided, and of them in time.

    A review is expected once its due day has come, or its meeting was held before; it is met once the meeting was held.
    """

    expected: int
    met: int
    decided: int
    decided_in_time: int


def timeliness(found: Iterable[Review], day: date) -> Timeliness:
    """The counts of the annual reviews among some that fall due in a period."""
    annual = [one for one in found if one.kind == "ehc_annual"]
    expected = [one for one in annual if one.due_on <= day or one.held_on is not None]
    judged = [decided_in_time(one) for one in annual]
    return Timeliness(
        expected=len(expected),
        met=sum(one.held_on is not None for one in expected),
        decided=len(judged) - judged.count(None),
        decided_in_time=judged.count(True),
    )


def timeliness_in_words(found: Iterable[Review], day: date) -> list[str]:
    """What the counts come to, in a sentence each; nothing where there is nothing to count."""
    counts = timeliness(found, day)
    sentences = []
    if counts.expected:
        sentences.append(
            ngettext(
                "Of %(num)s annual review expected by %(day)s, %(met)s (%(share)s%%) was met: their meeting was held.",
                "Of %(num)s annual reviews expected by %(day)s, %(met)s (%(share)s%%) were met: their meeting was "
                "held.",
                counts.expected,
                day=day_words(day),
                met=number(counts.met),
                share=_per_cent(counts.met, counts.expected),
            )
        )
    if counts.decided:
        sentences.append(
            ngettext(
                "%(in_time)s of %(num)s annual review (%(share)s%%) was decided within four weeks of their meeting.",
                "%(in_time)s of %(num)s annual reviews (%(share)s%%) were decided within four weeks of their meeting.",
                counts.decided,
                in_time=number(counts.decided_in_time),
                share=_per_cent(counts.decided_in_time, counts.decided),
            )
        )
    return sentences


def _per_cent(part: int, whole: int) -> int:
    """Whole per cent, halves up."""
    return (200 * part + whole) // (2 * whole)
