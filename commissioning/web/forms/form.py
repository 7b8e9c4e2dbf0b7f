"""What a package says of a form: where it stands, who may use it, what it asks and what comes of the answers.

The frame does the rest (pages.py): drafts, faults at their fields, check your answers, the cost, the receipt.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import web

from commissioning.ledger.work import Command, UnitOfWork
from commissioning.web.forms.fields import Section, Values
from commissioning.web.language import _
from commissioning.web.permissions import Policy

Deed = Callable[[UnitOfWork], None]
"""What is done under the book's lock once the form is sent; tried and undone before, to show what it costs."""
MakeDeed = Callable[[Values, int | None], Deed]
"""Makes the deed of the answers and the version of the record that the form was drawn from.

It may raise pydantic's `ValidationError` or `Refused`; both are shown at the fields that they name.
"""


class Answer(NamedTuple):
    """A line on the page where answers are checked that no field of the form holds."""

    label: str
    value: str


class Picture(NamedTuple):
    """A page of the document that a form is filled in from: its address, and what is said where it cannot be seen."""

    address: str
    words: str


class Effect(NamedTuple):
    """What a change comes to in one period, in signed pence. `period` is marked with `N_`, with a place for `year`."""

    period: str
    year: str
    pence: int

    def in_words(self) -> str:
        """The period, in the language of whoever is told: an effect is found where no reader is known."""
        return _(self.period, year=self.year)


Effects = Callable[[UnitOfWork, int], Sequence[Effect]]
"""Reads what was changed since a position, inside the transaction that changed it."""
EFFECTS: web.AppKey[Effects] = web.AppKey("effects")
"""How the application finds out what a change costs. Where it is not set, no cost is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One form as it is asked for now: its questions, what stands there already, and the deed.

    `stream` is the record that it changes, so that two people who change it at once learn of each other; `changes`
    then tells the entries of a timeline since a version. `places` maps the code of a refusal to the field it is about.
    `also` gives lines for the page where answers are checked. `costs` is false where no money can move. `beside` are
    the pages of a document that stand beside the questions.
    """

    heading: str
    button: str
    deed: MakeDeed
    sections: tuple[Section, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    breadcrumbs: Sequence[tuple[str, str | None]] = ()
    stream: str | None = None
    changes: Callable[[int], Awaitable[Sequence[Mapping[str, Any]]]] | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    also: Callable[[Values], Awaitable[Sequence[Answer]]] | None = None
    costs: bool = True
    warning: str = ""
    beside: Sequence[Picture] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form at an address. `open` reads what it needs and gives the sheet, or raises `Refused`."""

    path: str
    policy: Policy
    open: Callable[[web.Request], Awaitable[Sheet]]


def asking(kind: type[Command], /, **fixed: Any) -> MakeDeed:
    """The deed of a form whose fields are those of one command, beside what is `fixed` by the address.

    A command that knows `expected_version` is given the version that the form was drawn from.
    """

    def make(values: Values, version: int | None) -> Deed:
        known = {"expected_version": version} if "expected_version" in kind.model_fields else {}
        command = kind.model_validate(known | values | fixed)
        return lambda work: work.execute(command)

    return make
