"""The first and the last sheet of a workbook: what it is and rests on, and what its words mean."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from commissioning.ledger.time import instant_from_text
from commissioning.web.language import N_, _
from commissioning.web.words import moment
from exports.definitions import meaning
from exports.workbooks.plan import Part
from exports.workbooks.styles import LINE, SENSITIVE, Styles, is_about_pupils, print_settings

COVER, CONTROL, NOTES = "Cover", "Control", "Notes"
"""What these sheets are called in every language: formulas, links and what is handed back name them."""
LETTERS = 80
"""Letters that are sure to fit on a line."""
DIGEST = N_("Digest of the figures")


def write_cover(sheet: Worksheet, parts: Sequence[Part], title: str, council: str, digest: str, styles: Styles) -> None:
    """Title, council, what the figures rest on, their digest, and the contents with links."""
    result = parts[0].result
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 88)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, title, styles["title"])
    lines = [(_("Council"), council)]
    if result.as_at.recorded_at:
        lines.append((_("As known on"), moment(instant_from_text(result.as_at.recorded_at))))
    lines += result.evidence(options=len(parts) == 1)
    if any(is_about_pupils(part.result) for part in parts):
        lines.append((_("Marking"), _("%(sensitive)s: single children stand in it", sensitive=SENSITIVE)))
    lines.append((_(DIGEST), digest))
    row = 1
    for row, (name, value) in enumerate(lines, start=1):
        _write_line(sheet, row, name, value, styles)
    for note in dict.fromkeys(note for part in parts for note in part.result.notes):
        row += 1
        _write_line(sheet, row, _("Note"), note, styles)
    for name, words in _contents(parts):
        row += 1
        sheet.set_row(row, 18)
        sheet.write_string(row, 0, _("Contents") if name == CONTROL else "", styles["label"])
        sheet.write_url(row, 1, f"internal:'{name}'!A1", styles["link"], f"{name}: {words}")
    print_settings(sheet, result, wide=False)


def _write_line(sheet: Worksheet, row: int, name: str, value: str, styles: Styles) -> None:
    """A name and its value, in a row that is high enough for it: not every program finds that out by itself."""
    sheet.set_row(row, 5 + LINE * -(-len(value) // LETTERS))
    sheet.write_string(row, 0, name, styles["label"])
    sheet.write_string(row, 1, value, styles["words"])


def _contents(parts: Sequence[Part]) -> list[tuple[str, str]]:
    lines = [(CONTROL, _("live checks of every sum against the ledger"))]
    for part in parts:
        words = part.result.title[:1].lower() + part.result.title[1:] if len(parts) > 1 else _("the figures")
        if part.has_summary:
            lines.append((part.summary_sheet, _("%(words)s summed up and drawn", words=words)))
        lines.append(
            (part.data, _("%(words)s, row by row", words=words) if len(parts) > 1 else _("the figures, row by row"))
        )
    return [*lines, (NOTES, _("what must be known, and what each column means"))]


def write_notes(sheet: Worksheet, parts: Sequence[Part], styles: Styles) -> None:
    """One table: the notes of the results, then every column with its meaning, each once."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, _("Term"), styles["header"])
    sheet.write_string(0, 1, _("Meaning"), styles["header"])
    lines = [(_("Note"), note) for part in parts for note in part.result.notes]
    lines += [(column.heading, words) for part in parts for column in part.result.columns if (words := meaning(column))]
    for row, (name, words) in enumerate(dict.fromkeys(lines), start=1):
        _write_line(sheet, row, name, words, styles)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    print_settings(sheet, parts[0].result, wide=False)
