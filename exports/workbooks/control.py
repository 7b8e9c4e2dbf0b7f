"""The control sheet: what the workbook's own sheets add up to, beside what the ledger gave, in live formulas."""

from collections.abc import Sequence
from typing import NamedTuple

from xlsxwriter.worksheet import Worksheet

from commissioning.web.language import N_, _
from exports.workbooks.cells import number
from exports.workbooks.figures import reference
from exports.workbooks.plan import Part
from exports.workbooks.styles import Styles, print_settings

HEADINGS = (N_("Check"), N_("In the data"), N_("In the summary"), N_("From the ledger"), N_("Difference"))
AGREES = N_("Everything agrees")
DIFFERS = N_("Something differs: see the column Difference")


class Check(NamedTuple):
    """One line: formulas over the data and, where it sums this up, the summary; the ledger's figure; its kind."""

    what: str
    data: str
    summary: str
    ledger: float
    kind: str


def write_control(sheet: Worksheet, parts: Sequence[Part], styles: Styles, *, publish: bool) -> None:
    """A line for the rows and each sum of every part, every difference, and one flag over all of them."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 4, 18)
    checks = [check for part in parts for check in _checks(part, several=len(parts) > 1)]
    for place, heading in enumerate(HEADINGS):
        sheet.write_string(0, place, _(heading), styles["number header" if place else "header"])
    for row, check in enumerate(checks, start=1):
        sheet.write_string(row, 0, check.what, styles["text"])
        sheet.write_formula(row, 1, check.data, styles[check.kind], check.ledger)
        compared = f"ABS(B{row + 1}-D{row + 1})"
        if check.summary:
            sheet.write_formula(row, 2, check.summary, styles[check.kind], check.ledger)
            compared += f"+ABS(C{row + 1}-D{row + 1})"
        sheet.write_number(row, 3, check.ledger, styles[check.kind])
        sheet.write_formula(row, 4, f"=ROUND({compared},2)", styles[check.kind], 0)
    last = len(checks) + (1 if publish else 2)
    sheet.write_string(last, 0, _("All differences together"), styles["label"])
    sheet.write_formula(last, 4, f"=SUM(E2:E{len(checks) + 1})", styles["ratio"], 0)
    agrees, differs = _(AGREES), _(DIFFERS)
    verdict = f"=IF(E{last + 1}=0,{_text(agrees)},{_text(differs)})"
    sheet.write_string(last + 1, 0, _("Verdict"), styles["label"])
    sheet.write_formula(last + 1, 1, verdict, styles["good"], agrees)
    sheet.conditional_format(
        last + 1, 1, last + 1, 1, {"type": "formula", "criteria": f"=$E${last + 1}<>0", "format": styles["bad"]}
    )
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    print_settings(sheet, parts[0].result)


def _text(words: str) -> str:
    """Words as a formula holds them."""
    return '"' + words.replace('"', '""') + '"'


def _checks(part: Part, *, several: bool) -> list[Check]:
    title = part.result.title
    rows = f"=ROWS({reference(part, 0)})" if part.rows else "=0"
    checks = [Check(_("%(title)s: rows", title=title) if several else _("Rows"), rows, "", part.rows, "count")]
    for place in part.added_up:
        column = part.result.columns[place]
        summed = column.heading.lower()
        words = (
            _("%(title)s: sum of %(column)s", title=title, column=summed)
            if several
            else _("Sum of %(column)s", column=summed)
        )
        data = f"=ROUND(SUM({reference(part, place)}),2)" if part.rows else "=0"
        cell = part.summary_cells.get(place)
        summary = f"=ROUND('{part.summary_sheet}'!{cell},2)" if cell else ""
        amount = number(column, part.result.total[column.name])
        checks.append(Check(words, data, summary, amount, column.kind))
    return checks
