"""An invented council of any size, as the import workbooks that its officers would have sent over the years.

Every child, school and price is made up from a fixed seed. Each September lists the school year, takes in new
placements and uplifts prices; each spring brings late starters, leavers, moves of package, suspensions and funding.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

Sheets = dict[str, list[dict[str, Any]]]

FIRST_YEAR = 2016
NEEDS = ("SEMH", "ASD", "SLCN", "MLD")
MODELS = ("spot", "framework", "block", "retained", "volume_discount", "spot")
_AUTUMN, _SPRING = 9, 3


@dataclass(frozen=True, slots=True)
class Recording:
    """One workbook and the instant at which it is taken in."""

    recorded_at: datetime
    sheets: Sheets


@dataclass(slots=True)
class _Place:
    """A placement as its next row would state it; `leaves` is when it will end, which nobody has recorded yet."""

    row: dict[str, Any]
    leaves: date
    yearly: int
    hourly: int


@dataclass
class Council:
    """A council with so many placements over so many years."""

    placements: int
    years: int = 10
    seed: int = 7
    _random: Random = field(init=False)
    _open: list[_Place] = field(init=False, default_factory=list)
    _made: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311 - invented facts, the same in every run
        self.agreements = max(6, self.placements // 50)

    def history(self) -> Iterator[Recording]:
        """The recordings, oldest first."""
        for year in range(FIRST_YEAR, FIRST_YEAR + self.years):
            autumn = self._autumn(year)
            if year == FIRST_YEAR:
                autumn = {**self._setting_up(), **autumn, "Rates": [*self._cards(), *autumn["Rates"]]}
            yield Recording(datetime(year, _AUTUMN, 15, 10, tzinfo=UTC), autumn)
            yield Recording(datetime(year + 1, _SPRING, 20, 10, tzinfo=UTC), self._spring(year))

    def _setting_up(self) -> Sheets:
        agreements = []
        for number in range(self.agreements):
            model = MODELS[number % len(MODELS)]
            committed = model in ("block", "retained")
            agreements.append(
                {
                    "agreement_ref": _agreement(number),
                    "provider_urn": 900_000 + number // 2,
                    "model": model,
                    "start_on": date(FIRST_YEAR, 9, 1),
                    "fee_year": "academic",
                    "accrual": "calendar_days" if number % 2 else "school_days",
                    "commitment_places": 10 if committed else None,
                    "void_pct": {"block": 100, "retained": 40}.get(model),
                }
            )
        tiers = [
            {"agreement_ref": row["agreement_ref"], "from_place": place, "discount_pct": discount}
            for row in agreements
            if row["model"] == "volume_discount"
            for place, discount in ((1, 0), (12, 5))
        ]
        providers = [
            {"urn": 900_000 + number, "name": f"Invented School {number}", "type": "independent_special"}
            for number in range((self.agreements + 1) // 2)
        ]
        return {"Providers": providers, "Agreements": agreements, "Tiers": tiers}

    def _cards(self) -> list[dict[str, Any]]:
        """A price of education on every card but those of spot agreements, whose prices are the placement's own."""
        return [
            _rate(_agreement(number), None, "education", "year", 48_000 + 90 * number, date(FIRST_YEAR, 9, 1))
            | {"void": "yes"}
            for number in range(self.agreements)
            if not _is_spot(number)
        ]

    def _autumn(self, year: int) -> Sheets:
        rates: list[dict[str, Any]] = []
        for place in self._open:
            place.hourly += 1
            place.yearly += 1_500
            rates += _prices(place, date(year, 9, 1))
        started = self._starts(year, date(year, 9, 1), 110, 0.7)
        rates += [price for place in started for price in _prices(place, place.row["start_on"])]
        return {
            "Calendar": _terms(year),
            "Closures": _closures(year),
            "Rates": rates,
            "Pupils": [_pupil(place) for place in started],
            "Placements": [dict(place.row) for place in started],
        }

    def _spring(self, year: int) -> Sheets:
        summer = date(year + 1, 7, 22)
        leaving = [place for place in self._open if place.leaves <= summer]
        for place in leaving:
            place.row["end_on"] = max(place.leaves, place.row["start_on"])
        self._open = [place for place in self._open if place.leaves > summer]
        stayed = list(self._open)
        moved = [place for place in self._open if self._random.random() < 0.1]
        for place in moved:
            place.row["phase"] = "secondary" if place.row["phase"] == "primary" else "primary"
            place.row["effective_from"] = date(year + 1, 4, 14)
        unsigned = [place for place in self._open if place.row["signed_on"] is None]
        for place in unsigned:
            place.row["signed_on"] = date(year + 1, 3, 1)
        suspended = [place for place in self._open if self._random.random() < 0.06]
        funded = [place for place in self._open if self._random.random() < 0.08]
        started = self._starts(year, date(year + 1, 1, 6), 180, 0.3)
        return {
            "Rates": [price for place in started for price in _prices(place, place.row["start_on"])],
            "Pupils": [_pupil(place) | {"postcode": f"NW{year % 10} 1AA"} for place in (*stayed, *started)],
            "Placements": [dict(place.row) for place in _once(*leaving, *moved, *unsigned, *started)],
            "Suspensions": [
                {
                    "placement_ref": place.row["placement_ref"],
                    "first_day": date(year + 1, 3, 3),
                    "last_day": date(year + 1, 3, 14),
                    "payable_pct": 50,
                }
                for place in suspended
            ],
            "Funding": [
                {
                    "placement_ref": place.row["placement_ref"],
                    "effective_from": date(year + 1, 4, 1),
                    "education_pct": 70,
                    "health_pct": 20,
                    "care_pct": 10,
                }
                for place in funded
            ],
        }

    def _starts(self, year: int, first: date, spread: int, share: float) -> list[_Place]:
        """New placements of one season, spread over some days; the last season of all makes up the number."""
        wanted = round(self.placements / self.years * share)
        if year == FIRST_YEAR + self.years - 1 and share < 0.5:
            wanted = self.placements - self._made
        started = [self._place(first + timedelta(days=self._random.randrange(spread))) for _ in range(wanted)]
        self._open += started
        return started

    def _place(self, start_on: date) -> _Place:
        number, draw = self._made, self._random
        self._made += 1
        agreement = draw.randrange(self.agreements)
        row = {
            "placement_ref": f"P{number:06}",
            "pupil_ref": f"U{number:06}",
            "agreement_ref": _agreement(agreement),
            "need": draw.choice(NEEDS),
            "phase": draw.choice(("primary", "secondary")),
            "setting": "day",
            "home_area": f"Area {draw.randrange(7)}",
            "start_on": start_on,
            "end_on": None,
            "effective_from": start_on,
            "signed_on": None,
        }
        leaves = date(start_on.year + draw.choice((1, 2, 2, 3, 3, 4, 5, 6)), 7, 22)
        yearly = 52_000 + 100 * draw.randrange(200) if _is_spot(agreement) else 0
        return _Place(row, leaves, yearly, 40 + draw.randrange(20))


def write_workbook(sheets: Sheets, path: Path) -> None:
    """Writes the rows as an import workbook."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            if rows:
                sheet = book.add_worksheet(name)
                columns = list(dict.fromkeys(column for row in rows for column in row))
                sheet.write_row(0, 0, columns)
                for number, row in enumerate(rows, start=1):
                    sheet.write_row(number, 0, [row.get(column) for column in columns])


def one_workbook(placements: int, years: int) -> Sheets:
    """A council's placements in one workbook: of one year each, or at county shape, over ten years to their ends."""
    council = Council(placements, 1)
    sheets: Sheets = council._setting_up()  # noqa: SLF001 - the same council, told at once
    span = range(FIRST_YEAR, FIRST_YEAR + max(years, 2))
    places = [council._place(date(FIRST_YEAR, 9, 1)) for _ in range(placements)]  # noqa: SLF001
    for number, place in enumerate(places):
        year = FIRST_YEAR + (number % years if years > 1 else 0)
        start_on = date(year, 9, 1) + timedelta(days=number * 37 % 300)
        place.row["start_on"] = place.row["effective_from"] = start_on
        stay = 1 if years == 1 else 1 + number * 7 % years
        place.row["end_on"] = min(start_on + timedelta(days=360 * stay), date(FIRST_YEAR + max(years, 2), 7, 20))
    return {
        **sheets,
        "Calendar": [row for year in span for row in _terms(year)],
        "Closures": [row for year in span for row in _closures(year)],
        "Rates": [*council._cards(), *[rate for place in places for rate in _prices(place, place.row["start_on"])]],  # noqa: SLF001
        "Pupils": [_pupil(place) for place in places],
        "Placements": [place.row for place in places],
    }


def _is_spot(agreement: int) -> bool:
    return MODELS[agreement % len(MODELS)] == "spot"


def _agreement(number: int) -> str:
    return f"A{number:04}"


def _rate(
    agreement: str | None, placement: str | None, component: str, unit: str, amount: int, day: date
) -> dict[str, Any]:
    return {
        "agreement_ref": agreement,
        "placement_ref": placement,
        "component": component,
        "unit": unit,
        "amount": amount,
        "effective_from": day,
    }


def _prices(place: _Place, day: date) -> Iterator[dict[str, Any]]:
    """A placement's own prices from a day: therapy by the hour, and where the card has none, a yearly fee."""
    ref = place.row["placement_ref"]
    yield _rate(None, ref, "therapy", "hour", place.hourly, day)
    if place.yearly >= 50_000:
        yield _rate(None, ref, "education", "year", place.yearly, day)


def _once(*places: _Place) -> list[_Place]:
    """Each placement once, in the order of its first mention."""
    return list({place.row["placement_ref"]: place for place in places}.values())


def _pupil(place: _Place) -> dict[str, Any]:
    number = int(place.row["pupil_ref"][1:])
    return {
        "pupil_ref": place.row["pupil_ref"],
        "name": f"Invented Child {number}",
        "date_of_birth": date(2008, 1, 1) + timedelta(days=number * 13 % 3_000),
    }


def _terms(year: int) -> list[dict[str, Any]]:
    days = {
        "autumn": (date(year, 9, 3), date(year, 12, 19)),
        "spring": (date(year + 1, 1, 6), date(year + 1, 3, 28)),
        "summer": (date(year + 1, 4, 14), date(year + 1, 7, 22)),
    }
    return [
        {
            "calendar": "default",
            "academic_year": f"{year}-{(year + 1) % 100:02}",
            "term": term,
            "first_day": first,
            "last_day": last,
        }
        for term, (first, last) in days.items()
    ]


def _closures(year: int) -> list[dict[str, Any]]:
    spans = (
        (date(year, 10, 24), date(year, 10, 28)),
        (date(year + 1, 2, 13), date(year + 1, 2, 17)),
        (date(year + 1, 5, 26), date(year + 1, 5, 30)),
    )
    return [{"calendar": "default", "first_day": a, "last_day": b, "reason": "half-term"} for a, b in spans]
