"""`/schools/{urn}/bank-details`: how the account ends that a school is paid to, and asking for another.

What was written is sealed before anything else is done with it, and no page ever shows it again.
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from commissioning.ledger.errors import Fault, Refused, Waits
from commissioning.ledger.ledger import Request
from commissioning.ledger.time import instant_from_text
from commissioning.ledger.work import UnitOfWork
from commissioning.proposals.second_look import proposal_key
from commissioning.web.language import spoken_fault
from commissioning.web.ledger_keys import READER, WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from providers.bank.bank_details import BANK_DETAILS
from providers.bank.facts import BankField
from providers.bank.policy import may_change_bank_details
from providers.bank.sealing import change_of, checked
from providers.provider import PROVIDERS, Provider, unknown_provider

_COMMAND_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST = 200


async def bank_details_page(request: web.Request) -> web.Response:
    """Whether the account is known, how it ends and since when; for finance, the form that asks for another."""
    return await _page(request, {})


async def change_bank_details(request: web.Request) -> web.StreamResponse:
    """`POST`: asks for the change, which waits for a second person."""
    school, form, account = await _school(request), await request.post(), request[ACTOR].account
    fields: tuple[BankField, ...] = ("account_name", "sort_code", "account_number")
    stated = {field: str(form.get(field, ""))[:_LONGEST] for field in fields}
    sent = str(form.get("command_id", ""))
    command_id = sent if _COMMAND_ID.fullmatch(sent) else secrets.token_hex(16)

    def deed(work: UnitOfWork) -> None:
        key = str(school.urn)
        work.execute(change_of(work.vault, school.urn, plain, work.state(BANK_DETAILS, key)))

    try:
        plain = checked(stated)
        await request.app[WRITER].submit(Request(deed, command_id, "", account))
    except Waits:
        raise web.HTTPSeeOther(f"/waiting/{proposal_key(command_id)}") from None
    except Refused as refusal:
        return await _page(request, stated, refusal.faults, status=refusal.faults[0].status)
    raise web.HTTPSeeOther(request.path)


async def _page(
    request: web.Request, stated: Mapping[BankField, str], faults: tuple[Fault, ...] = (), *, status: int = 200
) -> web.Response:
    school, reader = await _school(request), request.app[READER]
    recorded = await reader.history(BANK_DETAILS.stream(str(school.urn)), (await reader.as_at()).position)
    known = BANK_DETAILS.fold(entry.event for entry in recorded)
    context: dict[str, Any] = {
        "urn": school.urn,
        "school": school.facts.name,
        "ending": known.ending if known else "",
        "since": instant_from_text(recorded[-1].recorded_at) if recorded else None,
        "may_change": may_change_bank_details(request[ACTOR]),
        "stated": stated,
        "command_id": secrets.token_hex(16),
        "faults": faults,
        "wrong": {fault.where: spoken_fault(fault) for fault in faults},
    }
    return render(request, "bank/bank_details.html", context, status=status)


async def _school(request: web.Request) -> Provider:
    urn, reader = request.match_info["urn"], request.app[READER]
    recorded = await reader.history(PROVIDERS.stream(urn), (await reader.as_at()).position)
    school = PROVIDERS.fold(entry.event for entry in recorded)
    if school is None:
        raise Refused(unknown_provider(int(urn)) if urn.isdecimal() and urn.isascii() else _no_urn())
    return school


def _no_urn() -> Fault:
    return Fault("provider-unknown", "No school with this URN is known.", status=404)
