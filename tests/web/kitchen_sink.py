"""An application with one page that holds every macro and every kind of chart, so that tests and people can look.

The council, its schools and all figures are invented. Run `python -m tests.web.kitchen_sink` to open it by hand.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from aiohttp import web

from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Fault, Refused
from commissioning.web.charts.spec import ChartSpec, Mark, Series
from commissioning.web.permissions import ACTOR, IDENTIFY, Public, register
from commissioning.web.shell import MenuItem, ShellSettings, create_shell, render
from commissioning.web.words import short_month

ANYBODY = Public("a test's own page")
TEMPLATES = Path(__file__).parent / "templates"
SETTINGS = ShellSettings(
    menu=(
        MenuItem("Home", "/"),
        MenuItem("Placements", "/placements"),
        MenuItem("Agreements", "/agreements"),
        MenuItem("Schools", "/schools"),
        MenuItem("Invoices", "/invoices"),
        MenuItem("Reports", "/reports"),
    ),
    note="A demonstration. Norrowshire, its schools and its pupils are invented.",
)
MONTHS = tuple(short_month(f"{2026 + number // 12}-{number % 12 + 1:02d}") for number in range(3, 15))


@dataclass(frozen=True, slots=True)
class AsAt:
    """What the as-at control asks of a domain's as-at."""

    position: int
    recorded_at: datetime
    head: str
    latest: bool


NOW = AsAt(150_204, datetime(2026, 9, 30, 15, 2, tzinfo=UTC), "3fa9c1d27be04410", latest=True)
PAST = AsAt(8_120, datetime(2026, 5, 17, 15, 2, tzinfo=UTC), "a71b09ee52cd8830", latest=False)


def pence(millions: str) -> tuple[int, ...]:
    """Amounts in millions of pounds, with spaces between, as pence."""
    return tuple(int(Decimal(text) * 100_000_000) for text in millions.split())


def specs() -> dict[str, ChartSpec]:
    """One chart of each kind, and the awkward ones."""
    return {**over_time_and_models(), **of_one_decision(), **awkward()}


def over_time_and_models() -> dict[str, ChartSpec]:
    """Bars, lines and areas, as reports draw spend and placements."""
    return {
        "grouped": ChartSpec(
            "grouped_bars",
            "Cost per full-time place, by commissioning model",
            "Block places cost £4,310 less than spot places for the same needs; void places took back £1,180.",
            ("Spot", "Framework", "Block", "Retained", "State place"),
            (
                Series("2025/26", (6_612_000, 6_120_000, 5_840_000, 6_010_000, 2_480_000)),
                Series("2026/27", (6_841_000, 6_215_000, 6_410_000, 6_044_000, 2_590_000)),
            ),
        ),
        "stacked": ChartSpec(
            "stacked_bars",
            "Spend by month and kind of charge",
            "Spend is flat over the year but for August, when day places at weekly schools are not charged.",
            MONTHS,
            (
                Series("Attendance", pence("4.1 4.2 4.2 4.0 3.1 4.3 4.4 4.4 4.4 4.5 4.5 4.6")),
                Series("Notice", pence("0.1 0.1 0.2 0.4 0.3 0.2 0.1 0.1 0.1 0.1 0.1 0.1")),
                Series("Void", pence("0.4 0.4 0.4 0.5 0.5 0.3 0.3 0.2 0.2 0.2 0.2 0.2")),
            ),
            mark=Mark("A month's share of the budget", value=450_000_000),
        ),
        "lines": ChartSpec(
            "lines",
            "Live placements by model",
            "Framework placements have overtaken spot placements since September 2026.",
            MONTHS,
            (
                Series("Spot", (412, 409, 401, 396, 390, 371, 362, 355, 349, 346, 340, 332)),
                Series("Framework and dynamic market", (288, 295, 301, 318, 322, 371, 380, 391, 396, 401, 408, 415)),
                Series("Block", (120, 120, 120, 118, 118, 130, 130, 132, 132, 131, 131, 131)),
                Series("Retained", (None, None, None, None, 20, 24, 26, 26, None, 27, 28, 28)),
            ),
            unit="number",
            mark=Mark("As at 30 September 2026", category=Fraction(11, 2)),
        ),
        "areas": ChartSpec(
            "stacked_areas",
            "Forecast outturn, built up month by month",
            "The year is forecast at £57.9m: £27.3m charged, £28.4m committed and £2.2m of allowances.",
            MONTHS,
            (
                Series("Charged", pence("4.6 9.3 14.1 19.0 22.9 27.3 27.3 27.3 27.3 27.3 27.3 27.3")),
                Series("Committed", pence("0 0 0 0 0 0 4.7 9.4 14.1 18.8 23.6 28.4")),
                Series("Allowances", pence("0 0 0 0 0 0 .3 .7 1.1 1.4 1.8 2.2")),
            ),
            mark=Mark("Budget £55.0m", value=5_500_000_000),
        ),
    }


def of_one_decision() -> dict[str, ChartSpec]:
    """What a block comes to as it fills, and why a figure moved."""
    return {
        "break_even": ChartSpec(
            "break_even",
            "Block of 20 places at Ashlow School against spot prices",
            "The block pays for itself from 17.8 filled places; it has 19 today.",
            tuple(str(places) for places in range(10, 21)),
            (
                Series("Block, fixed", (112_140_000,) * 11),
                Series("Same pupils at spot price", tuple(6_300_000 * places for places in range(10, 21))),
            ),
            mark=Mark("Today 19", category=9),
            category_title="Places filled",
        ),
        "waterfall": ChartSpec(
            "waterfall",
            "Why the year's figure moved between two as-ats",
            "The forecast rose by £2.1m, most of it uplifts agreed in September.",
            ("As at 31 July", "New starts", "Uplifts", "Leavers", "Corrections", "Suspensions", "As at 30 Sept"),
            (Series("Cost", pence("55.8 1.9 2.4 -1.7 -0.38 -0.12 57.9")),),
        ),
    }


def awkward() -> dict[str, ChartSpec]:
    """Names longer than a chart is wide, and amounts on both sides of nought."""
    return {
        "long": ChartSpec(
            "grouped_bars",
            "Cost by school",
            "The five dearest schools take 31% of spend.",
            (
                "Ashlow School (The Ashlow Trust for Autism and Communication)",
                "Brackenmere College of Further and Specialist Education, Upper Site",
                "Cold Fen Lodge",
                "Dunmarsh-Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch Residential Academy",
            ),
            (Series("Spend this year", pence("6.41 4.4 2.13 1.02")),),
        ),
        "negative": ChartSpec(
            "stacked_bars",
            "Movement by model since the last closed month",
            "Spot fell by £0.6m and frameworks rose by £0.9m.",
            ("Spot", "Framework", "Block", "Retained"),
            (
                Series("Price", pence("0.12 0.40 -0.05 0.01")),
                Series("Mix", pence("-0.72 0.50 0.21 -0.31")),
            ),
        ),
    }


def rows() -> list[dict[str, object]]:
    """Rows of the example table."""
    return [
        {
            "placement": {"text": f"PL-{4400 + number}", "href": f"/placements/PL-{4400 + number}"},
            "school": name,
            "model": model,
            "start_on": date(2025, 9, 3),
            "state": {"tag": state, "colour": colour},
            "cost": cost,
            "change": Fraction(number - 2, 40),
        }
        for number, (name, model, state, colour, cost) in enumerate(
            (
                ("Ashlow School", "Block", "Live", "green", 6_841_250),
                ("Brackenmere College", "Spot", "In notice", "orange", 11_203_400),
                ("Cold Fen Lodge", "Framework", "Review overdue", "red", 5_940_099),
                ("Dunmarsh School", "Retained", "Suspended", "purple", -120_000),
            )
        )
    ]


def events() -> list[dict[str, object]]:
    """Events of the example timeline."""
    return [
        {
            "title": "Price agreed at review",
            "at": datetime(2026, 9, 12, 9, 14, tzinfo=UTC),
            "by": "R. Osei, commissioning",
            "effective_on": date(2026, 9, 1),
            "position": 149_880,
            "changes": [
                {"what": "Education, a year", "from": 6_512_000, "to": 6_841_250, "format": "pounds"},
                {"what": "1:1 support", "from": None, "to": "10 hours a week"},
            ],
        },
        {
            "title": "Placement logged",
            "at": datetime(2025, 8, 20, 13, 40, tzinfo=UTC),
            "by": "Import of September starts",
            "effective_on": date(2025, 9, 3),
            "position": 120_011,
            "text": "Started under agreement BLK-7.",
        },
    ]


async def kitchen_sink(request: web.Request) -> web.Response:
    """The page with everything on it; `?as_at=` anything shows the past."""
    context = {
        "as_at": PAST if request.query.get("as_at") else NOW,
        "charts": specs(),
        "rows": rows(),
        "total": {"placement": "Total", "cost": 23_864_749},
        "events": events(),
        "faults": [
            Fault("overlap", "The placement overlaps another of the same pupil.", where="start_on",
                  expected="a day after 17 May 2026", mend="End the earlier one first."),
        ],
    }  # fmt: skip
    return render(request, "kitchen/sink.html", context)


async def refused(request: web.Request) -> web.Response:
    """A command that is refused."""
    del request
    raise Refused(
        Fault("notice", "Notice cannot end before it is given.", "Placement PL-4401, notice_given_on",
              "a day on or before 21 July 2026", "Correct the day on which notice was given.")
    )  # fmt: skip


async def broken(request: web.Request) -> web.Response:
    """A handler with a fault of its own."""
    raise ZeroDivisionError(request.path)


async def changed(request: web.Request) -> web.Response:
    """A form that changes something."""
    await request.post()
    raise web.HTTPSeeOther("/")


async def everybody_is_somebody(request: web.Request) -> None:
    """Nobody signs in to the kitchen sink, and everybody sees its menu."""
    request[ACTOR] = Actor("somebody", frozenset({"reader"}))


def create_app(settings: ShellSettings = SETTINGS) -> web.Application:
    """The application of the tests."""
    app = create_shell(settings, {"kitchen": TEMPLATES})
    app[IDENTIFY] = everybody_is_somebody
    for path, handler in (
        ("/", kitchen_sink),
        ("/placements", kitchen_sink),
        ("/placements/{reference}", kitchen_sink),
        ("/refused", refused),
        ("/api/v1/refused", refused),
        ("/broken", broken),
    ):
        register(app, "GET", path, handler, ANYBODY)
    register(app, "POST", "/changed", changed, ANYBODY)
    return app


if __name__ == "__main__":
    web.run_app(create_app(), host="127.0.0.1", port=8123)
