"""The files of a payment run: for the finance system, and a remittance advice for each school, alone or all in one."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from aiohttp import web

from commissioning.charges.pages.asked import COUNCIL, asked
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from exports.files import name_of
from exports.leaving.facts import ExportedFile, of_file
from exports.pages.files import hand_out, hand_out_as
from exports.payments.advice_document import write_advice
from exports.payments.run_files import RunInFull, advice, every_advice, headers, lines, mapped, plain, run_in_full
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
        expected = said("one of %(files)s", files=", ".join(FILES))
        raise Refused(Fault("file", "A payment run has no such file.", expected=expected, status=404))
    return await hand_out(request, [made(full)], "csv")


async def remittance(request: web.Request) -> web.Response:
    """`/invoices/runs/{run}/remittance/{urn}.pdf`: what one school is paid, and for what; its own people see it too."""
    reader, urn = request.app[READER], int(request.match_info["urn"])
    if urn not in await schools_of(reader, request[ACTOR], (await reader.as_at()).position):
        raise Refused(Fault("not-found", "There is no such remittance advice.", str(urn), status=404))
    full = await run_in_full(reader, request.match_info["run"], urn)
    return await _hand_out_advice(request, full, [(urn, advice(full, urn))])


async def remittances(request: web.Request) -> web.Response:
    """`/invoices/runs/{run}/remittances.pdf`: the advice for every school of a run in one file, to print and post."""
    full = await run_in_full(request.app[READER], request.match_info["run"])
    return await _hand_out_advice(request, full, await asyncio.to_thread(every_advice, full))


async def _hand_out_advice(
    request: web.Request, full: RunInFull, advised: Sequence[tuple[int, Result]]
) -> web.Response:
    council, results = request.config_dict[COUNCIL], [result for _, result in advised]
    report = "remittance" if len(results) == 1 else "remittances"
    called = f"remittance {advised[0][0]}" if len(results) == 1 else report

    def write(path: Path) -> ExportedFile:
        write_advice(full, advised, path, council)
        return of_file(path, results, "pdf", "working", report)

    return await hand_out_as(request, name_of(results[0], council, "pdf", called), "pdf", write)


async def own_statement_file(request: web.Request) -> web.Response:
    """`/your-invoices/statement.{form}`: the statement of account of one of the reader's own schools."""
    question = await asked(request)
    schools = await schools_of(question.reader, request[ACTOR], question.as_at.position)
    urn = chosen_school(question, schools)
    if urn is None:
        raise Refused(Fault("not-found", "There is no school that you speak for.", status=404))
    found = await statement(question.reader, question.as_at, question.period, urn, schools[urn].facts.name)
    return await hand_out(request, [found], request.match_info["form"])
