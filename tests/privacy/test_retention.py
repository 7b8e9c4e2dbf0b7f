"""Whose details need not be kept any more: counted from birth, never while a placement goes on or has just ended."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.placements.retention import RetentionRule, Stay, kept_until, years_after
from tests.importing.workbooks import write
from tests.privacy.canaries import OTHER, REFERENCE, council
from tests.privacy.conftest import Run

RULE = RetentionRule(31, 6)
BORN, KNOWN = date(2016, 5, 13), date(2026, 9, 1)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))


def stay(start: date, end: date | None) -> Stay:
    return Stay("PL", start, end)


def test_details_are_kept_for_so_many_years_from_birth() -> None:
    """With the last placement long over, the day is the birthday."""
    until = kept_until(RULE, BORN, KNOWN, [stay(date(2026, 9, 1), date(2030, 7, 21))])
    assert until == (date(2047, 5, 13), "31 years from birth")


def test_a_placement_that_ended_late_keeps_them_longer() -> None:
    """Six years after the last end, where that is later; an earlier end does not matter."""
    stays = [stay(date(2030, 9, 1), date(2045, 7, 31)), stay(date(2026, 9, 1), date(2028, 7, 21))]
    until = kept_until(RULE, BORN, KNOWN, stays)
    assert until == (date(2051, 7, 31), "6 years from the end of the last placement")


def test_where_no_birth_is_recorded_the_last_end_is_counted_from() -> None:
    """And where there is no placement either, the day on which the pupil became known."""
    until = kept_until(RULE, None, KNOWN, [stay(date(2026, 9, 1), date(2030, 7, 21))])
    assert until is not None
    assert until[0] == date(2061, 7, 21)
    assert "no birth is recorded" in until[1]
    until = kept_until(RULE, None, KNOWN, [])
    assert until is not None
    assert until[0] == date(2057, 9, 1)


def test_nobody_is_due_while_a_placement_goes_on() -> None:
    """An open placement keeps the details, however old the pupil is."""
    stays = [stay(date(2026, 9, 1), date(2028, 7, 21)), stay(date(2028, 9, 1), None)]
    assert kept_until(RULE, date(1950, 1, 1), KNOWN, stays) is None


@given(
    born=st.none() | days,
    ends=st.lists(days, max_size=4),
    years=st.integers(1, 60),
    after_end=st.integers(0, 60),
)
def test_nobody_is_due_before_any_of_the_days_counted_from(
    born: date | None, ends: list[date], years: int, after_end: int
) -> None:
    """Whatever is recorded: not before the years from birth, nor before those after any end; one of the two is it."""
    stays = [stay(date(1989, 1, 1), end) for end in ends]
    until = kept_until(RetentionRule(years, after_end), born, KNOWN, stays)
    assert until is not None
    bounds = [years_after(end, after_end) for end in ends]
    bounds.append(years_after(born or max(ends, default=KNOWN), years))
    assert until[0] == max(bounds)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2016, 2, 29), 4, date(2020, 2, 29)),
        (date(2016, 2, 29), 31, date(2047, 3, 1)),
        (date(2016, 12, 31), 1, date(2017, 12, 31)),
    ],
)
def test_a_leap_day_falls_due_the_day_after(day: date, years: int, later: date) -> None:
    """Never a day early: 29 February counts as 1 March where the year has none."""
    assert years_after(day, years) == later


def due(run: Run, on: str) -> dict[str, Any]:
    answer = run("retention", "due", "--on", on, "--format", "json")
    assert answer.exit_code == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.fixture
def ended(run: Run, tmp_path: Path) -> Run:
    """The council with every placement ended in July 2027; PL3 was never held."""
    rows = [{**row, "end_on": row.get("end_on") or date(2027, 7, 21)} for row in council()["Placements"]]
    path = write(tmp_path / "ended.xlsx", {"Placements": rows})
    assert run("import", str(path)).exit_code == 0
    return run


def test_the_command_lists_who_is_due_and_why(ended: Run) -> None:
    """From the 31st birthday on, by the sealed date of birth, and not a day before; the older pupil comes first."""
    assert due(ended, "2046-01-01")["due"] == []
    assert [one["pupil_ref"] for one in due(ended, "2046-01-02")["due"]] == [OTHER]
    found = due(ended, "2047-05-13")
    assert [one["pupil_ref"] for one in found["due"]] == [OTHER, REFERENCE]
    assert found["due"][1] == {
        "pupil_ref": REFERENCE,
        "due_on": "2047-05-13",
        "why": "31 years from birth",
        "placements": ["PL1", "PL2"],
    }
    assert [one["pupil_ref"] for one in due(ended, "2047-05-12")["due"]] == [OTHER]


def test_nobody_whose_placement_goes_on_is_listed(run: Run) -> None:
    """In the council as it is, two placements have no end, so nobody is ever due."""
    assert due(run, "2099-01-01")["due"] == []


def test_who_was_erased_is_not_due_again(ended: Run) -> None:
    """An erased pupil is on no list; the command to erase is named beside the table."""
    assert "commissioning erase" in ended("retention", "due", "--on", "2060-01-01").stdout
    ended("erase", REFERENCE)
    assert [one["pupil_ref"] for one in due(ended, "2060-01-01")["due"]] == [OTHER]


def test_the_years_are_the_councils_to_set(ended: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both figures come from the settings, and nonsense is refused."""
    monkeypatch.setenv("COMMISSIONING_RETENTION_YEARS", "25")
    monkeypatch.setenv("COMMISSIONING_RETENTION_YEARS_AFTER_END", "20")
    assert due(ended, "2047-07-20")["due"] == []
    found = due(ended, "2047-07-21")
    assert found["rule"] == {"years": 25, "years_after_end": 20}
    assert [one["due_on"] for one in found["due"]] == ["2047-07-21", "2047-07-21"]
    monkeypatch.setenv("COMMISSIONING_RETENTION_YEARS", "0")
    assert ended("retention", "due").exit_code == 2


def test_without_a_date_of_birth_the_month_of_birth_counts_to_its_end(ended: Run, tmp_path: Path) -> None:
    """The birth month of a placement stands in for the sealed date, as its last day, so that nobody is due early."""
    pupil = {**council()["Pupils"][0], "date_of_birth": None}
    assert ended("import", str(write(tmp_path / "a.xlsx", {"Pupils": [pupil]}))).exit_code == 0
    assert [one["pupil_ref"] for one in due(ended, "2047-05-30")["due"]] == [OTHER]
    assert [one["due_on"] for one in due(ended, "2047-05-31")["due"]] == ["2046-01-02", "2047-05-31"]
