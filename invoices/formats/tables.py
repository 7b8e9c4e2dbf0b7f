"""Makes a document of a table's rows: of our own template, or of any other table whose columns are mapped to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from invoices.facts import BilledDocument, BilledLine, StatedAccount, StatedSupplier
from invoices.formats.cells import EXPECTED, Cell, is_blank, text_of, value_of
from invoices.formats.columns import COLUMNS, DOCUMENT_COLUMNS, LINE_COLUMNS, NEEDED, Column
from invoices.formats.grids import MOST_FAULTS, Grid

HEADER_WITHIN: Final = 30
"""Rows from the top among which a table's header is looked for: accounting programs put titles above it."""
_CHOICES: Final = ("component", "charge", "unit", "category")


@dataclass(frozen=True, slots=True)
class Header:
    """Where a table's columns are: by our names, their places in a row of cells; `row` is the header's number."""

    row: int
    places: Mapping[str, int]


def find_header(grid: Grid, headings: Mapping[str, str]) -> Header | None:
    """The row near the top that has all these headings (ours: theirs), or as many as are needed; None if none has."""
    wanted = {_folded(theirs): ours for ours, theirs in headings.items()}
    needed = [ours for ours in headings if ours in NEEDED]
    for row, cells in grid.numbered():
        if row > grid.first_row + HEADER_WITHIN:
            return None
        found = {wanted[_folded(text_of(cell))]: place for place, cell in enumerate(cells) if _known(cell, wanted)}
        if needed and all(name in found for name in needed):
            return Header(row, found)
    return None


def headings_of(grid: Grid) -> list[str]:
    """What a header could be: the texts of the row near the top that has most of them."""
    rows: list[list[str]] = [
        [text_of(cell) for cell in cells if isinstance(cell, str) and not is_blank(cell)]
        for row, cells in grid.numbered()
        if row <= grid.first_row + HEADER_WITHIN
    ]
    most = max(map(len, rows), default=0)
    return list(dict.fromkeys(next((texts for texts in rows if len(texts) == most), [])))


def document_of_rows(grid: Grid, header: Header, *, strict: bool) -> BilledDocument:
    """The document that a flat table states, the columns of the whole repeated on every row.

    `strict` refuses words that a column of choices does not know, as in our own template; another's are left out.
    """
    return _Rows(grid, header, strict=strict).document()


def document_of_form(form: Grid, labels: Mapping[str, int], lines: Grid, header: Header) -> BilledDocument:
    """The document of our workbook: the whole on a form of two columns, the lines on a sheet of their own.

    `labels` gives the form's rows by the names of our columns.
    """
    rows = _Rows(lines, header, strict=True)
    whole: dict[str, Any] = {}
    for number, cells in form.numbered():
        name = next((name for name, row in labels.items() if row == number), None)
        if name is not None and len(cells) > 1 and not is_blank(cells[1]):
            whole[name] = rows.converted(form, number, 1, cells[1], COLUMNS[name])
    rows.check_needed(whole, form.name)
    return rows.document(whole)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _known(cell: Cell, wanted: Mapping[str, str]) -> bool:
    return isinstance(cell, str) and _folded(text_of(cell)) in wanted


class _Rows:
    """Converts the rows under a header, gathering what is wrong with them."""

    def __init__(self, grid: Grid, header: Header, *, strict: bool) -> None:
        self._grid = grid
        self._header = header
        self._strict = strict
        self._faults: list[Fault] = []

    def document(self, whole: dict[str, Any] | None = None) -> BilledDocument:
        """The document; `Refused` with every fault."""
        rows = [(row, self._values(row, cells)) for row, cells in self._grid.numbered() if row > self._header.row]
        if not rows:
            self._faults.append(Fault("no-lines", "There is no line under the header.", self._grid.name, "a line"))
        stated = self._whole(rows) if whole is None else whole
        lines = tuple(self._line(number, row, values, stated) for number, (row, values) in enumerate(rows, 1))
        if self._faults:
            raise Refused(*self._faults[:MOST_FAULTS])
        return _document(stated, lines)

    def converted(self, grid: Grid, row: int, place: int, cell: Cell, column: Column) -> Any:
        """A cell as its column's value; None, and a fault kept, where it cannot be one."""
        where = said("%(place)s (%(column)s)", place=grid.place(row, place), column=column.name)
        if (row, grid.first_column + place) in grid.percents and isinstance(cell, float | int):
            message = said("The cell shows a percentage and holds a fraction.")
            self._faults.append(Fault("cell", message, where, "a number such as 20", "Format it as a number."))
            return None
        try:
            return value_of(cell, column.kind)
        except ValueError:
            if column.kind in _CHOICES and not self._strict:
                return None
            found = text_of(cell)[:40]
            self._faults.append(
                Fault("cell", said("“%(found)s” cannot be read.", found=found), where, EXPECTED[column.kind])
            )
            return None

    def check_needed(self, whole: Mapping[str, Any], where: str) -> None:
        """Keeps a fault for each entry of the whole that must be there."""
        for column in DOCUMENT_COLUMNS:
            if column.needed and column.name not in whole:
                self._faults.append(_missing(where, column))

    def _values(self, row: int, cells: Sequence[Cell]) -> dict[str, Any]:
        return {
            name: self.converted(self._grid, row, place, cells[place], COLUMNS[name])
            for name, place in self._header.places.items()
            if place < len(cells) and not is_blank(cells[place])
        }

    def _whole(self, rows: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
        """What every row says of the whole document; a row that says otherwise is a fault."""
        stated: dict[str, Any] = {}
        for row, values in rows:
            for column in DOCUMENT_COLUMNS:
                said = values.get(column.name)
                if said is None and column.needed and column.name not in values:
                    self._faults.append(_missing(self._where(row), column))
                elif said is not None and stated.setdefault(column.name, said) != said:
                    self._faults.append(_another(self._where(row), column, said, stated[column.name]))
        return stated

    def _line(self, number: int, row: int, values: Mapping[str, Any], stated: Mapping[str, Any]) -> BilledLine:
        for column in LINE_COLUMNS:
            if column.needed and column.name not in values:
                self._faults.append(_missing(self._where(row), column))
        return BilledLine(
            number=number,
            text=values.get("text") or "",
            placement_ref=values.get("placement"),
            pupil_ref=values.get("pupil"),
            agreement_ref=values.get("line_agreement") or stated.get("agreement"),
            component=values.get("component"),
            kind=values.get("charge"),
            first_day=values.get("from"),
            last_day=values.get("to"),
            quantity=values.get("quantity"),
            unit=values.get("unit"),
            rate=values.get("price"),
            net=values.get("net") or 0,
            vat_category=values.get("vat_category"),
            vat_rate=values.get("vat_rate"),
            vat=values.get("vat"),
            adjustment=values.get("adjustment"),
        )

    def _where(self, row: int) -> str:
        return f"{self._grid.name}, row {row}" if self._grid.name else f"row {row}"


def _missing(where: str, column: Column) -> Fault:
    mend = said("If the row is a total or a note, take it out.") if "row" in where else ""
    return Fault("cell-missing", said("“%(column)s” is blank.", column=column.name), where, EXPECTED[column.kind], mend)


def _another(where: str, column: Column, found: object, first: object) -> Fault:
    message = said(
        "“%(column)s” is “%(found)s” here and “%(first)s” above.",
        column=column.name,
        found=str(found)[:40],
        first=str(first)[:40],
    )
    return Fault("several-documents", message, where, "one document in a file", "Send each document in its own file.")


def _document(stated: Mapping[str, Any], lines: tuple[BilledLine, ...]) -> BilledDocument:
    net = stated.get("total_net", sum(line.net for line in lines))
    vat = stated.get("total_vat", sum(line.vat or 0 for line in lines))
    account = None
    if "sort_code" in stated or "account_number" in stated:
        account = StatedAccount(sort_code=stated.get("sort_code"), account_number=stated.get("account_number"))
    return BilledDocument(
        kind=stated.get("document", "invoice"),
        number=stated["invoice_number"],
        issued_on=stated["issued_on"],
        due_on=stated.get("due_on"),
        supplier=StatedSupplier(
            name=stated.get("supplier_name"),
            urn=stated.get("school_urn"),
            company_number=stated.get("company_number"),
            vat_number=stated.get("vat_number"),
        ),
        account=account,
        agreement_ref=stated.get("agreement"),
        first_day=stated.get("period_from"),
        last_day=stated.get("period_to"),
        corrects=stated.get("credits_invoice"),
        part_of=stated.get("part_of"),
        lines=lines,
        net=net,
        vat=vat,
        gross=stated.get("total_gross", net + vat),
    )
