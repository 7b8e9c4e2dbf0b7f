"""Words that are composed where no reader is known, and said in the reader's language where one is.

A refusal is put into words on a pure floor or in the writer's thread. `said` gives the English sentence, and keeps the
message and the figures that it was made of, so that a page, a problem document or the command line can say it again.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from typing import Any, Self

from babel.dates import format_date

from commissioning.ledger.counted import LOCALE


def day_in_words(day: date, language: str = LOCALE) -> str:
    """A day as it is written where a language, by the name that Babel has for it, is spoken: `17 May 2026`."""
    return format_date(day, "d MMMM yyyy", locale=language)


class Said(str):
    """An English text that remembers its `message` and its `figures`.

    A figure may be such a text itself, or a day, whose month has a name in every language.
    """

    __slots__ = ("figures", "message")

    message: str
    figures: Mapping[str, object]

    def __new__(cls, message: str, figures: Mapping[str, object]) -> Self:
        """The English text of a message: with figures in its named places, or as it stands where there are none."""
        text = super().__new__(cls, message % _in_english(figures) if figures else message)
        text.message, text.figures = message, figures
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        """A text is pickled with what it was made of: worker processes hand refusals back."""
        return type(self), (self.message, dict(self.figures))


def _in_english(figures: Mapping[str, object]) -> dict[str, object]:
    return {name: day_in_words(figure) if isinstance(figure, date) else figure for name, figure in figures.items()}


def said(message: str, /, **figures: object) -> Said:
    """A message with named places for its figures, `%(day)s`, in English; translators are given it as it stands here.

    A text that was said already stays what it is. Where there are no figures, a percent sign is just that.
    """
    return message if isinstance(message, Said) and not figures else Said(message, figures)


def listed(texts: Iterable[str]) -> str:
    """Texts one after another, with commas between them: a place from the outside in, or what makes up a name."""
    return reduce(lambda before, after: said("%(before)s, %(after)s", before=before, after=after), texts)
