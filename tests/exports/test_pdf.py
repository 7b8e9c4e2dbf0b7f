"""Results as a PDF: embedded open letters, bookmarks, page numbers, the figures, and the same bytes each time."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient
from reportlab.pdfbase.pdfmetrics import getFont

from exports.oversight.exceptions import TITLES
from exports.pdf.document import write_pdf
from exports.pdf.fonts import BOLD, REGULAR, register_fonts
from exports.result import Column, Result
from exports.summaries import chart_of, summary_of
from tests.exports.test_workbook import by_month, result, silent, stepwise

NEEDS_POPPLER = pytest.mark.skipif(
    shutil.which("pdftotext") is None and os.environ.get("CI") != "true",
    reason="poppler is not installed; `apt-get install poppler-utils` brings it",
)


def written(path: Path, *results: Result) -> Path:
    """The results in a file."""
    write_pdf(results, path, "Norrowshire County Council", silent, title="Monthly pack")
    return path


def told(program: str, *words: str) -> str:
    """What a program of poppler says."""
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the moment of writing goes into the file."""
    results = (by_month(), stepwise(), result())
    assert written(tmp_path / "a.pdf", *results).read_bytes() == written(tmp_path / "b.pdf", *results).read_bytes()


def test_every_heading_is_a_bookmark(tmp_path: Path) -> None:
    """The outline names every result, and the contents link to them."""
    content = written(tmp_path / "a.pdf", by_month(), stepwise()).read_bytes()
    titles = re.findall(rb"/Title \(([^)]*)\)", content)
    assert {b"Monthly pack", b"Spend", b"Movement: [bridge]", b"What the words mean"} <= set(titles)
    assert content.count(b"/Subtype /Link") == 2


@NEEDS_POPPLER
def test_every_font_is_embedded(tmp_path: Path) -> None:
    """A reader without our fonts sees the same letters."""
    fonts = told("pdffonts", str(written(tmp_path / "a.pdf", by_month(), stepwise()))).splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), fonts


PUNCTUATION = (0x2013, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x20AC, 0x2192, 0x2212)
"""Dash, quotation marks, ellipsis, euro, arrow and minus."""


@pytest.mark.parametrize("bold", [False, True])
def test_every_latin_letter_is_in_the_font(*, bold: bool) -> None:
    """Names are Welsh, Polish, Romanian, Turkish or Vietnamese too: none of their letters is printed as a box."""
    register_fonts()
    known = getFont(BOLD if bold else REGULAR).face.charToGlyph
    latin = (*range(0x20, 0x7F), *range(0xA1, 0x180), *range(0x218, 0x21C), *range(0x1E80, 0x1EFA))
    assert [chr(letter) for letter in (*latin, *PUNCTUATION) if letter not in known] == []


@NEEDS_POPPLER
def test_pages_are_numbered_and_marked(tmp_path: Path) -> None:
    """Each page says which of how many it is and what it rests on; where single children stand, it is marked."""
    path = written(tmp_path / "a.pdf", by_month(), result())
    pages = told("pdftotext", "-layout", str(path), "-").split("\f")[:-1]
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "as known at position 812" in page
        assert "OFFICIAL-SENSITIVE" in page
    assert "OFFICIAL-SENSITIVE" not in told("pdftotext", str(written(tmp_path / "b.pdf", by_month())), "-")


@NEEDS_POPPLER
def test_the_figures_are_there_to_the_penny(tmp_path: Path) -> None:
    """Sentence, every row and the totals are words in the file, hostile text among them as it is."""
    text = told("pdftotext", "-layout", str(written(tmp_path / "a.pdf", result())), "-")
    for words in ("£12,345.67", "\N{MINUS SIGN}£0.05", "£12,343.36", '=HYPERLINK("x")', "A note."):
        assert words in text
    crossed = told("pdftotext", "-layout", str(written(tmp_path / "b.pdf", by_month())), "-")
    assert "£45,017.10" in crossed
    assert "April 2026" in crossed or "Apr 26" in crossed


@NEEDS_POPPLER
def test_a_column_that_says_nothing_is_left_out_and_the_rest_stays_one_table(tmp_path: Path) -> None:
    """Eleven columns of pounds stand under one heading row; an empty one is dropped, one with a total alone is kept."""
    names = [f"Sum{number}" for number in range(10)]
    columns = (Column("cause", "text", "Cause"), *(Column(name.lower(), "money", name) for name in [*names, "Empty"]))
    rows = [("rate_change", *[234_567_890] * 9, None, None) for _ in range(3)]
    wide = replace(result(), columns=columns, rows=rows, total={"sum9": 77_700}, notes=())
    text = told("pdftotext", "-layout", str(written(tmp_path / "a.pdf", wide)), "-")
    (headings,) = [line.split() for line in text.splitlines() if "Sum0" in line]
    assert headings == ["Cause", *names]
    assert "£777.00" in text


def pages_of(path: Path) -> list[str]:
    """The words of each page."""
    return told("pdftotext", "-layout", str(path), "-").split("\f")[:-1]


@NEEDS_POPPLER
def test_a_report_alone_begins_with_its_sentence_and_a_pack_with_all_of_them(tmp_path: Path) -> None:
    """Whoever reads the first page alone has read what the figures say."""
    write_pdf([stepwise()], tmp_path / "a.pdf", "Norrowshire County Council", silent, title=stepwise().title)
    first, *_ = pages_of(tmp_path / "a.pdf")
    assert "It rose by £30." in first
    first, *_ = pages_of(written(tmp_path / "b.pdf", by_month(), stepwise()))
    assert "It rose by £30." in first
    assert "in 2026/27; the largest" in first


def test_a_summary_says_which_amount_it_sums_up() -> None:
    """What is disputed, say, is never taken for what was paid: sentence and title name the column of money."""
    columns = tuple(replace(one, label="Disputed") if one.kind == "money" else one for one in by_month().columns)
    disputed = replace(by_month(), columns=columns)
    spec = chart_of(disputed, summary_of(disputed))
    assert spec is not None
    assert spec.sentence.startswith("Disputed: £45,017 in 2026/27")
    assert spec.title == "Disputed in 2026/27 by month"


@NEEDS_POPPLER
@pytest.mark.parametrize("count", [1, 5, 12, 20, 24, 26, 28, 60])
def test_no_note_stands_alone_on_a_page(tmp_path: Path, count: int) -> None:
    """However many rows there are, a note is on a page with rows of its table."""
    rows = tuple((f"rate_change_{number}", 5_000, "2026-04-01") for number in range(count))
    notes = tuple(f"Note {number} says what a reader must know." for number in range(4))
    long = replace(stepwise(), rows=rows, notes=notes, total={"delta": 5_000 * count})
    for page in pages_of(written(tmp_path / f"{count}.pdf", long, by_month())):
        assert "must know" not in page or "£50.00" in page


@NEEDS_POPPLER
def test_a_table_too_wide_for_a_page_repeats_its_keys_and_loses_no_column(tmp_path: Path) -> None:
    """Thirty columns of millions stand in as few tables as they need, each under the year and the model."""
    names = [f"Sum{number}" for number in range(30)]
    columns = (Column("year", "text", "Year"), Column("model", "text", "Model"),
               *(Column(name.lower(), "money", name) for name in names))  # fmt: skip
    rows = tuple((f"{year}/{year - 1999}", "spot", *[1_234_567_890] * 30) for year in (2024, 2025))
    wide = replace(result(), columns=columns, rows=rows, total={}, notes=())
    pages = pages_of(written(tmp_path / "a.pdf", wide))
    headings = [line.split() for page in pages for line in page.splitlines() if "Sum" in line and "Year" in line]
    assert [name for line in headings for name in line if name.startswith("Sum")] == names
    assert all(line[:2] == ["Year", "Model"] for line in headings)
    assert sum(line.count("Spot") for page in pages for line in page.splitlines()) == 2 * len(headings)


@NEEDS_POPPLER
async def test_the_pack_for_members_says_in_words_what_needs_a_person(client: TestClient, tmp_path: Path) -> None:
    """No code of a kind of exception is printed, in the table or over the chart."""
    (tmp_path / "pack.pdf").write_bytes(await (await client.get("/pack.pdf?year=2026/27")).read())
    text = told("pdftotext", str(tmp_path / "pack.pdf"), "-")
    assert any(title in text for title in TITLES.values())
    assert not [kind for kind in TITLES if "_" in kind and kind in text]


@NEEDS_POPPLER
async def test_the_pack_for_members_names_no_placement(client: TestClient, tmp_path: Path) -> None:
    """No single placement stands in the PDF of the pack."""
    (tmp_path / "pack.pdf").write_bytes(await (await client.get("/pack.pdf?year=2026/27")).read())
    text = told("pdftotext", str(tmp_path / "pack.pdf"), "-")
    assert "Budget monitor" in text
    assert not re.search(r"PL-\d", text)
    assert "OFFICIAL-SENSITIVE" not in text
