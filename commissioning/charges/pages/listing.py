"""A list as a file: the rows a page shows, all its pages together, as CSV or JSON with what they rest on."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from aiohttp import hdrs, web

from commissioning.charges.pages.asked import Asked, one_of
from commissioning.ledger.money import pounds_text
from commissioning.web.plain import plain

FORMATS = ("csv", "json")

Columns = Sequence[tuple[str, str]]
"""Name in the file and kind: `text`, `count`, `day` or `money` (pence)."""


def file_format(asked: Asked) -> str:
    """The file asked for by `format`, empty for the page itself."""
    return one_of("format", asked.here.first("format"), ("", *FORMATS))


def list_file(name: str, form: str, asked: Asked, columns: Columns, rows: Sequence[Mapping[str, Any]]) -> web.Response:
    """The rows as an attachment; days in ISO 8601, money as text with two decimals."""
    told = [{key: _value(kind, row[key]) for key, kind in columns} for row in rows]
    if form == "json":
        kept = [pair for pair in asked.here.query if pair[0] not in ("format", "page", "as_at") and pair[1]]
        document = {
            "list": name,
            "as_at": asked.as_at.to_json(),
            "day": asked.day.isoformat(),
            "filters": dict(kept),
            "rows": told,
        }
        return attachment(
            orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE),
            "application/json",
            f"{name}.json",
        )
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([key for key, _ in columns])
    kinds = dict(columns)
    for row in told:
        writer.writerow(
            [plain(row[key]) if isinstance(row[key], str) and kinds[key] == "text" else row[key] for key in row]
        )
    return attachment(file.getvalue().encode(), "text/csv", f"{name}.csv")


def attachment(body: bytes, content_type: str, name: str) -> web.Response:
    """A file for the reader to keep."""
    response = web.Response(body=body, content_type=content_type)
    response.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}"'
    return response


def _value(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "money":
        return pounds_text(value)
    return value.isoformat() if isinstance(value, date) else value
