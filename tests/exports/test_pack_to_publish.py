"""The monthly pack for everybody: no small number on any sheet, and none to be worked out from all sheets together."""

import io
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import openpyxl
from aiohttp.test_utils import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.app import open_reader
from commissioning.settings import Settings
from exports.digest import digest_of
from exports.handed_back.again import made_again
from exports.leaving.queries import exports_until
from exports.publications.small_numbers import LEAST, SMALL, WITHHELD
from exports.publishing.protecting import Children, withheld_rows
from exports.publishing.together import Table, protect_together
from tests.exports.recalculated import NEEDS_LIBREOFFICE, differences
from tests.exports.test_publish_variant import at, council

__all__ = ["at", "council"]

Key = tuple[str, ...]
FEW_OR_MANY = st.frozensets(st.integers(1, 16), max_size=9)
PARTS = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from(("attendance", "notice"))), FEW_OR_MANY)


@settings(max_examples=600)
@given(PARTS, st.dictionaries(st.sampled_from("xyz"), FEW_OR_MANY))
def test_no_small_number_can_be_worked_out_from_all_sheets_together(
    parts: dict[Key, Children], models: dict[str, Children]
) -> None:
    """Solving all that the sheets say for what they withhold never gives the figure of one to four children."""
    months: dict[Key, Children] = defaultdict(frozenset)
    for (month, _), of in parts.items():
        months[month,] |= of
    tables = [
        table(("month", "kind"), parts),
        table(("month",), months),
        table(("model",), {(model,): of for model, of in models.items()}),
    ]
    protect_together(tables)
    for rows in tables:
        assert {row for row, of in enumerate(rows.children) if 0 < len(of) < LEAST} == {
            row for row, rule in rows.withheld.items() if rule == SMALL
        }
    found = worked_out(tables)
    for number, row in found:
        everyone = frozenset[str]().union(*tables[number].children)
        small = len(tables[number].children[row]) < LEAST
        assert not (small and len(everyone) >= LEAST), (tables[number].keys[row], tables)


def table(names: Key, rows: dict[Key, Children]) -> Table:
    """A table of cost with rows of these children, small ones withheld as its own sheet would have them."""
    keys, children = list(rows), list(rows.values())
    return Table(True, names, list(keys), children, withheld_rows(list(keys), children))


def worked_out(tables: Sequence[Table]) -> set[tuple[int, int]]:
    """The withheld rows that follow from what is shown: the totals of all tables, and months as totals of their kinds.

    By Gauss's elimination over fractions; a row follows where it is left alone in an equation.
    """
    unknown = [(number, row) for number, one in enumerate(tables) for row in one.withheld]
    place = {one: index for index, one in enumerate(unknown)}
    equations = [[Fraction(one[0] == number) for one in unknown] for number in range(len(tables))]
    finer, months = tables[0], tables[1]
    for number, key in enumerate(months.keys):
        line = [Fraction(0)] * len(unknown)
        for row, own in enumerate(finer.keys):
            if own[:1] == key and row in finer.withheld:
                line[place[0, row]] += 1
        if number in months.withheld:
            line[place[1, number]] -= 1
        equations.append(line)
    solved = 0
    for column in range(len(unknown)):
        pivot = next((line for line in range(solved, len(equations)) if equations[line][column]), None)
        if pivot is None:
            continue
        equations[solved], equations[pivot] = equations[pivot], equations[solved]
        by = equations[solved][column]
        equations[solved] = [value / by for value in equations[solved]]
        for line, values in enumerate(equations):
            if line != solved and values[column]:
                equations[line] = [a - values[column] * b for a, b in zip(values, equations[solved], strict=True)]
        solved += 1
    alone = [[column for column, value in enumerate(line) if value] for line in equations[:solved]]
    return {unknown[columns[0]] for columns in alone if len(columns) == 1}


def test_a_row_that_is_withheld_takes_what_makes_it_up_with_it() -> None:
    """A model that protects another is not told month by month; a row that is its whole total takes that along."""
    few, many, more = frozenset("abc"), frozenset("defghi"), frozenset("klmnopqr")
    models = table(("model",), {("spot",): few, ("block",): many, ("framework",): more})
    of = {"block": many, "framework": more}
    finer = table(("month", "model"), {(month, model): of[model] for month in ("2026-04", "2026-05") for model in of})
    protect_together([models, finer])
    assert {models.keys[row] for row in models.withheld} == {("spot",), ("block",)}
    assert {finer.keys[row] for row in finer.withheld} >= {("2026-04", "block"), ("2026-05", "block")}
    once = table(
        ("month", "model"), {("2026-04", "spot"): few, ("2026-04", "block"): many, ("2026-04", "framework"): more}
    )
    models = table(("model",), {("block",): many, ("framework",): more})
    protect_together([models, once])
    assert {models.keys[row] for row in models.withheld} >= {("block",)}


async def pack(client: TestClient, form: str) -> bytes:
    """The pack to publish."""
    async with client.get(f"/pack.{form}?variant=publish") as answer:
        assert answer.status == 200, await answer.text()
        assert "to-publish" in answer.headers["Content-Disposition"]
        return await answer.read()


async def test_the_pack_to_publish_says_what_is_left_out_and_what_is_withheld(
    at: TestClient, council: Settings
) -> None:
    """A plain workbook without a merged cell; lists of single children are named with what to publish instead."""
    content = await pack(at, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert not any(sheet.merged_cells.ranges for sheet in book.worksheets)
    assert not {"Commitments by placement", "What needs a person"} & set(book.sheetnames)
    cover = "\n".join(str(cell.value) for row in book["Cover"].iter_rows() for cell in row if cell.value)
    assert "“Commitments by placement” is left out." in cover
    assert "Publish them by school." in cover
    assert "OFFICIAL-SENSITIVE" not in cover
    schools = {row[1]: row[2:] for row in book["Commitments by school"].iter_rows(min_row=2, values_only=True)}
    assert WITHHELD in schools["Larkfield School"]
    async with open_reader(council) as reader:
        file = (await exports_until(reader, await reader.end()))[0].file
        again = await made_again(reader, file, file.position)
    assert (file.variant, file.report) == ("publish", "monthly_pack")
    assert "Commitments by school: " in file.options["withheld"]
    assert again is not None
    assert digest_of(again) == file.figures


async def test_no_sheet_of_the_pack_to_publish_names_a_placement(at: TestClient) -> None:
    """Neither a reference of a placement nor a count of one to four children stands in any cell."""
    book = openpyxl.load_workbook(io.BytesIO(await pack(at, "xlsx")))
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            assert not [cell for cell in row if str(cell).startswith("PL-")], sheet.title
    rows = list(book["Commitments by school"].iter_rows(values_only=True))
    counted = rows[0].index("Placements")
    assert not [row for row in rows[1:] if isinstance(row[counted], int) and 0 < row[counted] < LEAST]


async def test_the_pack_to_publish_can_be_read(at: TestClient) -> None:
    """The PDF is one, and holds no list of single children either."""
    assert (await pack(at, "pdf")).startswith(b"%PDF")


async def test_the_publications_offer_the_pack(at: TestClient) -> None:
    """Whoever looks for what can be published finds it there, in both forms."""
    async with at.get("/publications") as answer:
        page = await answer.text()
    assert "pack.xlsx?variant=publish" in page
    assert "pack.pdf?variant=publish" in page


@NEEDS_LIBREOFFICE
async def test_libreoffice_finds_what_the_ledger_says(at: TestClient, tmp_path: Path) -> None:
    """Recalculated without our values, every check of the pack to publish comes to nothing."""
    (tmp_path / "pack.xlsx").write_bytes(await pack(at, "xlsx"))
    assert differences(tmp_path / "pack.xlsx", tmp_path / "recalculated") == []
