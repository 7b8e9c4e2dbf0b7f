"""A list as a file: the rows a page shows, all its pages together, with what they rest on.

CSV and JSON are made here; workbooks and PDFs by the floor above, which also records every file that leaves.
"""

import csv
import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from aiohttp import hdrs, web

from commissioning.charges.pages.asked import Asked, one_of
from commissioning.ledger.money import pounds_text
from commissioning.web.plain import plain

FORMATS = ("csv", "xlsx", "pdf", "json")

Columns = Sequence[tuple[str, str]]
"""Name in the file and kind: `text`, `count`, `day` or `money` (pence)."""


@dataclass(frozen=True, slots=True)
class Listed:
    """All rows of a list and the question they answer; figures that are `unsummed` come to nothing together."""

    name: str
    asked: Asked
    columns: Columns
    rows: Sequence[Mapping[str, Any]]
    unsummed: frozenset[str] = frozenset()

    def narrowed(self) -> dict[str, str]:
        """What the address asked for beside as-at, page and form."""
        narrowed: dict[str, str] = {}
        for name, value in self.asked.here.fields("format", "variant", "page", "size", "as_at"):
            narrowed[name] = f"{narrowed[name]},{value}" if name in narrowed else value
        return narrowed

    def json_bytes(self) -> bytes:
        """The list as one JSON document."""
        return orjson.dumps(self.document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def document(self) -> dict[str, Any]:
        """The list as JSON has it."""
        return {
            "list": self.name,
            "as_at": self.asked.as_at.to_json(),
            "day": self.asked.day.isoformat(),
            "filters": self.narrowed(),
            "rows": self._told(),
        }

    def csv_bytes(self) -> bytes:
        """The list as CSV; days in ISO 8601, money as text with two decimals."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([key for key, _ in self.columns])
        kinds = dict(self.columns)
        for row in self._told():
            writer.writerow(
                [
                    plain(value) if kinds[key] == "text" and isinstance(value, str) else value
                    for key, value in row.items()
                ]
            )
        return file.getvalue().encode()

    def _told(self) -> list[dict[str, Any]]:
        return [{key: value_in_file(kind, row[key]) for key, kind in self.columns} for row in self.rows]


HAND_OUT_LIST: web.AppKey[Callable[[web.Request, Listed, str], Awaitable[web.Response]]] = web.AppKey("hand_out_list")
"""Makes a list into a file of a form, records that it left and sends it."""

PUBLISH_LIST: web.AppKey[Callable[[Listed, str], Awaitable[dict[str, Any] | None]]] = web.AppKey("publish_list")
"""Gives what of a list a variant tells the public, for programs: `rows`, `total`, what was withheld, and a new `sort`.

None where the variant is the working one; `Refused` where there is no such variant, or none of this list to publish.
"""


def file_format(asked: Asked) -> str:
    """The file asked for by `format`, empty for the page itself."""
    return one_of("format", asked.here.first("format"), ("", *FORMATS))


async def list_file(request: web.Request, listed: Listed, form: str) -> web.Response:
    """The rows as an attachment."""
    return await request.config_dict[HAND_OUT_LIST](request, listed, form)


def attachment(body: bytes, content_type: str, name: str) -> web.Response:
    """A file for the reader to keep."""
    charset = "utf-8" if content_type.startswith("text/") else None
    response = web.Response(body=body, content_type=content_type, charset=charset)
    response.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}"'
    return response


def value_in_file(kind: str, value: Any) -> Any:
    """A value of a row as JSON has it: money as text with two decimals, days in ISO 8601."""
    if value is None:
        return None
    if kind == "money":
        return pounds_text(value)
    return value.isoformat() if isinstance(value, date) else value
