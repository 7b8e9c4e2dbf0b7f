"""The kinds of answers that forms ask for: how each is read from what a person typed, and how it is shown again.

A kind reads text into an exact value or says in words why it cannot. What was typed is kept as it was typed; the value
is only ever made from it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Protocol

from babel.dates import get_month_names

from commissioning.ledger.counted import LOCALE
from commissioning.ledger.said import said
from commissioning.web.language import N_
from commissioning.web.words import day, month, number, percent, pounds


class UnreadableError(ValueError):
    """What was typed is no answer of its kind: what is wrong, to follow the question's label, and what was expected."""

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


class Kind(Protocol):
    """One kind of answer. `control` names the control that a template draws for it."""

    @property
    def control(self) -> str:
        """The name of the control."""
        ...

    def read(self, text: str) -> Any:
        """The value of a text that is not blank; raises `UnreadableError`."""
        ...

    def shown(self, value: Any) -> str:
        """A value as a person reads it."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text. `width` is one of GOV.UK's (2, 3, 4, 5, 10, 20 characters), 0 for all there is."""

    longest: int = 200
    width: int = 0
    control: ClassVar[str] = "text"

    def read(self, text: str) -> str:
        """The text without blanks around it."""
        if len(text) > self.longest:
            raise UnreadableError("this is too long.", said("at most %(most)s characters", most=number(self.longest)))
        return text

    def shown(self, value: Any) -> str:
        """The text as it is."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Several lines of text."""

    longest: int = 2_000
    control: ClassVar[str] = "paragraph"

    def read(self, text: str) -> str:
        """The text without blanks around it."""
        return Text(self.longest).read(text)

    def shown(self, value: Any) -> str:
        """The text as it is."""
        return str(value)


_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2}|[a-z]{3,9})[/.\- ](\d{4})", re.IGNORECASE)
_MONTH = re.compile(r"(?:(\d{1,2}|[a-z]{3,9})[/.\- ])?(\d{4})(?:-(\d{2}))?", re.IGNORECASE)
_MONTHS = {name.lower()[:3]: number for number, name in get_month_names("wide", locale=LOCALE).items()}
"""The months by the first three letters of their names, which tell them apart."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, typed as people write one: `17/5/2026`, `17 May 2026` or `2026-05-17`."""

    width: ClassVar[int] = 10
    control: ClassVar[str] = "day"

    def read(self, text: str) -> date:
        """The day; the earliest is in 1900, so that a slip of the pen is noticed."""
        try:
            found = _DAY.fullmatch(text)
            value = date(int(found[3]), _month_number(found[2]), int(found[1])) if found else date.fromisoformat(text)
        except (ValueError, KeyError):
            raise UnreadableError("this is not a day.", "a day such as 17/5/2026") from None
        if not 1900 <= value.year <= 2200:  # noqa: PLR2004 - nobody living was born before, nothing is agreed for after
            raise UnreadableError("the year of this day cannot be right.", "a day such as 17/5/2026")
        return value

    def shown(self, value: Any) -> str:
        """`17 May 2026`."""
        return day(value)


@dataclass(frozen=True, slots=True)
class Month:
    """A month, typed as `5/2013`, `May 2013` or `2013-05`; its value is written `2013-05`."""

    width: ClassVar[int] = 10
    control: ClassVar[str] = "text"

    def read(self, text: str) -> str:
        """The month as `2013-05`."""
        try:
            found = _MONTH.fullmatch(text)
            if found is None or (found[1] is None) == (found[3] is None):
                raise ValueError  # noqa: TRY301 - said in words below
            return date(int(found[2]), _month_number(found[1] or found[3]), 1).isoformat()[:7]
        except (ValueError, KeyError):
            raise UnreadableError("this is not a month.", "a month such as 5/2013") from None

    def shown(self, value: Any) -> str:
        """`May 2013`."""
        return month(value)


def _month_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else _MONTHS[text.lower()[:3]]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in pounds; its value is whole pence. `least` is in pence, None where it may be below nothing."""

    least: int | None = 0
    width: ClassVar[int] = 10
    control: ClassVar[str] = "money"

    def read(self, text: str) -> int:
        """The pence; never more places than pounds have."""
        plain = re.sub(r"[£, ]", "", text).replace("\N{MINUS SIGN}", "-")
        if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,2})?", plain):
            raise UnreadableError("this is not an amount of money.", "pounds such as 65,120 or 24.50")
        pence = int(Decimal(plain) * 100)
        if self.least is not None and pence < self.least:
            raise UnreadableError("this amount is too low.", said("%(least)s or more", least=pounds(self.least)))
        return pence

    def shown(self, value: Any) -> str:
        """`£65,120.00`."""
        return pounds(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds, with at most so many `places` after the point; its value is an exact decimal."""

    least: int = 0
    most: int = 1_000_000
    places: int = 2
    suffix: str = ""
    width: ClassVar[int] = 5
    control: ClassVar[str] = "number"

    def read(self, text: str) -> Decimal:
        """The number."""
        expected = said("a number from %(least)s to %(most)s", least=number(self.least), most=number(self.most))
        try:
            value = Decimal(text.replace(",", "").removesuffix("%").strip())
        except InvalidOperation:
            raise UnreadableError("this is not a number.", expected) from None
        if not value.is_finite() or not self.least <= value <= self.most:
            raise UnreadableError("this number is out of bounds.", expected)
        if value != round(value, self.places):
            raise UnreadableError(
                "this number has too many places.", said("at most %(most)s after the point", most=self.places)
            )
        return value

    def shown(self, value: Any) -> str:
        """The number with its suffix."""
        return (
            percent(value, self.places) if self.suffix == "%" else f"{number(value, self.places)} {self.suffix}".strip()
        )


_MOST_RADIOS = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers, in the order in which they are offered: a code and what it is called."""

    options: Mapping[str, str]
    blank: str = N_("Choose one")
    notes: Mapping[str, str] = field(default_factory=dict)
    radios: bool | None = None
    """Whether all are shown at once; None: where they are few."""

    @property
    def control(self) -> str:
        """Radios where there are few, a select otherwise."""
        few = len(self.options) <= _MOST_RADIOS if self.radios is None else self.radios
        return "radios" if few else "select"

    def read(self, text: str) -> str:
        """The code that was chosen."""
        if text not in self.options:
            raise UnreadableError("this is none of the answers offered.", "one of the answers offered")
        return text

    def shown(self, value: Any) -> str:
        """What the code is called."""
        return self.options.get(value, str(value))
