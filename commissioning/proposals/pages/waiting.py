"""`/waiting`: what waits for a second person, what one asked for oneself, and what became of what was asked before."""

import secrets
from collections.abc import Mapping
from typing import Any, get_args

import orjson
from aiohttp import web

from commissioning.accounts.names import names_of_accounts
from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.time import instant_from_text, instant_to_text
from commissioning.ledger.work import Command
from commissioning.proposals import queries
from commissioning.proposals.commands import AgreeProposal, DeclineProposal, WithdrawProposal
from commissioning.proposals.facts import ProposedCommand, WhyDeclined
from commissioning.proposals.policy import may_answer_waiting, may_be_second
from commissioning.proposals.proposal import PROPOSALS
from commissioning.proposals.queries import KnownProposal
from commissioning.proposals.reasons import said_again
from commissioning.proposals.words import KINDS, OUTCOMES, WHO, WHY_DECLINED, command_in_words, fields_in_words
from commissioning.web.language import _, spoken
from commissioning.web.ledger_keys import CLOCK, READER, VAULT, WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render


async def waiting_page(request: web.Request) -> web.Response:
    """`/waiting`: what waits for the reader first, then everything else that waits, then what was settled."""
    reader, actor, now = request.app[READER], request[ACTOR], _now(request)
    names = await names_of_accounts(reader, request.app[VAULT])
    mine = await queries.waiting_for(reader, actor, now)
    keys = {one.proposal for one in mine}
    others = [one for one in await queries.unsettled(reader, now) if one.proposal not in keys]
    context = {
        "mine": [_row(one, names, now) for one in mine],
        "others": [_row(one, names, now) for one in others],
        "settled": [_row(one, names, now) for one in await queries.settled(reader, now)],
    }
    return render(request, "proposals/waiting.html", context)


async def proposal_page(request: web.Request) -> web.Response:
    """`/waiting/{proposal}`: what exactly is asked, by whom, and the answers that the reader may give."""
    return await _page(request)


async def answer_proposal(request: web.Request) -> web.StreamResponse:
    """`POST /waiting/{proposal}`: agrees, which carries out what was asked; declines; or takes it back."""
    await _found(request)
    form, key = await request.post(), request.match_info["proposal"]
    command: Command
    match str(form.get("what", "")):
        case "agree":
            command = AgreeProposal(proposal=key)
        case "decline":
            why = next((one for one in get_args(WhyDeclined) if one == form.get("why")), None)
            if why is None:
                return await _page(request, (Fault("why", "Choose why you decline it.", "why"),), status=422)
            command = DeclineProposal(proposal=key, why=why)
        case "withdraw":
            command = WithdrawProposal(proposal=key)
        case _:
            raise Refused(Fault("what", "This is no answer to what waits.", status=400))
    try:
        account = request[ACTOR].account
        await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=account)
    except Refused as refusal:
        return await _page(request, refusal.faults, status=refusal.faults[0].status)
    raise web.HTTPSeeOther(f"/waiting/{key}")


async def _page(request: web.Request, faults: tuple[Fault, ...] = (), *, status: int = 200) -> web.Response:
    found, reader = await _found(request), request.app[READER]
    names = await names_of_accounts(reader, request.app[VAULT])
    recorded = await reader.history(PROPOSALS.stream(found.proposal), await reader.end())
    standing = PROPOSALS.fold(entry.event for entry in recorded)
    commands = standing.commands if standing else ()
    context = {
        "one": _row(found, names, _now(request)),
        "facts": _facts(found, names),
        "commands": [_command(one) for one in commands],
        "waits": found.waits_at(_now(request)),
        "who": WHO[found.kind],
        "why_declined": list(WHY_DECLINED.items()),
        "faults": faults,
        **await _answers(request, request[ACTOR], found),
    }
    return render(request, "proposals/proposal.html", context, status=status)


async def _answers(request: web.Request, actor: Actor, found: KnownProposal) -> dict[str, bool]:
    """Whether the reader may agree and decline, or take back; never both, because nobody is two people."""
    people = await queries.persons(request.app[READER])
    own = people.get(actor.account) == people.get(found.asked_by)
    open_to = found.waits_at(_now(request)) and may_answer_waiting(actor)
    return {
        "may_answer": open_to and not own and may_be_second(actor, found.kind),
        "may_withdraw": open_to and own,
        "own": own,
    }


async def _found(request: web.Request) -> KnownProposal:
    found = await queries.proposal(request.app[READER], request.match_info["proposal"])
    if found is None:
        raise Refused(Fault("proposal-unknown", "There is no such proposal.", mend="Look under Waiting.", status=404))
    return found


def _row(one: KnownProposal, names: Mapping[str, str], now: str) -> dict[str, Any]:
    ended = one.outcome == "waits" and not one.waits_at(now)
    return {
        "href": f"/waiting/{one.proposal}",
        "kind": KINDS[one.kind],
        "what": spoken(said_again(one.what)),
        "asked_by": names.get(one.asked_by, one.asked_by[:8]),
        "asked_at": instant_from_text(one.asked_at),
        "until": instant_from_text(one.until),
        "outcome": one.outcome,
        "became": _("Waited too long") if ended else OUTCOMES[one.outcome],
    }


def _facts(one: KnownProposal, names: Mapping[str, str]) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [(_("About"), _sentence(spoken(said_again(one.about))))]
    if one.settled_by is not None and one.settled_at is not None:
        facts.append((_("%(became)s by", became=OUTCOMES[one.outcome]), names.get(one.settled_by, one.settled_by[:8])))
    if one.why is not None:
        facts.append((_("Why"), WHY_DECLINED[one.why]))
    return facts


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _command(one: ProposedCommand) -> dict[str, Any]:
    return {"name": command_in_words(one.name), "fields": fields_in_words(orjson.loads(one.body))}


def _now(request: web.Request) -> str:
    return instant_to_text(request.app[CLOCK]())
