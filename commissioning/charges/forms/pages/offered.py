"""What the page of a placement offers to change, given how the placement stands."""

from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from commissioning.ledger.events import Recorded
from commissioning.ledger.time import instant_from_text
from commissioning.ledger.undoing import UNDONE_WITHIN
from commissioning.placements.placement import Placement
from commissioning.web.ledger_keys import CLOCK
from commissioning.web.permissions import ACTOR


def changes_offered(placement: Placement) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be changed of a placement as it stands, by heading: the name of the form and the words of its link."""
    if placement.withdrawn:
        return [("Corrections", [("reinstatement", "Reinstate the placement")])]
    attending = [
        ("package", "Change the package"),
        ("move", "Move to another agreement"),
        ("suspension", "Record a suspension"),
    ]
    leaving = [("notice", "Record notice")] if placement.notice_given_on is None else []
    leaving += [("end", "Record the end")] if placement.end_on is None else []
    corrections = [("dates", "Correct the dates"), ("facts", "Record the signature, or correct facts")]
    corrections += [("price-withdrawal", "Withdraw a price")] if placement.lines else []
    corrections += [("suspension-withdrawal", "Withdraw a suspension")] if placement.suspensions else []
    corrections.append(("withdrawal", "Withdraw the placement"))
    return [
        ("Place and package", attending),
        ("Price and funding", [("price", "Agree a price of its own"), ("funding", "Agree who pays")]),
        *([("Leaving", leaving)] if leaving else []),
        ("Corrections", corrections),
    ]


def undo_offered(request: web.Request, recorded: Sequence[Recorded]) -> str | None:
    """The way to undo what was recorded last, where the reader recorded it within a day."""
    last = recorded[-1]
    own = last.account == request[ACTOR].account
    recent = request.app[CLOCK]() - instant_from_text(last.recorded_at) <= UNDONE_WITHIN
    return f"/receipts/{quote(last.command_id, safe='')}/undo" if own and recent else None
