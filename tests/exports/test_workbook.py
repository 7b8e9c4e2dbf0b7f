"""A result as a workbook: what it holds, what it proves of itself, what a person's text can never become."""

import csv
import gc
import io
import re
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt
from commissioning.ledger.witness.heads import WitnessedHead
from commissioning.web.charts.spec import ChartSpec, Series
from exports.renderings import csv_text
from exports.result import Column, Result, Value
from exports.workbook import Variant, file_name, write_pack, write_workbook
from exports.workbooks.plan import LONGEST_NAME, plan
from exports.workbooks.styles import DATES, LINE
from tests.exports.recalculated import NEEDS_LIBREOFFICE, differences, recalculated

COLUMNS = (
    Column("placement", "text", "Placement"),
    Column("cost", "money", "Cost"),
    Column("occupied_days", "count", "Days on roll"),
    Column("void_share", "share", "Void share"),
)
SIGNED = WitnessedHead(814, "cd" * 32, "2026-09-30T16:00:01.000000Z", "ef" * 32, "01" * 64)
HOSTILE = ('=HYPERLINK("x")', "+44", "-1", "@SUM", "\t=1", "\r=1", "=1+1", "*", ">5", "http://example.org", "007")
ROWS: tuple[tuple[Value, ...], ...] = (
    ("PL-1", 1_234_567, 200, Fraction(1, 8)),
    *((text, -5 * number, number, None) for number, text in enumerate(HOSTILE, start=1)),
    (None, 99, 0, None),
)
AS_AT = AsAt(812, "2026-09-30T16:00:00.000000Z", "ab" * 32, latest=True, witness=SIGNED)
BY_MONTH = (
    Column("month", "month", "Month"),
    Column("model", "text", "Model"),
    Column("cost", "money", "Cost"),
    Column("occupied_days", "count", "Days on roll"),
)
MODELS = ("spot", "block", "=1+1", "Spot", None)
"""Two that differ by capital letters alone, one that would be a formula, and one that is not known."""


def result(rows: Sequence[tuple[Value, ...]] = ROWS) -> Result:
    """A result with texts that a spreadsheet would love to run."""
    total: dict[str, Value] = {
        name: sum(row[place] for row in rows) for place, name in ((1, "cost"), (2, "occupied_days"))
    }  # type: ignore[misc]
    period = financial_year("2026/27")
    return Result("spend", "Spend", AS_AT, period, Filters(), COLUMNS, rows, total, ("A note.",))


def by_month() -> Result:
    """A result by month and model, with a row for each that costs something."""
    rows = [
        (f"2026-{month:02}", model, month * 100_003 + place * 7 - 700_000, month)
        for month in range(4, 13)
        for place, model in enumerate(MODELS)
    ]
    total = {"cost": sum(row[2] for row in rows), "occupied_days": sum(row[3] for row in rows)}
    return Result("spend", "Spend", AS_AT, financial_year("2026/27"), Filters(), BY_MONTH, tuple(rows), total)


def stepwise() -> Result:
    """A result with a waterfall of its own."""
    columns = (Column("cause", "text", "Cause"), Column("delta", "money", "Change"), Column("on", "day", "True from"))
    rows = (("rate_change", 5_000, "2026-04-01"), ("ended", -2_000, "2026-09-01"))
    chart = ChartSpec(
        "waterfall", "What moved", "It rose by £30.", ("Before", "Prices", "Endings", "After"),
        (Series("Cost", (100_000, 5_000, -2_000, 103_000)),),
    )  # fmt: skip
    total: dict[str, Value] = {"delta": 3_000}
    period = financial_year("2026/27")
    return Result("bridge", "Movement: [bridge]", AS_AT, period, Filters(), columns, rows, total, chart=chart)


def written(path: Path, *results: Result, variant: Variant = "working") -> Path:
    """The results in a file."""
    council = "Norrowshire County Council"
    if len(results) == 1:
        write_workbook(results[0], path, council, silent, variant)
    else:
        write_pack(results, path, council, silent, title="Everything", variant=variant)
    return path


def silent(_stage: str, _done: int, _total: int) -> None:
    """Tells nobody."""


def test_amounts_are_numbers_and_texts_stay_texts(tmp_path: Path) -> None:
    """Pence become pounds as numbers, a true negative stays a number, and no text of a person becomes a formula."""
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", result()))
    rows = list(book["Data"].iter_rows(min_row=2, max_row=1 + len(ROWS)))
    assert [row[1].value for row in rows] == [row[1] / 100 for row in ROWS]  # type: ignore[operator]
    # A carriage return stands escaped in the file, and openpyxl leaves it so where the string is not shared.
    read = [str(row[0].value).replace("_x000D_", "\r") if row[0].value else None for row in rows]
    assert read == [row[0] for row in ROWS]
    people = [cell for name in ("Cover", "Data", "Summary") for row in book[name].iter_rows() for cell in row]
    assert [cell for cell in people if cell.value in HOSTILE and cell.data_type != "s"] == []
    assert [cell for cell in people if cell.hyperlink and cell.hyperlink.target] == []


def test_hostile_text_stays_text_in_csv() -> None:
    """What a spreadsheet would calculate has an apostrophe before it; negative amounts stay plain numbers."""
    rows = list(csv.reader(io.StringIO(csv_text(result()), newline="")))[1:]
    assert [row[1] for row in rows] == [f"{row[1] / 100:.2f}" for row in ROWS]  # type: ignore[operator]
    assert [row[0] for row in rows if row[0].startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_no_number_and_no_date_is_stored_as_text(tmp_path: Path) -> None:
    """Every cell of a column of figures is a number, and every day, month and moment a date."""
    for number, one in enumerate((result(), by_month(), stepwise())):
        sheet = openpyxl.load_workbook(written(tmp_path / f"{number}.xlsx", one))["Data"]
        for row in sheet.iter_rows(min_row=2, max_row=1 + len(one.rows)):
            for column, cell in zip(one.columns, row, strict=True):
                wanted: Any = str if column.kind == "text" else int | float
                wanted = (date, datetime) if column.kind in DATES else wanted
                assert cell.value is None or isinstance(cell.value, wanted), f"{cell.coordinate}: {cell.value!r}"


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the moment of writing goes into the file."""
    for results in ((result(),), (by_month(), stepwise(), result())):
        first, second = written(tmp_path / "a.xlsx", *results), written(tmp_path / "b.xlsx", *results)
        assert first.read_bytes() == second.read_bytes()


def test_it_says_what_it_rests_on(tmp_path: Path) -> None:
    """The cover carries position, instant, chain and signed head, and notes; pupil-level sheets carry their marking."""
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", result()))
    cover = {cell.value for row in book["Cover"].iter_rows() for cell in row}
    assert {
        "Norrowshire County Council",
        "812",
        "30 September 2026 at 17:00 (2026-09-30T16:00:00.000000Z)",
        "ab" * 32,
        SIGNED.line(),
        "A note.",
    } <= cover
    assert "OFFICIAL-SENSITIVE" in str(book["Data"].oddFooter.left.text)


def test_a_result_without_rows_is_a_whole_workbook(tmp_path: Path) -> None:
    """Nothing to report is reported as nothing."""
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", result(())))
    assert book.sheetnames == ["Cover", "Control", "Data", "Notes"]


def test_every_column_is_explained(tmp_path: Path) -> None:
    """The notes say what each column means."""
    notes = openpyxl.load_workbook(written(tmp_path / "a.xlsx", by_month()))["Notes"]
    assert [row[0] for row in notes.iter_rows(min_row=2, values_only=True)] == [column.heading for column in BY_MONTH]


def test_each_result_of_a_pack_has_its_own_named_table(tmp_path: Path) -> None:
    """Sheets and tables of a pack never share a name, whatever the results are called; the contents link to all."""
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", by_month(), by_month(), stepwise()))
    tables = [name for sheet in book for name in sheet.tables]
    assert len(set(tables)) == len(tables) == 3
    targets = [cell.hyperlink.location for row in book["Cover"].iter_rows() for cell in row if cell.hyperlink]
    assert [target.split("!")[0].strip("'") for target in targets] == book.sheetnames[1:]


@given(titles=st.lists(st.text(st.sampled_from("ab /'[]"), min_size=1, max_size=60), min_size=1, max_size=6))
def test_names_of_sheets_are_of_whole_words_and_none_twice(titles: list[str]) -> None:
    """No longer than a spreadsheet takes, and cut in a word only where that is longer than the room alone."""
    named = [replace(by_month(), title=f"{title}What moved") for title in titles]
    parts = plan([*named, replace(by_month(), title="What moved the forecast since then")])
    sheets = [name for part in parts for name in (part.data, part.summary_sheet)]
    assert len({name.lower() for name in sheets}) == len(sheets)
    assert max(map(len, sheets)) <= LONGEST_NAME
    assert (parts[-1].data, parts[-1].summary_sheet) == ("What moved the forecast since", "What moved the - summary")


def test_charts_say_in_words_what_they_show(tmp_path: Path) -> None:
    """Every native chart has its title and sentence as alternative text."""
    for number, one in enumerate((by_month(), stepwise())):
        with zipfile.ZipFile(written(tmp_path / f"{number}.xlsx", one)) as file:
            drawing = file.read("xl/drawings/drawing1.xml").decode()
        described = re.findall(r'<xdr:cNvPr [^>]*descr="([^"]+)"', drawing)
        assert len(described) == 1
        assert ("What moved. It rose by £30." if number else "in 2026/27; the largest month is") in described[0]


def test_every_sheet_of_rows_says_its_headings_on_each_printed_page(tmp_path: Path) -> None:
    """Whoever turns a page of the checks or of the figures still sees which column is which."""
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", by_month(), stepwise()))
    rows = [sheet for sheet in book if sheet.tables or sheet.title in ("Control", "Notes")]
    assert len(rows) == 4
    assert {sheet.title: sheet.print_title_rows for sheet in rows} == {sheet.title: "$1:$1" for sheet in rows}


def test_a_difference_of_rows_is_no_money(tmp_path: Path) -> None:
    """What is counted differs by a number, what is paid by pounds."""
    sheet = openpyxl.load_workbook(written(tmp_path / "a.xlsx", by_month()))["Control"]
    told = {row[0].value: "£" in row[4].number_format for row in sheet.iter_rows(min_row=2, max_row=4)}
    assert told == {"Rows": False, "Sum of cost": True, "Sum of days on roll": False}


def test_a_waterfall_begins_where_its_steps_are_seen_and_says_so(tmp_path: Path) -> None:
    """As on the page and in the PDF: steps of a hundredth of the totals are no hair lines."""
    with zipfile.ZipFile(written(tmp_path / "a.xlsx", stepwise())) as file:
        drawn = file.read("xl/charts/chart1.xml").decode()
    assert re.findall(r'<c:(min|max) val="([^"]+)"', drawn) == [("max", "1060.0"), ("min", "960.0")]
    assert "The axis begins at £0.96k, not at zero" in drawn


def test_bars_that_lie_have_room_for_each_name(tmp_path: Path) -> None:
    """A spreadsheet leaves out names that it has no line for: with two bars side by side each has one and a half."""
    names = tuple(f"A school of some name {number}" for number in range(20))
    series = tuple(Series(name, tuple(range(100, 2_100, 100))) for name in ("Budget", "Forecast"))
    spec = ChartSpec("grouped_bars", "Schools", "They cost much.", names, series)
    with zipfile.ZipFile(written(tmp_path / "a.xlsx", replace(stepwise(), chart=spec))) as file:
        drawing = file.read("xl/drawings/drawing1.xml").decode()
    first, last = (int(row) for row in re.findall(r"<xdr:row>(\d+)</xdr:row>", drawing))
    assert last - first > 1.5 * len(names)


def test_a_text_that_is_longer_than_its_column_goes_on_in_its_cell(tmp_path: Path) -> None:
    """No sentence is cut by the figure beside it; its row is high enough, and no other row is higher than it was."""
    sentence = "On roll under an agreement that ended on the last day of August, and under no other one since then"
    rows = [("short", 1, 1, None)] * 500
    rows[450] = (sentence, 1, 1, None)
    total: dict[str, Value] = {"cost": 500, "occupied_days": 500}
    sheet = openpyxl.load_workbook(written(tmp_path / "a.xlsx", replace(result(rows), total=total)))["Data"]
    assert sheet["A452"].alignment.wrap_text
    assert {row: sheet.row_dimensions[row].height for row in (451, 452)} == {451: None, 452: 3 * LINE}


def test_a_published_workbook_is_plain(tmp_path: Path) -> None:
    """One table a sheet from its first row, no merge, no blank row, no chart; working copies have no merges either."""
    path = written(tmp_path / "a.xlsx", by_month(), stepwise(), variant="publish")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Cover", "Control", "Spend", "Movement bridge", "Notes"]
    for sheet in book:
        assert not sheet.merged_cells.ranges
        rows = list(sheet.iter_rows(values_only=True))
        assert all(any(value is not None for value in row) for row in rows), sheet.title
        assert len(sheet.tables) == (1 if sheet.title in ("Spend", "Movement bridge") else 0)
    with zipfile.ZipFile(path) as file:
        assert not [name for name in file.namelist() if "chart" in name]
    for sheet in openpyxl.load_workbook(written(tmp_path / "b.xlsx", by_month())):
        assert not sheet.merged_cells.ranges


def test_the_file_name_says_council_report_period_and_as_at() -> None:
    """A file is known by its name."""
    assert file_name(result(), "Norrowshire County Council") == (
        "norrowshire-county-council_spend_2026-27_position-812.xlsx"
    )


@NEEDS_LIBREOFFICE
@pytest.mark.parametrize("results", [(result(),), (result(()),), (by_month(),), (by_month(), result(), stepwise())])
def test_libreoffice_calculates_what_the_ledger_gave(tmp_path: Path, results: tuple[Result, ...]) -> None:
    """Calculated by another program, every formula of every sheet equals the ledger's figure to the penny."""
    assert differences(written(tmp_path / "a.xlsx", *results), tmp_path / "lo") == []


@NEEDS_LIBREOFFICE
def test_a_changed_figure_shows_on_the_control_sheet(tmp_path: Path) -> None:
    """Who types over an amount sees it: the sum differs, and so does the verdict."""
    path = written(tmp_path / "a.xlsx", by_month())
    with zipfile.ZipFile(path) as there, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as here:
        for item in there.infolist():
            content = there.read(item)
            if item.filename == "xl/worksheets/sheet4.xml":
                content, changed = re.subn(rb'(<c r="C5"[^>]*><v>)[^<]*', rb"\g<1>1.23", content)
                assert changed == 1
            here.writestr(item, content)
    control = recalculated(tmp_path / "b.xlsx", tmp_path / "lo")["Control"]
    said = {row[0]: row for row in control.iter_rows(min_row=2, values_only=True) if row[0]}
    assert said["Sum of cost"][4] != 0
    assert said["Sum of days on roll"][4] == 0
    assert said["Verdict"][1] == "Something differs: see the column Difference"


class Lazy(Sequence[tuple[Value, ...]]):
    """So many rows, each made when it is read."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return (self[number] for number in range(self.count))

    def __getitem__(self, number: Any) -> Any:
        return (f"PL-{number}", number * 3, number % 7, None)


def test_memory_does_not_grow_with_rows(tmp_path: Path) -> None:
    """Ten times as many rows are written in the same memory."""
    peaks = []
    for count in (2_000, 20_000):
        one = result(Lazy(count))
        gc.collect()
        tracemalloc.start()
        written(tmp_path / f"{count}.xlsx", one)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2, peaks
