"""What a page or report was asked for: as-at, day, period and filters from the address, the same for every page.

The address is the state. Whatever is asked in a way that cannot be meant is refused in words.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from commissioning.accounts.names import Names
from commissioning.charges.periods import Period, financial_year, month_days, whole_months
from commissioning.charges.queries import Filters
from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from commissioning.ledger.time import financial_year_name, instant_from_text, london_day
from commissioning.web.address import Address
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR

TODAY: web.AppKey[Callable[[], date]] = web.AppKey("today")
COUNCIL = web.AppKey("council", str)
NAMES = web.AppKey("names", Names)

NOBODY = Actor("")
FILTERS = tuple(item.name for item in fields(Filters))
PERIOD = ("year", "from", "to")
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class ShownAsAt:
    """An as-at as the control on every page shows it."""

    position: int
    recorded_at: datetime | None
    head: str
    latest: bool


@dataclass(frozen=True)
class Asked:
    """One question: of which book, as known when, about which period and which charges.

    `day` is today, or in the past the London day on which the position was recorded: what “live” is judged on. `names`
    are those of everybody who has an account; `actor` is who asks, nobody with a role where that is not known.
    """

    reader: Reader
    as_at: AsAt
    day: date
    period: Period
    filters: Filters
    here: Address
    names: Mapping[str, str] = field(default_factory=dict)
    actor: Actor = NOBODY

    @property
    def year(self) -> str:
        """The financial year in which the period begins."""
        return financial_year_name(self.period.first_day)

    @property
    def gone_until(self) -> date | None:
        """The end of the last month of the period that is over on the day, None while none is."""
        ends = (month_days(month)[1] for month in self.period.months())
        return max((end for end in ends if end < self.day), default=None)

    def link(self, *parts: object, **query: object) -> str:
        """The address of another page that keeps the as-at and the year that were asked for."""
        path = "/" + "/".join([_segment(str(part)) for part in parts])
        if not query:
            return path + self._kept_query
        asked = {name.rstrip("_"): value for name, value in query.items()}
        pairs = [(name, str(value)) for name, value in (self._kept | asked).items() if value not in (None, "")]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @cached_property
    def _kept(self) -> dict[str, object]:
        return {name: value for name in ("as_at", "year") if (value := self.here.first(name))}

    @cached_property
    def _kept_query(self) -> str:
        return f"?{urlencode(self._kept)}" if self._kept else ""

    def context(self) -> dict[str, Any]:
        """What every page's template sees."""
        recorded = instant_from_text(self.as_at.recorded_at) if self.as_at.recorded_at else None
        shown = ShownAsAt(self.as_at.position, recorded, self.as_at.head, self.as_at.latest)
        kept = f"?{urlencode({'as_at': self.here.first('as_at')})}" if not self.as_at.latest else ""
        gone = self.gone_until
        return {
            "as_at": shown,
            "gone_until": gone,
            "kept": kept,
            "link": self.link,
            "day_asked": self.day,
            "year_asked": self.year,
        }


def _segment(part: str) -> str:
    """A part of a path. Most are letters and digits, of which a list has thousands: those need no quoting."""
    return part if part.isascii() and part.replace("-", "").isalnum() else quote(part, safe="")


async def asked(request: web.Request) -> Asked:
    """Reads a request; `Refused` (400) when as-at, year or period cannot be understood."""
    names = await request.config_dict[NAMES].known()
    today = request.config_dict[TODAY]()
    question = await asked_at(request.config_dict[READER], Address.of(request), today, names)
    return replace(question, actor=request.get(ACTOR, NOBODY))


async def asked_at(reader: Reader, here: Address, today: date, names: Mapping[str, str]) -> Asked:
    """The same for an address that is known, such as that of a saved view."""
    for name, value in here.query:
        if len(value) > LONGEST_VALUE:
            raise Refused(Fault("too-long", "A value in the address is too long.", where=name[:50], status=400))
    as_at = await reader.as_at(here.first("as_at") or None)
    day = today
    if not as_at.latest and as_at.recorded_at:
        day = min(today, london_day(instant_from_text(as_at.recorded_at)))
    return Asked(reader, as_at, day, period_of(here, day), filters_of(here), here, names)


def period_of(here: Address, day: date) -> Period:
    """The period asked for by `year`, or `from` and `to`; the financial year of the day where none is."""
    year, first, last = here.first("year"), here.first("from"), here.first("to")
    if year and (first or last):
        raise _unclear("“year” and “from” or “to” are two ways to say the same.", "one of them")
    if bool(first) != bool(last):
        raise _unclear("A period needs its first day and its last.", "“from” and “to” together")
    if first and last:
        return whole_months(day_of("from", first), day_of("to", last))
    return financial_year(year or financial_year_name(day))


def filters_of(here: Address) -> Filters:
    """The filters in the address; a name may stand several times."""
    return Filters(**{name: tuple(dict.fromkeys(here.all(name))) for name in FILTERS})


def day_of(name: str, text: str) -> date:
    """A day written `2026-09-30`; `Refused` otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            Fault(
                "day",
                said("“%(text)s” is not a day.", text=text[:40]),
                where=name,
                expected="a day such as 2026-09-30",
                status=400,
            )
        ) from None


def one_of(name: str, text: str, known: Collection[str]) -> str:
    """A value that must be one of a few; `Refused`, naming them, otherwise."""
    if text not in known:
        expected = said("one of %(known)s", known=", ".join(known))
        raise Refused(
            Fault(
                name, said("“%(text)s” is not known here.", text=text[:40]), where=name, expected=expected, status=400
            )
        )
    return text


def page_of(here: Address) -> int:
    """The page asked for, counted from 1."""
    text = here.first("page") or "1"
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 10**6):
        raise Refused(
            Fault(
                "page",
                said("“%(text)s” is no page.", text=text[:40]),
                where="page",
                expected="a number from 1",
                status=400,
            )
        )
    return int(text[:9])


def no_such(what: str, ref: str, where_to_look: str) -> Refused:
    """The refusal of a page about something that nobody has recorded."""
    return Refused(
        Fault(
            "not-found",
            said("There is no %(what)s “%(ref)s” in the ledger as it was known then.", what=what, ref=ref[:60]),
            mend=said(
                "Look for it under %(where_to_look)s, or return to now if you are looking back.",
                where_to_look=where_to_look,
            ),
            status=404,
        )
    )


def _unclear(message: str, expected: str) -> Refused:
    return Refused(Fault("period", message, where="period", expected=expected, status=400))
