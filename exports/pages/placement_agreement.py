"""`/placements/{ref}/agreement.pdf`: the individual placement agreement, with the pupil's name in it.

That the name was opened is recorded first, then that the file leaves; without either there is no file.
"""

import hashlib
import secrets
from pathlib import Path

from aiohttp import web

from commissioning.charges.pages.asked import COUNCIL, TODAY, asked, no_such
from commissioning.charges.periods import Period
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.placements.commands import OpenSealedFields
from commissioning.placements.facts import PupilField
from commissioning.placements.queries import placement, pupil
from commissioning.web.ledger_keys import READER, VAULT, WRITER
from commissioning.web.permissions import ACTOR
from exports.leaving.facts import ExportedFile
from exports.pages.files import hand_out_as
from exports.placement_agreement.contents import PlacementAgreement, placement_agreement
from exports.placement_agreement.document import write_placement_agreement

REPORT = "placement_agreement"


async def placement_agreement_file(request: web.Request) -> web.Response:
    """Answers the button on the placement's page."""
    question, ref = await asked(request), request.match_info["ref"]
    found = await placement(question.reader, ref, question.as_at.position)
    if found is None:
        raise no_such(said("placement"), ref, said("Placements"))
    details = await _opened(request, found.pupil)
    agreement = await placement_agreement(
        question.reader, question.as_at, ref, details, request.config_dict[COUNCIL], request.config_dict[TODAY]()
    )

    def write(path: Path) -> ExportedFile:
        write_placement_agreement(agreement, path)
        return _exported(agreement, path, question.period)

    return await hand_out_as(request, f"placement-agreement-{_plain(ref)}.pdf", "pdf", write)


async def _opened(request: web.Request, key: str) -> dict[PupilField, str]:
    """What names the pupil, once it is recorded that it was looked at; `Refused` where the pupil was erased."""
    vault = request.app[VAULT]
    command = OpenSealedFields(pupil=key)
    await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=request[ACTOR].account)
    known = await pupil(request.app[READER], key, OPEN_POSITION)
    return {field: vault.open(key, field, text) for field, text in known.sealed.items()} if known else {}


def _exported(agreement: PlacementAgreement, path: Path, period: Period) -> ExportedFile:
    """What is recorded of the file: of which placement, as known when, and its hash; nothing that names the child."""
    content = path.read_bytes()
    figures = repr((agreement.ref, agreement.prices, agreement.charges)).encode()
    return ExportedFile(
        sha256=hashlib.sha256(content).hexdigest(),
        name=path.name,
        size=len(content),
        form="pdf",
        variant="working",
        report=REPORT,
        position=agreement.as_at.position,
        head=agreement.as_at.head,
        first_day=period.first_day,
        last_day=period.last_day,
        filters={"placement": (agreement.ref,)},
        options={"day": agreement.made_on.isoformat()},
        rows=len(agreement.prices),
        figures=hashlib.sha256(figures).hexdigest(),
    )


def _plain(ref: str) -> str:
    """A reference as part of a file's name."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in ref)
