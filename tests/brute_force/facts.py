"""The facts of a small world, read from the rows of its sheets, with every blank given its meaning.

A world is shaped as the import workbook: sheet name to rows, each row column to value. Nothing here is shared
with the product, so that a misreading on one side cannot hide on the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

Value = str | int | Decimal | date | None
Row = dict[str, Value]
World = dict[str, list[Row]]

FOREVER = date.max
ONE_DAY = timedelta(days=1)


def text(row: Row, column: str) -> str | None:
    """Return the cell as text, None where it is blank or its column is absent."""
    value = row.get(column)
    return None if value is None or value == "" else str(value)


def day(row: Row, column: str) -> date | None:
    """Return the cell as a date, None where it is blank."""
    value = row.get(column)
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def number(row: Row, column: str, blank: int) -> Fraction:
    """Return the cell as an exact number, `blank` where it is blank."""
    written = text(row, column)
    return Fraction(blank) if written is None else Fraction(written)


def yes(row: Row, column: str, *, blank: bool) -> bool:
    """Return the yes or no of the cell, `blank` where it is blank."""
    written = text(row, column)
    return blank if written is None else written == "yes"


def sure(value: date | None) -> date:
    """Return a date that every valid world gives."""
    assert value is not None
    return value


def days_of(first: date, last: date) -> Iterable[date]:
    """Yield each day from first to last, both included."""
    one = first
    while one <= last:
        yield one
        if one == FOREVER:
            return
        one += ONE_DAY


@dataclass
class Calendar:
    """A term calendar: for each academic year its terms by name, and the closures."""

    terms: dict[str, dict[str, tuple[date, date]]] = field(default_factory=dict)
    closures: list[tuple[date, date]] = field(default_factory=list)
    known: dict[tuple[date, date], int] = field(default_factory=dict)

    def covered(self, year: str) -> bool:
        """Say whether all three terms of the academic year are listed."""
        return set(self.terms.get(year, {})) == {"autumn", "spring", "summer"}

    def terms_of(self, year: str) -> list[tuple[date, date]]:
        """Return the terms of a covered academic year in order; none of an uncovered one."""
        return sorted(self.terms[year].values()) if self.covered(year) else []

    def term_of(self, one: date) -> tuple[date, date] | None:
        """Return the term that contains the day, None outside every term."""
        for first, last in self.terms_of(academic_year(one)):
            if first <= one <= last:
                return first, last
        return None

    def is_school_day(self, one: date) -> bool:
        """Say whether the day is a Monday to Friday inside a term and outside every closure."""
        if one.isoweekday() > 5 or self.term_of(one) is None:
            return False
        return not any(first <= one <= last for first, last in self.closures)

    def school_days(self, first: date, last: date) -> int:
        """Count the school days of a span; a count once made is kept, for speed alone."""
        if (first, last) not in self.known:
            self.known[first, last] = sum(self.is_school_day(one) for one in days_of(first, last))
        return self.known[first, last]


@dataclass
class Line:
    """One rate line; amount in pounds, band and setting None for any."""

    component: str
    unit: str
    amount: Fraction
    quantity: Fraction
    band: str | None
    setting: str | None
    effective_from: date
    void: bool
    discount: bool
    notice: bool


@dataclass
class Terms:
    """One dated version of an agreement's terms."""

    effective_from: date
    fee_year: str
    accrual: str
    leaver_rule: str
    notice_weeks: int
    places: int
    void_pct: Fraction
    void_band: str | None
    void_setting: str | None
    tiering: str


@dataclass
class Agreement:
    """An agreement with its card; tier sets are by the day they hold from, place to discount per cent."""

    ref: str
    model: str
    calendar: Calendar
    start_on: date
    end_on: date
    versions: list[Terms]
    tiers: dict[date, dict[int, Fraction]]
    card: list[Line]


@dataclass
class Package:
    """One dated version of a placement: where it is, in which band and setting."""

    effective_from: date
    agreement: str
    phase: str
    setting: str
    band: str | None


@dataclass
class Placement:
    """A placement not withdrawn; suspensions are (first, last, payable), splits (from, health, care)."""

    ref: str
    pupil: str
    need: str
    start_on: date
    end_on: date | None
    notice_given_on: date | None
    versions: list[Package]
    own: list[Line]
    suspensions: list[tuple[date, date, Fraction]]
    funding: list[tuple[date, Fraction, Fraction]]


@dataclass
class Book:
    """Everything the pricing rules need to know of one world."""

    agreements: dict[str, Agreement]
    placements: list[Placement]


def academic_year(one: date) -> str:
    """Return the academic year of a day, as `2026-27`."""
    start = one.year if one.month >= 9 else one.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def read_world(world: World) -> Book:
    """Return the facts of the world, withdrawn rows left out and blanks given their meaning."""
    calendars = read_calendars(world)
    agreements = {ref: read_agreement(world, ref, rows, calendars) for ref, rows in by_key(world, "Agreements").items()}
    placements = [
        read_placement(world, ref, rows)
        for ref, rows in by_key(world, "Placements").items()
        if not yes(rows[0], "withdrawn", blank=False)
    ]
    return Book(agreements, placements)


def by_key(world: World, sheet: str) -> dict[str, list[Row]]:
    """Return the rows of each agreement or placement, in the order of their effective_from."""
    column = {"Agreements": "agreement_ref", "Placements": "placement_ref"}[sheet]
    found: dict[str, list[Row]] = {}
    for row in world.get(sheet, []):
        found.setdefault(str(row[column]), []).append(row)
    for rows in found.values():
        rows.sort(key=dated)
    return found


def dated(row: Row) -> date:
    """Return the effective_from of a row that has a start_on of its own."""
    return day(row, "effective_from") or sure(day(row, "start_on"))


def rows_of(world: World, sheet: str, column: str, ref: str) -> list[Row]:
    """Return the rows of a sheet that belong to one owner and were not withdrawn."""
    return [row for row in world.get(sheet, []) if text(row, column) == ref and not yes(row, "withdrawn", blank=False)]


def read_calendars(world: World) -> dict[str, Calendar]:
    """Return the calendar of each school by its URN; a school without one of its own has `default`."""
    named: dict[str, Calendar] = {}
    for row in world.get("Calendar", []):
        years = named.setdefault(str(row["calendar"]), Calendar()).terms
        span = sure(day(row, "first_day")), sure(day(row, "last_day"))
        years.setdefault(str(row["academic_year"]), {})[str(row["term"])] = span
    for row in world.get("Closures", []):
        span = sure(day(row, "first_day")), sure(day(row, "last_day"))
        named.setdefault(str(row["calendar"]), Calendar()).closures.append(span)
    return {
        str(row["urn"]): named.get(text(row, "calendar") or "default", Calendar()) for row in world.get("Providers", [])
    }


def read_agreement(world: World, ref: str, rows: list[Row], calendars: dict[str, Calendar]) -> Agreement:
    """Return one agreement with its terms, tiers and card."""
    start_on = sure(day(rows[0], "start_on"))
    tiers: dict[date, dict[int, Fraction]] = {}
    for row in rows_of(world, "Tiers", "agreement_ref", ref):
        held_from = day(row, "effective_from") or start_on
        tiers.setdefault(held_from, {})[int(number(row, "from_place", 1))] = number(row, "discount_pct", 0)
    return Agreement(
        ref=ref,
        model=str(rows[-1]["model"]),
        calendar=calendars[str(rows[-1]["provider_urn"])],
        start_on=start_on,
        end_on=day(rows[0], "end_on") or FOREVER,
        versions=[read_terms(row) for row in rows],
        tiers=tiers,
        card=[read_line(row, start_on, on_card=True) for row in rows_of(world, "Rates", "agreement_ref", ref)],
    )


def read_terms(row: Row) -> Terms:
    """Return one version of an agreement's terms."""
    return Terms(
        effective_from=dated(row),
        fee_year=str(row["fee_year"]),
        accrual=str(row["accrual"]),
        leaver_rule=text(row, "leaver_rule") or "last_day",
        notice_weeks=int(number(row, "notice_weeks", 0)),
        places=int(number(row, "commitment_places", 0)),
        void_pct=number(row, "void_pct", 0),
        void_band=text(row, "void_band"),
        void_setting=text(row, "void_setting"),
        tiering=text(row, "tiering") or "marginal",
    )


def read_line(row: Row, owner_start: date, *, on_card: bool) -> Line:
    """Return one rate line; the meaning of a blank flag depends on whose line it is."""
    component, unit = str(row["component"]), str(row["unit"])
    return Line(
        component=component,
        unit=unit,
        amount=number(row, "amount", 0),
        quantity=number(row, "quantity", 5 if unit == "day" else 1),
        band=text(row, "band"),
        setting=text(row, "setting"),
        effective_from=day(row, "effective_from") or owner_start,
        void=on_card and yes(row, "void", blank=False),
        discount=yes(row, "discount", blank=on_card),
        notice=yes(row, "notice", blank=component != "transport" and unit != "hour"),
    )


def read_placement(world: World, ref: str, rows: list[Row]) -> Placement:
    """Return one placement with its own lines, suspensions and funding."""
    start_on, end_on = sure(day(rows[0], "start_on")), day(rows[0], "end_on")
    suspensions = [
        (
            sure(day(row, "first_day")),
            day(row, "last_day") or end_on or FOREVER,
            number(row, "payable_pct", 0) / 100,
        )
        for row in rows_of(world, "Suspensions", "placement_ref", ref)
    ]
    funding = [
        (
            day(row, "effective_from") or start_on,
            number(row, "health_pct", 0) / 100,
            number(row, "care_pct", 0) / 100,
        )
        for row in rows_of(world, "Funding", "placement_ref", ref)
    ]
    return Placement(
        ref=ref,
        pupil=str(rows[0]["pupil_ref"]),
        need=str(rows[0]["need"]),
        start_on=start_on,
        end_on=end_on,
        notice_given_on=day(rows[0], "notice_given_on"),
        versions=[read_package(row) for row in rows],
        own=[read_line(row, start_on, on_card=False) for row in rows_of(world, "Rates", "placement_ref", ref)],
        suspensions=suspensions,
        funding=funding,
    )


def read_package(row: Row) -> Package:
    """Return one version of a placement."""
    return Package(
        effective_from=dated(row),
        agreement=str(row["agreement_ref"]),
        phase=str(row["phase"]),
        setting=str(row["setting"]),
        band=text(row, "band"),
    )
