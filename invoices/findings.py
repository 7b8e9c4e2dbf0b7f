"""What checks found, for people: the ledger keeps its words in English, and they are said in the language spoken.

A sentence that a check composed is known again by its template, its figures are taken out of it, and the template is
asked for in the catalogue. A sentence of no template is shown as it was recorded.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache

from commissioning.web.language import N_, _
from commissioning.web.words import day

SENTENCES = (
    N_("a number that was not used before"),
    N_("a file that was not sent before"),
    N_("the file of invoice %(number)s"),
    N_("an amount that was not billed before"),
    N_("%(amount)s, as invoice %(number)s of %(day)s"),
    N_("the lines' net add up to %(amount)s"),
    N_("the lines' VAT add up to %(amount)s"),
    N_("net and VAT add up to %(amount)s"),
    N_("%(quantity)s times %(rate)s"),
    N_("the document's own sums"),
    N_("a placement and component of the school's own"),
    N_("a reference of another school"),
    N_("a reference that is missing or unknown"),
    N_("the school's placements"),
    N_("the bank details that two people approved"),
    N_("other bank details"),
    N_("the school's approved bank details"),
    N_("at most %(amount)s over the charges of %(year)s"),
    N_("%(amount)s over them"),
    N_("%(amount)s beside line %(line)s"),
    N_("a signature"),
    N_("none is recorded"),
    N_("signed by %(day)s"),
    N_("signed on %(day)s"),
    N_("days of one financial year"),
    N_("%(first)s to %(last)s again"),
    N_("%(first)s to %(last)s"),
    N_("days that invoice %(number)s does not bill"),
    N_("days on which the placement is live"),
    N_("the placement never held, %(first)s to %(last)s"),
    N_("not started until %(day)s"),
    N_("left on %(day)s"),
    N_("suspended from %(day)s at %(share)s%%"),
    N_("%(quantity)s years"),
    N_("%(quantity)s terms"),
    N_("%(quantity)s weeks"),
    N_("%(quantity)s days"),
    N_("%(quantity)s hours"),
    N_("%(quantity)s onces"),
    N_("%(amount)s a year"),
    N_("%(amount)s a term"),
    N_("%(amount)s a week"),
    N_("%(amount)s a day"),
    N_("%(amount)s a hour"),
    N_("the VAT number that is recorded of the school"),
    N_("a number whose check digits are wrong"),
    N_("another number than is recorded"),
    N_("VAT by a school that is not recorded as registered"),
    N_("the school's VAT registration"),
    N_("no VAT before %(day)s"),
    N_("%(share)s%% of %(net)s, %(amount)s"),
    N_("category %(category)s"),
    N_("the school's VAT treatment"),
    N_("the law on VAT of school fees"),
    N_("the line's own rate"),
    N_("invoice %(number)s"),
    N_("placement %(placement)s"),
    N_("agreement %(agreement)s"),
    N_("%(number)s, as %(other)s of %(day)s"),
)
"""What the checks say, in the order in which a sentence is tried: what begins with a name of somebody's comes last."""
_DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"
_SHAPES = {
    "day": _DAY,
    "first": _DAY,
    "last": _DAY,
    "amount": r"\N{MINUS SIGN}?£[\d,]+\.\d\d",
    "net": r"\N{MINUS SIGN}?£[\d,]+\.\d\d",
    "quantity": r"\N{MINUS SIGN}?[\d,.]+",
    "rate": r"\N{MINUS SIGN}?[\d,.]+",
    "share": r"[\d,.]+",
    "year": r"\d{4}/\d\d",
    "line": r"\d+",
}
"""What may stand in the places of a sentence; anything in those that are not named here."""
_LETTERS = re.compile(r"[A-Za-z]{2}")


def found_in_words(recorded: str) -> str:
    """What a check recorded, in the language that is spoken; a sum alone is the same in all of them."""
    template, figures = _known_again(recorded)
    if template is None:
        return recorded
    told = {name: day(_day(text)) if _SHAPES.get(name) == _DAY else text for name, text in figures.items()}
    return _(template, **told) if told else _(template)


def can_be_said(recorded: str) -> bool:
    """Whether what a check recorded can be said in another language: its template is known, or it has no words."""
    return _LETTERS.search(recorded) is None or _known_again(recorded)[0] is not None


@lru_cache(maxsize=4096)
def _known_again(recorded: str) -> tuple[str | None, Mapping[str, str]]:
    """The template of a sentence and the figures in it; None where it is of none of them."""
    if not _LETTERS.search(recorded):
        return None, {}
    for template in SENTENCES:
        if found := _shape(template).fullmatch(recorded):
            return template, found.groupdict()
    return None, {}


@cache
def _shape(template: str) -> re.Pattern[str]:
    """What a sentence of a template looks like."""
    parts = re.split(r"%\((\w+)\)s", template)
    shape = "".join(
        f"(?P<{part}>{_SHAPES.get(part, '.+')})" if place % 2 else re.escape(part.replace("%%", "%"))
        for place, part in enumerate(parts)
    )
    return re.compile(shape, re.DOTALL)


def _day(text: str) -> date:
    """A day as English writes it, `17 May 2026`, which is how every check recorded it."""
    return datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007 - a day is in no zone
