"""Results as a workbook that explains and checks itself (reports.md, Workbooks people trust).

Cover says what it is, Control proves it with live formulas, then each result has its summary with a chart and its
figures as one named table, and Notes say what the words mean. XlsxWriter makes it, because it writes a value beside
each formula, alternative text on charts, and the same bytes for the same results.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import xlsxwriter

from commissioning.ledger.time import instant_from_text
from exports.digest import FiguresDigest
from exports.result import Result
from exports.workbooks.control import write_control
from exports.workbooks.cover import CONTROL, COVER, NOTES, write_cover, write_notes
from exports.workbooks.figures import Progress, write_figures
from exports.workbooks.plan import plan
from exports.workbooks.sheets import PlainSheet, StreamedSheet
from exports.workbooks.styles import make_styles
from exports.workbooks.summary import write_summary

Variant = Literal["working", "publish"]
"""A working copy has summaries, charts and totals; one to publish has a table a sheet and nothing beside it."""

_EMPTY_LEDGER = datetime(2000, 1, 1, tzinfo=UTC)
_STREAMED = {
    # Text from a person stays text: XlsxWriter must not take “=…” for a formula or “http…” for a link.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}


def file_name(result: Result, council: str) -> str:
    """`council_report_period_asat.xlsx`, in small letters and hyphens; a file of a payment run says of which."""
    run = [f"run {result.options['run']}"] if "run" in result.options else []
    parts = (council, result.report, *run, result.period.in_words(), f"position {result.as_at.position}")
    return "_".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts) + ".xlsx"


def write_workbook(result: Result, path: Path, council: str, tell: Progress, variant: Variant = "working") -> None:
    """Writes one result to a workbook; the same result gives the same bytes."""
    write_pack([result], path, council, tell, title=result.title, variant=variant)


def write_pack(
    results: Sequence[Result],
    path: Path,
    council: str,
    tell: Progress,
    *,
    title: str,
    variant: Variant = "working",
) -> str:
    """Writes several results of one as-at to a workbook, each with its own sheets and lines on Control.

    Gives the digest of the figures, which stands on the cover too.
    """
    publish = variant == "publish"
    parts = plan(results, summaries=not publish)
    with xlsxwriter.Workbook(str(path), _STREAMED) as book:
        book.worksheet_class = PlainSheet
        as_at = results[0].as_at
        recorded = instant_from_text(as_at.recorded_at) if as_at.recorded_at else _EMPTY_LEDGER
        book.set_properties({"title": title, "company": council, "created": recorded.replace(tzinfo=None)})
        book.set_custom_property("Position", as_at.position, "number")
        book.set_custom_property("Chain head", as_at.head, "text")
        styles, digest = make_styles(book), FiguresDigest()
        cover, control = book.add_worksheet(COVER), book.add_worksheet(CONTROL)
        for part in parts:
            summary = book.add_worksheet(part.summary_sheet) if part.has_summary else None
            figures = book.add_worksheet(part.data, worksheet_class=StreamedSheet)
            write_figures(figures, part, styles, digest, tell, publish=publish)
            if summary is not None:
                write_summary(book, summary, part, styles)
        notes = book.add_worksheet(NOTES)
        write_control(control, parts, styles, publish=publish)
        write_cover(cover, parts, title, council, digest.hex(), styles)
        write_notes(notes, parts, styles)
        return digest.hex()
