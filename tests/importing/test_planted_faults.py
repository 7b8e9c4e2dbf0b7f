"""Every class of fault in cells and between rows, planted one at a time in a sound workbook."""

from datetime import date, datetime
from pathlib import Path

import pytest

from commissioning.importing.known import KnownKeys
from tests.importing.workbooks import faults_of, sound, write

# sheet, which of its rows (from 0), column, what is put there, words of the message
CELLS = [
    ("Providers", 0, "urn", 12345, "not from 100000"),
    ("Providers", 0, "urn", 900001.5, "not a whole number"),
    ("Providers", 0, "urn", None, "blank"),
    ("Providers", 0, "name", "x" * 201, "201 characters"),
    ("Providers", 0, "name", "Lark\nfield", "line break"),
    ("Providers", 0, "name", "Lark\u202efield", "cannot be seen"),
    ("Providers", 0, "type", "independent_specal", "Did you mean independent_special?"),
    ("Providers", 0, "capacity", True, "not a plain number"),
    ("Providers", 0, "section_41", "maybe", "neither yes nor no"),
    ("Providers", 0, "section_41", 1, "neither yes nor no"),
    ("Providers", 1, "calendar", "west", "no calendar west"),
    ("Calendar", 0, "academic_year", "2026-28", "follow each other"),
    ("Calendar", 0, "academic_year", date(2004, 5, 1), "Excel has turned"),
    ("Calendar", 0, "academic_year", 2026, "not an academic year"),
    ("Calendar", 0, "academic_year", "1989-90", "outside the years"),
    ("Calendar", 0, "first_day", date(2026, 8, 31), "outside the academic year"),
    ("Calendar", 0, "last_day", date(2026, 9, 2), "comes before"),
    ("Calendar", 1, "first_day", date(2026, 12, 18), "begins before the autumn term"),
    ("Closures", 0, "last_day", date(2026, 10, 25), "comes before"),
    ("Closures", 0, "calendar", "west", "no calendar west"),
    ("Agreements", 0, "provider_urn", 900009, "no provider_urn 900009"),
    ("Agreements", 2, "model", "blok", "Did you mean block?"),
    ("Agreements", 2, "start_on", datetime(2026, 4, 1, 9, 30), "time of day"),  # noqa: DTZ001 - a spreadsheet's
    ("Agreements", 2, "start_on", 46113, "is a number"),
    ("Agreements", 2, "start_on", "01/04/2026", "more than one way"),
    ("Agreements", 2, "start_on", "2026-02-30", "no such day"),
    ("Agreements", 2, "end_on", date(1989, 12, 31), "outside the years"),
    ("Agreements", 2, "end_on", date(2026, 3, 31), "comes before"),
    ("Agreements", 2, "void_band", date(2026, 1, 1), "is a date"),
    ("Agreements", 2, "notice_weeks", 2.5, "not a whole number"),
    ("Agreements", 2, "notice_weeks", -1, "not from 0"),
    ("Agreements", 0, "void_pct", None, "6 places are committed"),
    ("Agreements", 0, "void_pct", 101, "not from 0 to 100"),
    ("Agreements", 0, "void_pct", 33.1234567, "more than 6 decimals"),
    ("Agreements", 1, "end_on", date(2029, 3, 31), "disagree on end_on"),
    ("Agreements", 1, "start_on", date(2026, 5, 1), "disagree on start_on"),
    ("Agreements", 1, "provider_urn", 900002, "disagree on provider_urn"),
    ("Agreements", 1, "effective_from", date(2026, 4, 1), "same agreement_ref and effective_from"),
    ("Agreements", 2, "effective_from", date(2026, 4, 2), "must be its start_on"),
    ("Tiers", 0, "from_place", 2, "no place 1"),
    ("Tiers", 1, "from_place", 1, "same from_place"),
    ("Tiers", 1, "from_place", 0, "not from 1"),
    ("Tiers", 1, "discount_pct", -101, "not from -100"),
    ("Tiers", 1, "agreement_ref", "AG9", "no agreement_ref AG9"),
    ("Rates", 0, "amount", 58250.125, "more than two decimals"),
    ("Rates", 0, "amount", "£58,250", "not a plain number"),
    ("Rates", 0, "amount", 10_000_000.01, "beyond £10,000,000"),
    ("Rates", 0, "amount", date(2026, 4, 1), "date or time"),
    ("Rates", 0, "unit", None, "blank"),
    ("Rates", 0, "quantity", -1, "not from 0"),
    ("Rates", 0, "agreement_ref", None, "Neither"),
    ("Rates", 0, "placement_ref", "PL1", "Both"),
    ("Rates", 0, "agreement_ref", "AG9", "no agreement_ref AG9"),
    ("Rates", 2, "placement_ref", "PL9", "no placement_ref PL9"),
    ("Rates", 2, "void", "yes", "never charged on an empty place"),
    ("Rates", 2, "band", "A", "has no band"),
    ("Rates", 2, "setting", "day", "has no setting"),
    ("Rates", 4, "effective_from", date(2026, 9, 3), "same owner"),
    ("Placements", 0, "need", "SEMHX", "Did you mean SEMH?"),
    ("Placements", 0, "birth_month", "2016-13", "no such month"),
    ("Placements", 0, "birth_month", "May 2016", "not a year and month"),
    ("Placements", 0, "agreement_ref", "AG9", "no agreement_ref AG9"),
    ("Placements", 0, "end_on", date(2026, 9, 2), "comes before"),
    ("Placements", 0, "effective_from", date(2026, 10, 1), "must be its start_on"),
    ("Placements", 2, "end_on", None, "disagree on end_on"),
    ("Placements", 2, "notice_given_on", date(2027, 1, 1), "disagree on notice_given_on"),
    ("Placements", 2, "withdrawn", "yes", "disagree on withdrawn"),
    ("Placements", 2, "pupil_ref", "PU3", "disagree on pupil_ref"),
    ("Placements", 2, "effective_from", None, "same placement_ref and effective_from"),
    ("Suspensions", 0, "payable_pct", None, "blank"),
    ("Suspensions", 0, "last_day", date(2026, 11, 1), "comes before"),
    ("Suspensions", 0, "last_day", None, "overlaps the suspension on row 2"),
    ("Suspensions", 0, "placement_ref", "PL9", "no placement_ref PL9"),
    ("Funding", 0, "education_pct", 66.66, "add up to 99.99"),
    ("Funding", 0, "placement_ref", "PL9", "no placement_ref PL9"),
    ("Reviews", 0, "placement_ref", "PL9", "no placement_ref PL9"),
    ("Reviews", 0, "kind", "ehc_anual", "Did you mean ehc_annual?"),
    ("Reviews", 1, "due_on", date(2026, 11, 2), "same placement_ref, kind and due_on"),
    ("Reviews", 0, "concluded_on", date(2026, 11, 4), "comes before"),
    ("Reviews", 0, "concluded_on", None, "concluded_on is blank"),
    ("Reviews", 0, "outcome", "agreed", "outcome"),
]


@pytest.mark.parametrize(("sheet", "place", "column", "value", "words"), CELLS)
def test_a_planted_fault_is_told_where_it_stands(
    tmp_path: Path, sheet: str, place: int, column: str, value: object, words: str
) -> None:
    """One wrong cell is told on its sheet alone, in words that say what is the matter."""
    rows = sound()
    rows[sheet][place][column] = value
    found = faults_of(write(tmp_path / "plan.xlsx", rows))
    assert {fault.sheet for fault in found} == {sheet}
    (fault,) = [fault for fault in found if words in fault.message]
    assert fault.expected
    assert fault.row == (3 if "overlaps" in words else place + 2)


def test_the_sound_workbook_has_no_fault(tmp_path: Path) -> None:
    """What the faults are planted in is itself without any."""
    assert faults_of(write(tmp_path / "sound.xlsx", sound())) == ()


@pytest.mark.parametrize(("sheet", "column"), [("Providers", "urn"), ("Calendar", "calendar"), ("Pupils", "pupil_ref")])
def test_a_repeated_key_is_a_fault_on_its_second_row(tmp_path: Path, sheet: str, column: str) -> None:
    """A key that stands twice without a date to tell the rows apart is told on the later row."""
    rows = sound()
    rows[sheet].append(dict(rows[sheet][0]))
    (fault,) = faults_of(write(tmp_path / "twice.xlsx", rows))
    assert (fault.sheet, fault.row, fault.column) == (sheet, len(rows[sheet]) + 1, column)
    assert "Row 2 has the same" in fault.message


def test_a_repeated_funding_split_is_a_fault(tmp_path: Path) -> None:
    """Two splits of one placement on one day are told, though one leaves the day blank and one states it."""
    rows = sound()
    rows["Funding"].append({**rows["Funding"][0], "effective_from": date(2026, 9, 3)})
    (fault,) = faults_of(write(tmp_path / "twice.xlsx", rows))
    assert (fault.sheet, fault.row) == ("Funding", 3)


def test_one_closure_with_two_reasons_is_a_fault_and_repeated_is_not(tmp_path: Path) -> None:
    """The same closure twice says nothing new; with another reason it contradicts itself."""
    rows = sound()
    rows["Closures"].append(dict(rows["Closures"][0]))
    assert faults_of(write(tmp_path / "same.xlsx", rows)) == ()
    rows["Closures"][1]["reason"] = "INSET"
    (fault,) = faults_of(write(tmp_path / "other.xlsx", rows))
    assert (fault.row, fault.column) == (3, "reason")


def test_withdrawn_rows_neither_overlap_nor_collide(tmp_path: Path) -> None:
    """A withdrawn suspension does not overlap, and a withdrawn price is no part of its series."""
    rows = sound()
    rows["Suspensions"].append({**rows["Suspensions"][0], "withdrawn": "yes"})
    rows["Rates"].append({**rows["Rates"][0], "amount": 1, "withdrawn": "yes"})
    assert faults_of(write(tmp_path / "withdrawn.xlsx", rows)) == ()


def test_a_long_suspension_overlaps_every_later_one(tmp_path: Path) -> None:
    """An overlap is found even where a shorter suspension lies between the two."""
    rows = sound()
    day = {"placement_ref": "PL2", "payable_pct": 0}
    rows["Suspensions"] = [
        {**day, "first_day": date(2027, 1, 1), "last_day": date(2027, 3, 1)},
        {**day, "first_day": date(2027, 1, 5), "last_day": date(2027, 1, 6)},
        {**day, "first_day": date(2027, 2, 1), "last_day": date(2027, 2, 2)},
    ]
    found = faults_of(write(tmp_path / "long.xlsx", rows))
    assert [fault.row for fault in found] == [3, 4]
    assert all("row 2" in fault.message for fault in found)


def test_references_may_be_to_what_the_ledger_holds(tmp_path: Path) -> None:
    """A key that the ledger knows need not stand in the workbook, and a known key may bring a later version alone."""
    rows = {name: lines for name, lines in sound().items() if name in ("Placements", "Rates", "Agreements")}
    rows["Agreements"] = rows["Agreements"][1:2]
    rows["Placements"] = rows["Placements"][2:]
    path = write(tmp_path / "later.xlsx", rows)
    assert faults_of(path) != ()
    known = KnownKeys(
        providers=frozenset({900001}),
        agreements=frozenset({"AG1", "AG2"}),
        placements=frozenset({"PL2"}),
    )
    assert faults_of(path, known) == ()


def test_one_slip_is_told_once(tmp_path: Path) -> None:
    """A wrong cell on an agreement's row does not make its prices and placements refer to nothing."""
    rows = sound()
    for line in rows["Agreements"]:
        line["accrual"] = "monthly"
    rows["Tiers"][0]["discount_pct"] = "eleven"
    found = faults_of(write(tmp_path / "once.xlsx", rows))
    assert [(fault.sheet, fault.row) for fault in found] == [
        ("Agreements", 2),
        ("Agreements", 3),
        ("Agreements", 4),
        ("Tiers", 2),
    ]


def test_faults_come_in_the_order_of_the_workbook(tmp_path: Path) -> None:
    """Faults are sorted by sheet, row and column, whichever check found them."""
    rows = sound()
    rows["Funding"][0]["education_pct"] = 1
    rows["Placements"][0].update(need="X", pupil_ref=None)
    rows["Providers"][1]["calendar"] = "west"
    rows["Providers"][0]["type"] = "X"
    found = faults_of(write(tmp_path / "order.xlsx", rows))
    assert [(fault.sheet, fault.row, fault.column) for fault in found] == [
        ("Providers", 2, "type"),
        ("Providers", 3, "calendar"),
        ("Placements", 2, "pupil_ref"),
        ("Placements", 2, "need"),
        ("Funding", 2, "education_pct"),
    ]


def test_a_thousand_faults_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    """The list ends with how many more there are."""
    rows = sound()
    rows["Pupils"] = [{"pupil_ref": f"PU{number}", "date_of_birth": "soon"} for number in range(1_203)]
    found = faults_of(write(tmp_path / "many.xlsx", rows))
    assert len(found) == 1_001
    assert found[999].row == 1_001
    assert found[-1].sheet is None
    assert "203 more faults" in found[-1].message


def test_a_fault_as_json_has_the_six_agreed_names(tmp_path: Path) -> None:
    """Scripts read a fault under fixed names."""
    rows = sound()
    rows["Rates"][0]["amount"] = 1.005
    (fault,) = faults_of(write(tmp_path / "json.xlsx", rows))
    assert fault.to_json() == {
        "sheet": "Rates",
        "row": 2,
        "column": "amount",
        "value": "1.005",
        "expected": "an amount in pounds with at most two decimals",
        "message": "1.005 has more than two decimals. Round it to a penny.",
    }
