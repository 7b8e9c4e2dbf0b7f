"""The files of a payment run: for the finance system, and a remittance advice for each school."""

from collections.abc import Callable, Mapping

from aiohttp import web

from commissioning.charges.pages.asked import asked
from commissioning.ledger.errors import Fault, Refused
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from exports.pages.files import hand_out
from exports.payments.run_files import RunInFull, advice, headers, lines, mapped, plain, run_in_full
from exports.payments.statement import statement
from exports.result import Result
from invoices.pages.payments import chosen_school
from invoices.pages.scope import schools_of

FILES: Mapping[str, Callable[[RunInFull], Result]] = {
    "headers": headers,
    "lines": lines,
    "payments": plain,
    "mapped": mapped,
}


async def run_file(request: web.Request) -> web.Response:
    """`/invoices/runs/{run}/{file}.csv`: Oracle's headers or lines, or everything in one plain file."""
    full = await run_in_full(request.app[READER], request.match_info["run"])
    made = FILES.get(request.match_info["file"])
    if made is None:
        expected = "one of " + ", ".join(FILES)
        raise Refused(Fault("file", "A payment run has no such file.", expected=expected, status=404))
    return await hand_out(request, [made(full)], "csv")


async def remittance(request: web.Request) -> web.Response:
    """`/invoices/runs/{run}/remittance/{urn}.pdf`: what one school is paid, and for what; its own people see it too."""
    reader, urn = request.app[READER], int(request.match_info["urn"])
    if urn not in await schools_of(reader, request[ACTOR], (await reader.as_at()).position):
        raise Refused(Fault("not-found", "There is no such remittance advice.", str(urn), status=404))
    full = await run_in_full(reader, request.match_info["run"], urn)
    return await hand_out(request, [advice(full, urn)], "pdf")


async def own_statement_file(request: web.Request) -> web.Response:
    """`/your-invoices/statement.{form}`: the statement of account of one of the reader's own schools."""
    question = await asked(request)
    schools = await schools_of(question.reader, request[ACTOR], question.as_at.position)
    urn = chosen_school(question, schools)
    if urn is None:
        raise Refused(Fault("not-found", "There is no school that you speak for.", status=404))
    found = await statement(question.reader, question.as_at, question.period, urn, schools[urn].facts.name)
    return await hand_out(request, [found], request.match_info["form"])
