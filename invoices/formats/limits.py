"""How much a file may be, and how long and in how much memory it may be read; the settings give them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one file.

    `file`, `unpacked`, `xml` and `memory` are in bytes, `seconds` on the clock. `ratio` is unpacked over packed for
    parts above a megabyte; `attachments` is how many files a document may carry, `pages` how many a PDF may have.
    """

    file: int = 20 * 1024 * 1024
    unpacked: int = 100 * 1024 * 1024
    xml: int = 10 * 1024 * 1024
    entries: int = 500
    ratio: int = 100
    rows: int = 20_000
    attachments: int = 20
    pages: int = 1_000
    seconds: int = 30
    memory: int = 1024 * 1024 * 1024


LIMITS = Limits()
"""Those of an ordinary installation."""
