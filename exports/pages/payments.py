"""The files of a payment run: for the finance system, and a remittance advice for each school."""

from collections.abc import Callable, Mapping

from aiohttp import web

from commissioning.ledger.errors import Fault, Refused
from commissioning.web.ledger_keys import READER
from exports.pages.files import hand_out
from exports.payments.run_files import RunInFull, advice, headers, lines, plain, run_in_full
from exports.result import Result

FILES: Mapping[str, Callable[[RunInFull], Result]] = {"headers": headers, "lines": lines, "payments": plain}


async def run_file(request: web.Request) -> web.Response:
    """`/invoices/runs/{run}/{file}.csv`: Oracle's headers or lines, or everything in one plain file."""
    full = await run_in_full(request.app[READER], request.match_info["run"])
    made = FILES.get(request.match_info["file"])
    if made is None:
        expected = "one of " + ", ".join(FILES)
        raise Refused(Fault("file", "A payment run has no such file.", expected=expected, status=404))
    return await hand_out(request, [made(full)], "csv")


async def remittance(request: web.Request) -> web.Response:
    """`/invoices/runs/{run}/remittance/{urn}.pdf`: what one school is paid, and for what."""
    full = await run_in_full(request.app[READER], request.match_info["run"])
    return await hand_out(request, [advice(full, int(request.match_info["urn"]))], "pdf")
