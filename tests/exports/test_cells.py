"""Cells of workbooks: whatever somebody has written stands in them as it was written, and nothing else does."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from xlsxwriter.format import Format

from exports.files import name_of
from exports.result import Column, Value, whole
from exports.summaries import summary_of
from exports.workbooks.cells import cell_maker
from tests.exports.test_workbook import by_month, written

AWKWARD = (
    "<r>&</r>",
    "<r><t>x</t></r>",
    "_x0041_",
    "_x005F_x0041_",
    "_x00_x0041_",
    "a\x01b",
    "\ufffe",
    " a",
    "a\n",
    "\r",
)
STYLES = {name: Format({}, {}, {}) for name in ("text", "money")}


@given(st.text() | st.lists(st.sampled_from(AWKWARD)).map("".join))
def test_any_text_is_read_back_as_it_was_written(text: str) -> None:
    """Signs that XML knows, signs that it cannot say and texts that look like an escape are all the same text again."""
    for kind in ("text", "money"):  # an amount may be withheld in words
        made = ET.fromstring(cell_maker(0, Column("name", kind, "Name"), STYLES)(7, text))  # noqa: S314 - our own
        assert made.attrib == {"r": "A7", "s": "1", "t": "inlineStr"}
        (held,) = made.findall("./is/t")
        assert unescape(held.text or "") == text


def test_a_text_too_long_for_a_cell_is_cut_where_a_sign_ends() -> None:
    """A cell holds 32,767 units; a sign that takes two is left out and not halved."""
    for sign, fitting in (("a", 32_767), ("\N{SCHOOL}", 16_383)):
        made = ET.fromstring(cell_maker(0, Column("name", "text", "Name"), STYLES)(2, sign * 40_000))  # noqa: S314
        assert "".join(made.itertext()) == sign * fitting


def test_no_text_is_taken_for_markup_on_any_sheet(tmp_path: Path) -> None:
    """A name that looks like the letters of a cell already set stands on the data and on the summary as it is."""
    one = by_month()
    rows = tuple((month, "<r>&\x01</r>" if model == "spot" else model, *more) for month, model, *more in one.rows)
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", replace(one, rows=rows)))
    for sheet in ("Data", "Summary"):
        texts = {unescape(cell.value) for row in book[sheet].iter_rows() for cell in row if isinstance(cell.value, str)}
        assert "<r>&\x01</r>" in texts, sheet


def test_a_column_of_texts_is_as_wide_as_they_are(tmp_path: Path) -> None:
    """A long name is not cut by the figure beside it, and no column grows without end."""
    one = by_month()
    names = {"block": "Tern Valley Primary, the Willow Base", "=1+1": "a" * 400}
    rows = tuple((month, names.get(str(model), model), *more) for month, model, *more in one.rows)
    sheet = openpyxl.load_workbook(written(tmp_path / "a.xlsx", replace(one, rows=rows)))["Data"]
    assert len(names["block"]) < sheet.column_dimensions["B"].width < 50


def test_codes_are_in_words_where_a_report_is_published_and_stay_where_a_layout_has_them(tmp_path: Path) -> None:
    """A working copy keeps them, because its summary looks them up, and a publication, because its layout does."""
    one = by_month()
    found = []
    for number, (report, variant) in enumerate(
        (("spend", "working"), ("spend", "publish"), ("publication_a", "publish"))
    ):
        path = written(tmp_path / f"{number}.xlsx", replace(one, report=report), variant=variant)  # type: ignore[arg-type]  # a literal
        found.append(openpyxl.load_workbook(path)["Data"]["B3"].value)
    assert found == ["block", "Block", "block"]


def test_the_name_of_a_file_says_what_it_must_not_be_taken_for() -> None:
    """A file to publish and a CSV of a draft layout say so, and a workbook has its notes for that."""
    one = replace(by_month(), report="journal", draft=True)
    assert "_journal-draft-layout_" in name_of(one, "Norrowshire", "csv")
    assert "_journal_" in name_of(one, "Norrowshire", "xlsx")
    assert "_journal-to-publish_" in name_of(one, "Norrowshire", "pdf", variant="publish")


def test_a_summary_adds_up_the_total_where_each_other_column_is_a_part(tmp_path: Path) -> None:
    """What leads a row of parts, and may be nought for all, is not taken for what the rows come to."""
    columns = (
        Column("kind", "text", "Kind"),
        Column("early", "money", "Early years"),
        Column("total", "money", "Total"),
    )
    rows = (("a", 0, 500), ("b", 0, 700))
    one = replace(by_month(), columns=columns, rows=rows, total={"early": 0, "total": 1200})
    summary = openpyxl.load_workbook(written(tmp_path / "a.xlsx", one), data_only=True)["Summary"]
    assert [cell.value for cell in summary[5]][-1] == "Total"
    assert [cell.value for cell in summary[8]][-1] == 12


def test_no_summary_is_by_what_programs_alone_know_a_record_by() -> None:
    """A chart names its bars by what people read, though the key of an invoice stands in the first column."""
    one = by_month()
    columns = (Column("invoice", "text", "Invoice"), *one.columns[1:])
    rows = tuple((f"{number:032x}", *row[1:]) for number, row in enumerate(one.rows[:12]))
    total: dict[str, Value] = {"cost": sum(whole(row[2]) for row in rows)}
    found = summary_of(replace(one, columns=columns, rows=rows, total=total))
    assert found is not None
    assert columns[found.key].name == "model"
