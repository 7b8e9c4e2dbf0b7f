"""Remittance advice on paper: every line and the sum of each school, within the margins, with its letters embedded."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4

from commissioning.ledger.errors import Refused
from commissioning.web.words import pounds
from exports.leaving.facts import of_file
from exports.payments.advice_document import write_advice
from exports.payments.run_files import RunInFull, every_advice
from exports.pdf.fonts import broken, width_of
from exports.pdf.page import MARGIN
from invoices.coded_lines import PaidLine
from invoices.supplier import Payee
from tests.benchmarks.remittances import PENCE, run_of
from tests.exports.test_pdf import NEEDS_POPPLER, told

COUNCIL = "Norrowshire County Council"
LONGEST = "The Very Long Name of an Invented Community of Special Schools and Colleges in the North of Norrowshire"
STRANGE = "Łodz \N{EN DASH} \N{LEFT DOUBLE QUOTATION MARK}Žižkov\N{RIGHT DOUBLE QUOTATION MARK}"


def written(path: Path, full: RunInFull) -> Path:
    """The advice of a whole run in a file."""
    write_advice(full, every_advice(full), path, COUNCIL)
    return path


def named(full: RunInFull, names: Mapping[int, str], payees: Mapping[int, Payee] | None = None) -> RunInFull:
    """The run with other names of its schools."""
    return full._replace(names={**full.names, **names}, payees={**full.payees, **(payees or {})})


def pages_of(path: Path) -> list[str]:
    """The words of each page."""
    return told("pdftotext", "-layout", str(path), "-").split("\f")[:-1]


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the moment, and nothing that other documents left behind in the fonts, goes into the file."""
    first = written(tmp_path / "a.pdf", run_of(3)).read_bytes()
    written(tmp_path / "b.pdf", named(run_of(1), {900_000: STRANGE}))
    assert written(tmp_path / "c.pdf", run_of(3)).read_bytes() == first


@NEEDS_POPPLER
def test_every_school_has_its_own_pages_sum_and_bookmark(tmp_path: Path) -> None:
    """Each is told what it alone is paid; its pages are counted from one."""
    full = named(run_of(3, 2), {900_001: "Alder House"})
    path = written(tmp_path / "a.pdf", full)
    pages = pages_of(path)
    assert ["Alder House" in page for page in pages] == [True, False, False]
    for urn, page in zip((900_001, 900_000, 900_002), pages, strict=True):
        assert set(re.findall(r"PL-(\d+)-", page)) == {str(urn)}
        assert "£35,000.00" in page
        assert "1 October 2026" in page
        assert "Page 1 of 1" in page
    titles = re.findall(rb"/Title \(Remittance advice: ([^)]*)\)", path.read_bytes())
    assert titles == [b"Alder House", b"Invented School 900000", b"Invented School 900002"]


@NEEDS_POPPLER
@pytest.mark.parametrize("lines", [1, 12, 13, 14, 15, 16, 17, 18, 34, 35, 36, 60, 200])
def test_many_lines_go_on_to_further_pages(tmp_path: Path, lines: int) -> None:
    """Each line stands there once, headings over every part, the total and what it rests on once, at the end."""
    pages = pages_of(written(tmp_path / "a.pdf", run_of(1, lines)))
    text = "\n".join(pages)
    found = [int(number) for number in re.findall(r"PL-900000-(\d+),", text)]
    assert found == list(range(1, lines + 1))
    assert [("Your invoice" in page) for page in pages] == [("PL-900000-" in page) for page in pages]
    assert text.count(pounds(PENCE * lines)) == (3 if lines > 1 else 5)  # the panel, net and paid; and in the one row
    assert [("Chain head" in page) for page in pages] == [*[False] * (len(pages) - 1), True]
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1)] == [True] * len(
        pages
    )


@NEEDS_POPPLER
def test_words_however_long_stay_within_the_margins(tmp_path: Path) -> None:
    """Neither a school's name nor an invoice's number without a space runs off the paper or into the next cell."""
    full = named(run_of(1, 30), {900_000: LONGEST}, {900_000: Payee("S" * 60, None, "W" * 70)})
    document = full.invoices[0].document
    assert document is not None
    invoice = full.invoices[0]._replace(document=replace(document, number="INV/2026/" + "8" * 60))
    full = full._replace(invoices=[invoice], lines=[line._replace(invoice=invoice) for line in full.lines])
    boxes = told("pdftotext", "-bbox", str(written(tmp_path / "a.pdf", full)), "-")
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<', boxes)
    assert len(words) > 500
    for left, top, right, foot, _ in words:
        assert float(left) >= MARGIN - 1
        assert float(right) <= A4[0] - MARGIN + 1
        assert float(top) >= MARGIN - 12
        assert float(foot) <= A4[1] - MARGIN + 4
    numbers = [float(right) for _, _, right, _, word in words if word.startswith(("INV", "888"))]
    assert max(numbers) <= MARGIN + 74


@NEEDS_POPPLER
def test_letters_of_other_languages_are_embedded_and_read_back(tmp_path: Path) -> None:
    """Letters beyond English stand in the embedded font and can be copied out again, whatever was written before."""
    first, second = "École Señor Straße", STRANGE
    path = written(tmp_path / "a.pdf", named(run_of(2, 1), {900_000: first, 900_001: second}))
    fonts = told("pdffonts", str(path)).splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), fonts
    for name, page in zip((first, second), pages_of(path), strict=True):
        assert name in page
    alone = written(tmp_path / "b.pdf", named(run_of(1, 1), {900_000: second}))
    assert second in pages_of(alone)[0]


def test_what_is_recorded_of_a_run_in_one_file_names_the_run(tmp_path: Path) -> None:
    """The file of all schools is known by its run, its day and the number of its lines."""
    full = run_of(3, 2)
    results = [result for _, result in every_advice(full)]
    file = of_file(written(tmp_path / "a.pdf", full), results, "pdf", "working", "remittances")
    assert (file.report, file.rows) == ("remittances", 6)
    assert file.options == {"run": full.run.key[:8], "pay_on": "2026-10-01"}


def test_a_run_of_which_nothing_is_paid_has_no_advice() -> None:
    """It is refused in words instead of written as an empty file."""
    with pytest.raises(Refused, match="Nothing of this run is to be paid"):
        every_advice(run_of(1)._replace(lines=[]))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=80), st.floats(12, 200), st.booleans())
def test_broken_lines_are_no_wider_than_the_room_and_lose_nothing(text: str, room: float, bold: bool) -> None:
    """The lines hold every letter in order, and none is wider than it may be."""
    lines = broken(text, room, 8.0, bold=bold)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line, 8.0, bold=bold) <= room for line in lines)


class Counted(list[PaidLine]):
    """Lines that count how often somebody goes through them."""

    times = 0

    def __iter__(self) -> Iterator[PaidLine]:
        """The lines, once more."""
        self.times += 1
        return super().__iter__()


def test_a_run_s_lines_are_gone_through_once_however_many_schools_it_pays() -> None:
    """The advice of all schools takes as long as their own lines do, and not as all lines for each of them."""
    full = run_of(5)
    lines = Counted(full.lines)
    assert len(every_advice(full._replace(lines=lines))) == 5
    assert lines.times == 1
