"""What the page of a placement offers to change, given how the placement stands."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from aiohttp import web

from commissioning.charges.pages.asked import Asked
from commissioning.ledger.events import Recorded
from commissioning.ledger.time import instant_from_text
from commissioning.ledger.undoing import UNDONE_WITHIN
from commissioning.placements.placement import Placement
from commissioning.placements.review import Reviews
from commissioning.web.language import _
from commissioning.web.ledger_keys import CLOCK
from commissioning.web.permissions import ACTOR
from commissioning.web.words import day


def changes_offered(placement: Placement) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be changed of a placement as it stands, by heading: the name of the form and the words of its link."""
    if placement.withdrawn:
        return [(_("Corrections"), [("reinstatement", _("Reinstate the placement"))])]
    attending = [
        ("package", _("Change the package")),
        ("move", _("Move to another agreement")),
        ("suspension", _("Record a suspension")),
        *([("signature", _("Record the signature"))] if placement.signed_on is None else []),
    ]
    leaving = [("notice", _("Record notice"))] if placement.notice_given_on is None else []
    leaving += [("end", _("Record the end"))] if placement.end_on is None else []
    leaving += [("exit", _("Say why it ended"))] if placement.end_on is not None and placement.exit is None else []
    corrections = [("dates", _("Correct the dates")), ("facts", _("Correct facts"))]
    corrections += [("exit", _("Correct why it ended"))] if placement.exit is not None else []
    corrections += [("price-withdrawal", _("Withdraw a price"))] if placement.lines else []
    corrections += [("suspension-withdrawal", _("Withdraw a suspension"))] if placement.suspensions else []
    corrections.append(("withdrawal", _("Withdraw the placement")))
    return [
        (_("Place and package"), attending),
        (_("Price and funding"), [("price", _("Agree a price of its own")), ("funding", _("Agree who pays"))]),
        *([(_("Leaving"), leaving)] if leaving else []),
        (_("Corrections"), corrections),
    ]


def tasks_of(
    placement: Placement, reviews: Reviews | None, question: Asked, *, priced: bool, may_change: bool
) -> list[dict[str, Any]]:
    """What a placement needs before it can be left to run; none once its end is recorded or it was withdrawn."""
    if placement.withdrawn or placement.end_on is not None:
        return []
    annual = [one for one in (reviews.reviews if reviews else ()) if one.kind == "ehc_annual"]
    due = next((one.due_on for one in annual if one.concluded_on is None), None)
    in_time = due is not None and due >= question.day
    if due is None:
        review = _("None is scheduled")
    else:
        review = _("Due %(day)s", day=day(due)) if in_time else _("Overdue since %(day)s", day=day(due))
    signed = placement.signed_on
    found = [
        (_("A price that holds"), "price", priced, ""),
        (_("Signature of the placement agreement"), "signature", signed is not None, day(signed) if signed else ""),
        (_("Annual review of the plan scheduled"), "", in_time, review),
    ]
    return [
        {
            "title": title,
            "href": question.link("placements", placement.ref, "change", form)
            if form and may_change and not done
            else None,
            "note": note,
            "tag": {"tag": _("Done"), "colour": "green"} if done else {"tag": _("To do"), "colour": "blue"},
        }
        for title, form, done, note in found
    ]


def undo_offered(request: web.Request, recorded: Sequence[Recorded]) -> str | None:
    """The way to undo what was recorded last, where the reader recorded it within a day."""
    last = recorded[-1]
    own = last.account == request[ACTOR].account
    recent = request.app[CLOCK]() - instant_from_text(last.recorded_at) <= UNDONE_WITHIN
    return f"/receipts/{quote(last.command_id, safe='')}/undo" if own and recent else None
