"""A PDF that waits to be keyed: whose it is, its pages as pictures, and what the school is expected to bill."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from aiohttp import hdrs, web

from commissioning.charges.pages.asked import day_of
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from commissioning.web.forms.form import Picture
from commissioning.web.language import _
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from invoices.expected.document import document_of
from invoices.expected.invoice import ExpectedInvoice
from invoices.facts import BilledDocument
from invoices.formats.pdf import MOST_PAGES
from invoices.intake.keying import must_wait_for_keying
from invoices.intake.pages.receiving import INTAKE
from invoices.intake.queries import files_of, school_to_send_for
from invoices.queries import agreements_of, billed_agreements, credits_due, expectation
from invoices.supplier import SUPPLIERS, Supplier
from providers.provider import Provider

EVERY = "every"
"""In an address: all agreements of the school, where its invoice bills several."""


class WaitingFile(NamedTuple):
    """A file that waits, with its school; `words` are those of its first page, as far as they are text."""

    school: Provider
    sha256: str
    pages: int
    words: str

    @property
    def address(self) -> str:
        """Where it is keyed."""
        return f"/invoices/keying/{self.school.urn}/{self.sha256}"

    @property
    def pictures(self) -> list[Picture]:
        """Its pages, each as a picture."""
        return [
            Picture(
                f"{self.address}/pages/{page}.png",
                _("Page %(page)s of %(pages)s of the document", page=page, pages=self.pages),
            )
            for page in range(1, min(self.pages, MOST_PAGES) + 1)
        ]


async def file_asked_for(request: web.Request) -> WaitingFile:
    """The file of the address; `Refused` where it is another school's, or waits for nothing."""
    school, sha256 = await _whose(request)
    try:
        first = await asyncio.to_thread(request.app[INTAKE].picture, sha256, 1)
    except Refused:
        return WaitingFile(school, sha256, 0, "")  # it is no PDF, or cannot be drawn: it is keyed from the file
    return WaitingFile(school, sha256, first.pages, first.words.strip())


async def page_picture(request: web.Request) -> web.Response:
    """`…/pages/{page}.png`: one page, drawn here; nothing of the PDF itself reaches the browser."""
    _rest, sha256 = await _whose(request)
    drawn = await asyncio.to_thread(request.app[INTAKE].picture, sha256, int(request.match_info["page"]))
    return web.Response(body=drawn.png, content_type="image/png", headers={hdrs.CONTENT_DISPOSITION: "inline"})


async def expected_by_agreement(reader: Reader, urn: int, day: date, position: int) -> list[ExpectedInvoice]:
    """What a school is expected to bill for the periods in which a day lies, an agreement each, as known then."""
    refs = await agreements_of(reader, (urn,), day)
    found = [await expectation(reader, ref, day, position) for ref in refs]
    return [one.invoice for one in found if one is not None]


async def credits_by_agreement(reader: Reader, urn: int, position: int) -> list[ExpectedInvoice]:
    """What a school is to give back, an agreement each, as an expected invoice whose lines are below nought."""
    found = []
    for ref in await billed_agreements(reader, (urn,)):
        lines = await credits_due(reader, (ref,), position)
        known = await expectation(reader, ref, lines[0].first_day, position) if lines else None
        if known is not None:
            found.append(known.invoice._replace(lines=tuple(lines)))
    return found


async def document_expected(
    reader: Reader, school: Provider, expected: Sequence[ExpectedInvoice], on: date
) -> tuple[list[BilledDocument], Supplier]:
    """The documents that the school would send if everything were as expected, and what is known of it as supplier."""
    supplier = await reader.state(SUPPLIERS, str(school.urn), await reader.end()) or Supplier(school.urn, {})
    return [document_of(one, "", on, school.facts.name, supplier) for one in expected], supplier


def of_address(request: web.Request, found: Sequence[ExpectedInvoice]) -> list[ExpectedInvoice]:
    """Those of the agreement that the address names, or all of them; `Refused` where there is none of that name."""
    ref = request.match_info["agreement"]
    chosen = [one for one in found if ref in (EVERY, one.agreement_ref)]
    if not chosen and ref != EVERY:
        raise Refused(Fault("not-found", "Nothing is expected under this agreement.", ref[:40], status=404))
    return chosen


def day_and_position(request: web.Request) -> tuple[date, int]:
    """The day whose billing period is asked for, and the position as at which the page showed it."""
    return day_of("day", request.match_info["day"]), int(request.match_info["position"])


async def _whose(request: web.Request) -> tuple[Provider, str]:
    reader, sha256 = request.app[READER], request.match_info["sha256"]
    school = await school_to_send_for(reader, request[ACTOR], int(request.match_info["urn"]))
    must_wait_for_keying(await files_of(reader, school.urn), sha256)
    return school, sha256
