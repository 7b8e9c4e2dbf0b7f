"""Random placements: who is where from when, with suspensions, funding, pupils and own prices."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.brute_force.facts import ONE_DAY, Row, Value, World
from tests.brute_force.price_lines import own_lines
from tests.brute_force.school_years import LATEST, Draw, a_day, rarely
from tests.brute_force.workbook import full_row

NEEDS = ["SPLD", "MLD", "SLD", "PMLD", "SEMH", "SLCN", "HI", "VI", "MSI", "PD", "ASD", "DS", "OTH"]
PHASES = ["early_years", "primary", "secondary", "post_16"]
SETTINGS = ["day", "residential_weekly", "residential_term", "residential_52"]
REFS = ["PL-1", "PL-10", "PL-2", "PL-9", "pl-0", "Q-1", "a-7", "Ä-4"]
"""References whose order by code point is not the order of a dictionary or of their numbers."""

SPLITS: list[tuple[Value, Value, Value]] = [
    (100, 0, 0), (0, 50, 50), (0, 0, 100), (90, 10, 0), (Decimal("66.67"), Decimal("33.33"), 0),
    (0, Decimal("66.67"), Decimal("33.33")), (40, Decimal("35.5"), Decimal("24.5")),
    (Decimal("33.34"), Decimal("33.33"), Decimal("33.33")),
]  # fmt: skip


def placement_sheets(draw: Draw, world: World, agreements: list[str]) -> None:
    """Add the placements of a world and the sheets that hang on them."""
    world |= {"Placements": [], "Suspensions": [], "Funding": [], "Pupils": []}
    pupils: list[str] = []
    for ref in draw(st.permutations(REFS))[: draw(st.sampled_from([3, 1, 2, 4, 5, 6, 7, 8]))]:
        if not pupils or not rarely(draw, 8):
            pupils.append(f"PU{len(pupils) + 1}")
        versions = placement_versions(draw, ref, pupils[-1], agreements)
        start_on, end_on = versions[0]["start_on"], versions[0]["end_on"]
        assert isinstance(start_on, date)
        assert end_on is None or isinstance(end_on, date)
        world["Placements"] += versions
        world["Rates"] += own_lines(draw, ref, start_on)
        world["Suspensions"] += suspensions(draw, ref, start_on, end_on)
        world["Funding"] += funding(draw, ref, start_on)
    world["Pupils"] = [
        full_row(
            "Pupils",
            pupil_ref=pupil,
            name=f"Invented Pupil {pupil}",
            date_of_birth=date(2014, 5, 17),
            postcode="NR1 1AA",
        )
        for pupil in pupils
    ]


def placement_versions(draw: Draw, ref: str, pupil: str, agreements: list[str]) -> list[Row]:
    """Make one placement: a row for its start and rows that move its agreement, band, setting or phase."""
    common = [date(2025, 9, 1), date(2026, 4, 1), date(2026, 9, 1)]
    start_on = draw(st.sampled_from(common) | st.just(common[0]) | a_day(last=date(2027, 10, 31)))
    end_on = None
    if not rarely(draw, 3):
        first, soon, late = (max(start_on, one) for one in (date(2026, 3, 1), date(2027, 1, 31), date(2028, 3, 31)))
        end_on = draw(a_day(first, soon) | a_day(first, late))
    changes = draw(st.lists(a_day(start_on + ONE_DAY), max_size=2, unique=True))
    shared = full_row(
        "Placements",
        placement_ref=ref,
        pupil_ref=pupil,
        agreement_ref=draw(st.sampled_from([agreements[0], *agreements])),
        need=draw(st.sampled_from(NEEDS)),
        phase=draw(st.sampled_from(PHASES)),
        setting=draw(st.sampled_from(SETTINGS)),
        band=draw(st.sampled_from([None, "A", "A", "B"])),
        start_on=start_on,
        end_on=end_on,
        notice_given_on=notice_given_on(draw, start_on, end_on),
        home_area=draw(st.sampled_from(["Breckland", "Norwich"])),
        route="council",
        withdrawn="yes" if rarely(draw, 12) else draw(st.sampled_from([None, "no"])),
    )
    shared["effective_from"] = draw(st.sampled_from([None, start_on]))
    return [shared, *moves(draw, shared, sorted(changes), agreements)]


def moves(draw: Draw, before: Row, changes: list[date], agreements: list[str]) -> list[Row]:
    """Make the rows that each move one thing of a placement from a later day."""
    moved = {
        "agreement_ref": st.sampled_from(agreements),
        "setting": st.sampled_from(SETTINGS),
        "band": st.sampled_from([None, "A", "B"]),
        "phase": st.sampled_from(PHASES),
    }
    rows: list[Row] = []
    for one in changes:
        column = draw(st.sampled_from(["agreement_ref", "band", *moved]))
        before = before | {"effective_from": one, column: draw(moved[column])}
        rows.append(before)
    return rows


def notice_given_on(draw: Draw, start_on: date, end_on: date | None) -> date | None:
    """Make the day notice was given: mostly before the end, at times after it or with no end known."""
    if draw(st.booleans()):
        return None
    if end_on is None:
        return draw(a_day(start_on))
    before = max(start_on, end_on - timedelta(days=70))
    return draw(a_day(before, min(end_on + timedelta(days=10), LATEST) if rarely(draw, 6) else end_on))


def suspensions(draw: Draw, ref: str, start_on: date, end_on: date | None) -> list[Row]:
    """Make up to two suspensions in a row, the last perhaps open, and perhaps a withdrawn one over them."""
    rows: list[Row] = []
    from_day = start_on - timedelta(days=20)
    for number in range(draw(st.sampled_from([0, 0, 1, 2]))):
        first = from_day + timedelta(days=draw(st.integers(number, 300)))
        last = first + timedelta(days=draw(st.integers(0, 90)))
        is_open = rarely(draw, 3)
        rows.append(suspension(draw, ref, first, None if is_open else last))
        if is_open:
            break
        from_day = last + ONE_DAY
    if rarely(draw, 6):
        withdrawn = suspension(draw, ref, start_on + timedelta(days=draw(st.integers(0, 200))), end_on)
        if withdrawn["first_day"] not in [row["first_day"] for row in rows] and follows(withdrawn):
            rows.append(withdrawn | {"withdrawn": "yes"})
    return rows


def follows(row: Row) -> bool:
    """Say whether a row's last_day is blank or not before its first_day."""
    first, last = row["first_day"], row["last_day"]
    assert isinstance(first, date)
    return last is None or (isinstance(last, date) and last >= first)


def suspension(draw: Draw, ref: str, first: date, last: date | None) -> Row:
    """Make one suspension."""
    payable: list[Value] = [0, 50, 100, Decimal("33.33")]
    return full_row(
        "Suspensions",
        placement_ref=ref,
        first_day=first,
        last_day=last,
        payable_pct=draw(st.sampled_from(payable)),
        reason="hospital",
    )


def funding(draw: Draw, ref: str, start_on: date) -> list[Row]:
    """Make no, one or two dated splits of a placement's cost."""
    rows: list[Row] = []
    for held_from in draw(st.lists(st.just(start_on) | a_day(), max_size=2, unique=True)):
        education, health, care = draw(st.sampled_from(SPLITS))
        blank = held_from == start_on and draw(st.booleans())
        rows.append(
            full_row(
                "Funding",
                placement_ref=ref,
                education_pct=education,
                health_pct=health,
                care_pct=care,
                effective_from=None if blank else held_from,
            )
        )
    return rows
