"""Cells of workbooks: whatever somebody has written stands in them as it was written, and nothing else does."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from xlsxwriter.format import Format

from exports.result import Column
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
