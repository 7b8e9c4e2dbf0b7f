"""How workbooks look: one set of cell formats, the colours of the pages, and the settings for printing."""

from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from commissioning.web.language import _
from exports.result import Column, ColumnKind, Result

Styles = dict[str, Any]
"""Cell formats by name: those of the kinds of columns, and a few for headings and words."""

BRAND, PAPER, BAND = "#12436D", "#FFFFFF", "#E9EEF3"
FONT = "Arial"
NUMBER_FORMATS: dict[ColumnKind, str] = {
    "money": "£#,##0.00;[Red]-£#,##0.00",
    "count": "#,##0",
    "ratio": "#,##0.00",
    "share": "0.0%",
    "day": "d mmm yyyy",
    "month": "mmm yyyy",
    "moment": "d mmm yyyy hh:mm:ss",
}
WIDTHS: dict[ColumnKind, int] = {
    "text": 20, "money": 17, "count": 12, "ratio": 12, "share": 12, "day": 14, "month": 12, "moment": 20,
}  # fmt: skip
LINE = 13
"""Points of a line of words."""
DATES = ("day", "month", "moment")
_A4 = 9
CHANGES = '+0"%";\N{MINUS SIGN}0"%";0"%"'
"""How changes in per cent are written."""
SENSITIVE = "OFFICIAL-SENSITIVE"


def make_styles(book: Workbook) -> Styles:
    """Adds the formats to a book."""
    book.formats[0].set_font_name(FONT)
    book.formats[0].set_font_size(10)
    plain = {"font_name": FONT, "font_size": 10}
    left = {"align": "left", "valign": "top", "text_wrap": True}
    styles: Styles = {
        kind: book.add_format(plain | {"num_format": shape, "align": "left" if kind in DATES else "right"})
        for kind, shape in NUMBER_FORMATS.items()
    }
    total = {"bold": True, "top": 1, "bg_color": BAND}
    for kind in ("money", "count"):
        styles[f"total {kind}"] = book.add_format(plain | total | {"num_format": NUMBER_FORMATS[kind]})
    styles["text"] = book.add_format(plain | {"align": "left"})
    styles["wrapped text"] = book.add_format(plain | {"align": "left", "text_wrap": True})
    styles["total"] = book.add_format(plain | total)
    styles["title"] = book.add_format(plain | {"bold": True, "font_size": 20, "font_color": BRAND})
    styles["subtitle"] = book.add_format(plain | {"font_size": 12, "font_color": "#484949"})
    styles["code"] = book.add_format(plain | {"font_size": 8, "font_color": "#6F777B", "align": "right"})
    styles["label"] = book.add_format(plain | {"bold": True, "valign": "top"})
    styles["header"] = book.add_format(
        plain | {"bold": True, "font_color": PAPER, "bg_color": BRAND, "text_wrap": True, "valign": "vcenter"}
    )
    styles["number header"] = book.add_format(
        plain
        | {"bold": True, "font_color": PAPER, "bg_color": BRAND, "text_wrap": True, "valign": "vcenter"}
        | {"align": "right"}
    )
    styles["change"] = book.add_format(plain | {"num_format": CHANGES, "align": "left"})
    styles["words"] = book.add_format(plain | left)
    styles["link"] = book.add_format(plain | left | {"font_color": BRAND, "underline": 1})
    styles["good"] = book.add_format(plain | {"bold": True, "bg_color": "#D9F0EA", "font_color": "#00544A"})
    styles["bad"] = book.add_format(plain | {"bold": True, "bg_color": "#F6D7E0", "font_color": "#801650"})
    return styles


def header_style(styles: Styles, column: Column) -> Any:
    """The format of a column's heading: over its figures where it has figures."""
    return styles["header" if column.kind in ("text", *DATES) else "number header"]


def print_settings(sheet: Worksheet, result: Result, *, wide: bool = True, on_one_page: bool = False) -> None:
    """A4, as wide as the page, with position and page number; pupil-level results carry their marking."""
    sheet.set_paper(_A4)
    if wide:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 1 if on_one_page else 0)
    mark = f"&L{SENSITIVE}" if is_about_pupils(result) else "&L"
    position = _("Position %(position)s", position=result.as_at.position)
    sheet.set_footer(f"{mark}&C{position}&R{_('Page %(page)s of %(pages)s', page='&P', pages='&N')}")


def is_about_pupils(result: Result) -> bool:
    """Whether single placements, and so single children, stand in a result."""
    return any(column.name in ("placement", "pupil") for column in result.columns)
