"""Small numbers withheld from what is published, and as many more that nobody can work them out (pricing.md §8).

A figure of fewer than five pupils is withheld. Where a total is published beside the rows, what is withheld is the
total less the rows that are shown: so there must be two of them at least, and five pupils in them together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from commissioning.web.language import _, ngettext

LEAST = 5
WITHHELD = "[c]"
"""How official statistics mark a figure that is confidential."""
WITHHELD_OPTIONS = ("withheld", "counts_withheld", "left_out")
"""The options of a result that say what was withheld from it."""

Rule = Literal["fewer than five pupils", "to protect another figure"]
SMALL: Rule = "fewer than five pupils"
PROTECTING: Rule = "to protect another figure"


def withheld(pupils: Sequence[int], *, total_is_shown: bool) -> dict[int, Rule]:
    """Which rows to withhold, by their places, and under which rule; `pupils` says how many each row is of.

    Of several rows that would protect another, the one of the fewest pupils is taken, and of equals the first.
    """
    found: dict[int, Rule] = {place: SMALL for place, count in enumerate(pupils) if 0 < count < LEAST}
    if not total_is_shown or not found:
        return found
    others = sorted(
        (place for place, count in enumerate(pupils) if place not in found and count),
        key=lambda place: (pupils[place], place),
    )
    while others and sum(pupils[place] for place in found) < LEAST:
        found[others.pop(0)] = PROTECTING
    return found


def may_be_told(pupils: Iterable[int]) -> bool:
    """Whether a total over rows may be shown at all: it is of nobody, or of five pupils or more."""
    together = sum(pupils)
    return together == 0 or together >= LEAST


def log(rules: Mapping[int, Rule]) -> dict[str, str]:
    """How many figures were withheld under each rule, as what is recorded of the file."""
    counts = Counter(rules.values())
    told = "; ".join(f"{count} {rule}" for rule, count in sorted(counts.items()))
    return {"withheld": told or "nothing"}


def in_words(rules: Mapping[int, Rule]) -> str:
    """The same as a note under the table."""
    if not rules:
        return _("No figure is withheld.")
    small = sum(rule == SMALL for rule in rules.values())
    more = len(rules) - small
    words = ngettext(
        "%(num)s row is withheld, marked %(withheld)s: fewer than %(least)s pupils.",
        "%(num)s rows are withheld, marked %(withheld)s: fewer than %(least)s pupils.",
        small,
        withheld=WITHHELD,
        least=LEAST,
    )
    if not more:
        return words
    return f"{words} {_('%(more)s more so that these cannot be worked out.', more=more)}"
