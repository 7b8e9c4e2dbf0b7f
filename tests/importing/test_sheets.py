"""Sheets, headers, row numbers, and the cells that a spreadsheet shows otherwise than it stores them."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook as Pages

from commissioning.importing.known import KnownKeys
from commissioning.importing.rows import UNCHANGED, WorkbookRows
from commissioning.importing.sheets import SHEETS
from commissioning.importing.workbook import read_workbook
from tests.importing.workbooks import COLUMNS, faults_of, rewrite, sound, write


def test_every_sheet_has_its_type_and_its_place() -> None:
    """The schema, the row types and the collection of rows name the same sheets and columns in the same order."""
    assert [sheet.field for sheet in SHEETS] == list(WorkbookRows.__dataclass_fields__)
    for sheet in SHEETS:
        assert ["row", *COLUMNS[sheet.name]] == [field.name for field in fields(sheet.row_type)]


def test_an_unknown_sheet_is_a_fault_with_the_nearest_name(tmp_path: Path) -> None:
    """A misspelt or extra sheet is told, with a suggestion where one is near, and whether it is hidden."""

    def touch(pages: Pages) -> None:
        pages.create_sheet("Suspensionss")
        pages.create_sheet("Sheet1").sheet_state = "hidden"

    first, second = faults_of(write(tmp_path / "unknown.xlsx", sound(), touch))
    assert "Did you mean Suspensions?" in {first.sheet: first, second.sheet: second}["Suspensionss"].message
    assert "hidden" in {first.sheet: first, second.sheet: second}["Sheet1"].message


def _header(sheet: str, cell: str, value: str | None) -> Callable[[Pages], None]:
    def touch(pages: Pages) -> None:
        pages[sheet][cell] = value

    return touch


def test_headers_are_matched_whatever_their_case(tmp_path: Path) -> None:
    """Capitals and spaces around a header or a sheet's name do not matter."""

    def touch(pages: Pages) -> None:
        pages["Rates"]["C1"] = "  Component "
        pages["Rates"].title = "passing"
        pages["passing"].title = "RATES"

    path = write(tmp_path / "case.xlsx", sound(), touch)
    assert faults_of(path) == ()
    assert len(read_workbook(path).rows.rates) == 5


@pytest.mark.parametrize(
    ("touch", "column", "words"),
    [
        (_header("Rates", "G1", "bands"), "bands", "Did you mean band?"),
        (_header("Rates", "G1", "unit"), "unit", "there twice, again in G"),
        (_header("Rates", "E1", None), "amount", "The column amount is missing"),
        (_header("Rates", "N3", "x"), "N", "without a header"),
    ],
    ids=["unknown", "twice", "missing", "nameless"],
)
def test_a_faulty_header_is_told(tmp_path: Path, touch: Callable[[Pages], None], column: str, words: str) -> None:
    """Unknown, repeated, missing and nameless columns each have their words."""
    found = faults_of(write(tmp_path / "header.xlsx", sound(), touch))
    assert any(fault.column == column and words in fault.message for fault in found)
    assert {fault.sheet for fault in found} == {"Rates"}


def test_a_needed_column_may_be_absent_only_for_known_keys(tmp_path: Path) -> None:
    """An absent column means unchanged, which a new placement cannot be."""
    rows = sound()
    path = write(tmp_path / "absent.xlsx", rows, lambda pages: pages["Placements"].delete_cols(4, 2))
    found = faults_of(path)
    assert [(fault.sheet, fault.row, fault.column) for fault in found] == [
        ("Placements", 2, "need"),
        ("Placements", 2, "phase"),
    ]
    assert faults_of(path, KnownKeys(placements=frozenset({"PL1", "PL2"}))) == ()
    workbook = read_workbook(path)
    assert workbook.rows.placements[0].need is UNCHANGED
    assert "need" not in workbook.present["Placements"]
    assert "setting" in workbook.present["Placements"]


def test_a_blank_cell_means_its_default_and_an_absent_column_unchanged(tmp_path: Path) -> None:
    """The two are told apart on every sheet; an absent funding share is nought, since a split is stated whole."""

    def touch(pages: Pages) -> None:
        pages["Rates"].delete_cols(12)
        pages["Funding"].delete_cols(4)

    rows = read_workbook(write(tmp_path / "defaults.xlsx", sound(), touch)).rows
    agreement = rows.agreements[2]
    assert (agreement.leaver_rule, agreement.notice_weeks, agreement.commitment_places) == ("last_day", 0, 0)
    assert (agreement.tiering, agreement.billing, agreement.instalments) == ("marginal", "termly_advance", "by_days")
    assert (agreement.title, agreement.void_pct, agreement.effective_from) == (None, None, None)
    assert [rate.notice for rate in rows.rates] == [UNCHANGED] * 5
    assert [str(rate.quantity) for rate in rows.rates] == ["1", "5", "27.5", "1", "1"]
    assert [rate.discount for rate in rows.rates] == [True, True, False, False, False]
    assert [rate.void for rate in rows.rates] == [True, False, False, False, False]
    assert rows.funding[0].care_pct == 0


def test_notice_is_blank_for_yes_but_not_for_transport_or_hours(tmp_path: Path) -> None:
    """A blank notice flag depends on what is bought and by what unit."""
    rows = read_workbook(write(tmp_path / "notice.xlsx", sound())).rows
    assert [rate.notice for rate in rows.rates] == [True, False, False, True, True]


def test_row_numbers_are_those_at_the_edge_of_the_sheet(tmp_path: Path) -> None:
    """Empty rows above, between and in the middle, and empty columns to the left, do not shift the numbers."""

    def touch(pages: Pages) -> None:
        pages["Rates"].insert_rows(1, 3)
        pages["Rates"].insert_cols(1, 2)
        pages["Rates"].insert_rows(6, 4)
        pages["Rates"]["C7"] = "   "

    rows = sound()
    rows["Rates"][4]["amount"] = "much"
    path = write(tmp_path / "shifted.xlsx", rows, touch)
    (fault,) = faults_of(path)
    assert (fault.row, fault.column, fault.value) == (13, "amount", "much")
    assert [rate.row for rate in read_workbook(path).rows.rates] == [5, 10, 11, 12]


@pytest.mark.parametrize("prefixed", [False, True], ids=["plain", "prefixed"])
def test_formulas_and_errors_are_told_with_their_cells(tmp_path: Path, prefixed: bool) -> None:
    """A formula is told with its text, an error with its sign, and neither cell is judged a second time."""
    path = write(tmp_path / "formula.xlsx", sound(), _header("Rates", "E3", "=E2*1.05"))
    rewrite(
        path,
        lambda _, content: content.replace(b'<c r="E4"><v>21.4</v></c>', b'<c r="E4" t="e"><v>#DIV/0!</v></c>').replace(
            b'<c r="E4" t="n"><v>21.4</v></c>', b'<c r="E4" t="e"><v>#DIV/0!</v></c>'
        ),
    )
    if prefixed:
        rewrite(path, lambda name, content: _prefixed(content) if "sheet6" in name else content)
    formula, error = faults_of(path)
    assert (formula.sheet, formula.row, formula.column, formula.value) == ("Rates", 3, "amount", "=E2*1.05")
    assert "paste them as values" in formula.message
    assert (error.row, error.column, error.value) == (4, "amount", "#DIV/0!")


def _prefixed(xml: bytes) -> bytes:
    """Write a sheet's elements under a prefix, as some programs do."""
    text = xml.decode().replace(" xmlns=", " xmlns:x=").replace("</", "\0").replace("<?", "\1")
    return text.replace("<", "<x:").replace("\0", "</x:").replace("\1", "<?").encode()


def test_merged_cells_are_told_once_with_their_block(tmp_path: Path) -> None:
    """The blanks that a merged block hides are not told as well."""
    path = write(tmp_path / "merged.xlsx", sound(), lambda pages: pages["Rates"].merge_cells("C2:C4"))
    (fault,) = faults_of(path)
    assert (fault.sheet, fault.row, fault.column, fault.value) == ("Rates", 2, "component", "C2:C4")
    assert "Unmerge" in fault.message


def test_a_percentage_format_is_told_before_it_is_misread(tmp_path: Path) -> None:
    """A cell that shows 40% holds 0.4, which would be read as less than one per cent."""

    def touch(pages: Pages) -> None:
        for sheet, cell in (("Agreements", "L2"), ("Rates", "E2")):
            pages[sheet][cell].number_format = "0%"
        pages["Agreements"]["L2"] = 0.4

    (fault,) = faults_of(write(tmp_path / "percent.xlsx", sound(), touch))
    assert (fault.sheet, fault.row, fault.column, fault.value) == ("Agreements", 2, "void_pct", "0.4")
    assert "write 40." in fault.message


def test_a_formula_in_an_otherwise_blank_row_is_told(tmp_path: Path) -> None:
    """Formulas filled down below the table are told though they show nothing."""
    (fault,) = faults_of(write(tmp_path / "below.xlsx", sound(), _header("Pupils", "B9", '=IF(A9="","",A9)')))
    assert (fault.sheet, fault.row, fault.column) == ("Pupils", 9, "name")


def test_dates_of_the_1904_system_are_read_as_they_show(tmp_path: Path) -> None:
    """A workbook that counts its days from 1904 gives the same dates."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904  # noqa: PLC0415 - wanted here alone

    def touch(pages: Pages) -> None:
        pages.epoch = CALENDAR_MAC_1904

    path = write(tmp_path / "mac.xlsx", sound(), touch)
    assert read_workbook(path).rows.placements[0].start_on == date(2026, 9, 3)


def test_progress_is_told_to_its_end(tmp_path: Path) -> None:
    """Every stage that begins is told done."""
    told: dict[str, tuple[int, int]] = {}
    read_workbook(
        write(tmp_path / "told.xlsx", sound()),
        lambda stage, done, total: told.__setitem__(stage, (done, total)),
    )
    assert list(told) == ["opening", "looking through sheets", "reading sheets", "reading cells", "checking"]
    assert all(done == total for done, total in told.values())
