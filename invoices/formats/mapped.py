"""Any accounting program's table, read by a mapping of its columns to ours that the school gives once."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, field_validator

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from invoices.facts import BilledDocument
from invoices.formats.columns import COLUMNS, NEEDED
from invoices.formats.grids import Grid
from invoices.formats.tables import document_of_rows, find_header, headings_of


class ColumnMapping(BaseModel):
    """Which heading of a school's own table stands for which of our columns: our name, their heading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    headings: Mapping[str, str] = Field(min_length=len(NEEDED), max_length=len(COLUMNS))

    @field_validator("headings")
    @classmethod
    def _of_our_columns(cls, headings: Mapping[str, str]) -> Mapping[str, str]:
        """Each of our columns once, the needed ones among them, and no heading for two."""
        if unknown := [name for name in headings if name not in COLUMNS]:
            raise ValueError(said("These are no columns of ours: %(columns)s.", columns=", ".join(unknown)))
        if missing := [name for name in NEEDED if not headings.get(name, "").strip()]:
            raise ValueError(said("A heading is needed for %(columns)s.", columns=", ".join(missing)))
        if len({" ".join(text.split()).casefold() for text in headings.values()}) < len(headings):
            raise ValueError(said("Each heading may stand for one column only."))
        return headings


class UnmappedError(Refused):
    """The table is no template of ours and no mapping fits it; `headings` are what there is to map."""

    def __init__(self, headings: list[str]) -> None:
        super().__init__(
            Fault(
                "columns-unknown",
                "The table's columns are not known here: they must be mapped once.",
                where=said("the first rows"),
                expected=said("columns for %(terms)s at the least", terms=", ".join(NEEDED)),
                mend="Say which column is which; this is remembered for the next time.",
            )
        )
        self.headings = headings


def read_mapped(grids: list[Grid], mapping: ColumnMapping | None) -> BilledDocument:
    """The document of the first sheet on which the mapping's columns are found; `UnmappedError` where none has them."""
    for grid in grids:
        header = find_header(grid, mapping.headings) if mapping else None
        if header is not None:
            return document_of_rows(grid, header, strict=False)
    found = [headings_of(grid) for grid in grids]
    raise UnmappedError(max(found, key=len) if found else [])
