"""`/placements/{ref}/pupil`: what names the pupil of a placement, shown once and recorded before it is shown."""

import secrets

from aiohttp import web

from commissioning.charges.pages.asked import asked, no_such
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.placements.commands import OpenSealedFields
from commissioning.placements.policy import may_open_sealed_fields
from commissioning.placements.queries import placement, pupil
from commissioning.placements.words import PUPIL_FIELDS
from commissioning.web.ledger_keys import VAULT, WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render

_LONGEST_REASON = 500


async def sealed_fields_page(request: web.Request) -> web.Response:
    """Answers the form on the placement's page. It is no address to come back to: each look is asked for anew."""
    question, ref = await asked(request), request.match_info["ref"]
    found = await placement(question.reader, ref, question.as_at.position)
    if found is None:
        raise no_such(said("placement"), ref, said("Placements"))
    actor, vault = request[ACTOR], request.app[VAULT]
    reason = str((await request.post()).get("reason", "")).strip()[:_LONGEST_REASON]
    if not reason and not may_open_sealed_fields(actor):
        raise Refused(
            Fault("reason", "You did not say why you need to see this.", "reason", mend="Go back and write a reason.")
        )
    known = await pupil(question.reader, found.pupil, question.as_at.position)
    command = OpenSealedFields(pupil=found.pupil, reason=vault.seal(found.pupil, "reason", reason) if reason else None)
    await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=actor.account)
    sealed = known.sealed if known else {}
    rows = [
        (words, vault.open(found.pupil, field, sealed[field]))
        for field, words in PUPIL_FIELDS.items()
        if field in sealed
    ]
    return render(request, "charges/sealed.html", {**question.context(), "ref": ref, "rows": rows, "reason": reason})
