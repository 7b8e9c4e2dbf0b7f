"""Results as files of any form, with what is recorded of each: the one door through which files leave."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args

import orjson

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from exports.leaving.facts import ExportedFile, of_file
from exports.pdf.document import write_pdf
from exports.publications.by_name import variant_of
from exports.publications.open_contracting import REPORT as RELEASES
from exports.renderings import csv_text, json_text
from exports.result import Result
from exports.workbook import Variant, file_name, write_pack
from exports.workbooks.figures import Progress

Form = Literal["csv", "xlsx", "pdf", "json"]
FORMS: tuple[str, ...] = get_args(Form)
MEDIA: dict[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "json": "application/json",
}


def name_of(result: Result, council: str, form: str, report: str = "", variant: Variant = "working") -> str:
    """A file's name, `council_report_period_asat.form`; a pack goes under a `report` of its own.

    What is to be published has it in its name, so that nobody sends the working file in its place; and so has a CSV or
    JSON file whose layout is a draft, because it has no room for a note.
    """
    called = report or result.report
    if form in ("csv", "json") and result.draft:
        called += " draft layout"
    if variant == "publish" and variant_of(called) == "working":
        called += " to publish"
    named = replace(result, report=called)
    return file_name(named, council).removesuffix("xlsx") + form


def write_file(
    results: Sequence[Result],
    path: Path,
    form: str,
    council: str,
    tell: Progress,
    *,
    title: str = "",
    report: str = "",
    variant: Variant = "working",
) -> ExportedFile:
    """Writes results of one as-at to a file and gives what is to be recorded of it before it is handed out.

    CSV and JSON hold one result; a pack of several goes under its own `title` and `report`.
    """
    heading = title or results[0].title
    match form:
        case "xlsx":
            figures = write_pack(results, path, council, tell, title=heading, variant=variant)
            return of_file(path, results, form, variant, report, figures)
        case "pdf":
            write_pdf(results, path, council, tell, title=heading)
        case "csv" | "json":
            if len(results) != 1:
                raise Refused(_one_result_only(form))
            text = csv_text(results[0]) if form == "csv" else json_text(results[0])
            path.write_text(text, encoding="utf-8", newline="")
        case _:
            raise Refused(
                Fault(
                    "format",
                    said("“%(form)s” is not a form of file.", form=form),
                    expected=", ".join(FORMS),
                    status=400,
                )
            )
    return of_file(path, results, form, variant, report)


def write_releases(package: dict[str, Any], register: Result, path: Path) -> ExportedFile:
    """Writes a package of open contracting releases to a file and gives what is to be recorded of it."""
    path.write_bytes(orjson.dumps(package, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return of_file(path, [register], "json", "publish", RELEASES)


def _one_result_only(form: str) -> Fault:
    return Fault(
        "format",
        said("A %(form)s file holds one table.", form=form.upper()),
        expected="xlsx or pdf for a pack",
        status=400,
    )
