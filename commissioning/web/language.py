"""The language in which pages speak: words stand in the code in English and are said in that of a council's catalogue.

A sentence is asked for where it is said, `_("%(places)s places", places=3)`, whole and with named places for figures.
A label that stands in a table or a declaration is marked there, `N_("Spot")`, and asked for when it is read: a table of
`Labels` does so itself. Babel finds both. What was put into words where no reader is known, a refusal, is `spoken`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from gettext import NullTranslations
from typing import TypeVar

from commissioning.ledger.counted import LOCALE, counted
from commissioning.ledger.errors import Fault
from commissioning.ledger.said import Said, day_in_words

Code = TypeVar("Code")

_ENGLISH = NullTranslations()
_SPOKEN: ContextVar[NullTranslations] = ContextVar("spoken")
"""The catalogue of whoever is answered; English where nothing was chosen. A thread begun for it has it too."""


def speak(translations: NullTranslations) -> None:
    """Says whatever is said from here on, for the one who is answered now, in the words of a catalogue."""
    _SPOKEN.set(translations)


@contextmanager
def in_english() -> Iterator[None]:
    """Says what is said within in English: words that the ledger records, which are the same in every language."""
    before = _SPOKEN.set(_ENGLISH)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def catalogue() -> NullTranslations:
    """The catalogue that is spoken, for templates that are not of pages."""
    return _SPOKEN.get(_ENGLISH)


def language() -> str:
    """The language that is spoken, as its catalogue names it: `cy`; British English where there is none."""
    return _SPOKEN.get(_ENGLISH).info().get("language") or LOCALE


def _(message: str, /, **figures: object) -> str:
    """A message in the language that is spoken, with its figures in their places; what is blank stays blank."""
    said = _SPOKEN.get(_ENGLISH).gettext(message) if message else ""
    return said % figures if figures else said


def ngettext(one: str, more: str, count: int, /, **figures: object) -> str:
    """A message in the form that the language has for a count, which stands in it at `%(num)s` as people read it."""
    said = _SPOKEN.get(_ENGLISH).ngettext(one, more, count)
    return said % ({"num": counted(count)} | figures)


def spoken(text: str) -> str:
    """A text of a refusal in the language that is spoken: by its message and figures where it has them, else whole."""
    if not isinstance(text, Said):
        return _(text)
    return _(text.message, **{name: _figure(figure) for name, figure in text.figures.items()})


def _figure(figure: object) -> object:
    """A figure of a text as it is said: words and days in the language that is spoken, all else as it stands."""
    match figure:
        case Said():
            return spoken(figure)
        case date():
            return day_in_words(figure, language())
    return figure


def spoken_fault(fault: Fault) -> Fault:
    """A fault in the language that is spoken. A place that the ledger or a form has a name for keeps its name."""
    return replace(
        fault,
        message=spoken(fault.message),
        where=spoken(fault.where) if isinstance(fault.where, Said) else fault.where,
        expected=spoken(fault.expected),
        mend=spoken(fault.mend),
    )


def N_(message: str) -> str:  # noqa: N802 - the name by which extractors of messages know it
    """Marks a label for the catalogue and leaves it as it is: it is asked for with `_` when it is said."""
    return message


class Labels(Mapping[Code, str]):
    """What codes are called: a table of labels marked with `N_`, each said in the language spoken when it is read."""

    def __init__(self, labels: Mapping[Code, str]) -> None:
        self._labels = labels

    def __getitem__(self, code: Code) -> str:
        """The label of a code."""
        return _(self._labels[code])

    def __iter__(self) -> Iterator[Code]:
        """The codes, in the order in which they are offered."""
        return iter(self._labels)

    def __len__(self) -> int:
        """How many codes there are."""
        return len(self._labels)


class Tags(Mapping[Code, tuple[str, str]]):
    """The tags of codes: a label marked with `N_`, said in the language spoken when it is read, and a colour."""

    def __init__(self, tags: Mapping[Code, tuple[str, str]]) -> None:
        self._tags = tags

    def __getitem__(self, code: Code) -> tuple[str, str]:
        """The label and colour of a code."""
        label, colour = self._tags[code]
        return _(label), colour

    @property
    def labels(self) -> Labels[Code]:
        """The labels alone."""
        return Labels({code: label for code, (label, _colour) in self._tags.items()})

    def __iter__(self) -> Iterator[Code]:
        """The codes, in the order in which they are offered."""
        return iter(self._tags)

    def __len__(self) -> int:
        """How many codes there are."""
        return len(self._tags)
