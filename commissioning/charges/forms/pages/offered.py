"""What the page of a placement offers to change, given how the placement stands."""

from collections.abc import Sequence
from datetime import date
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
    signed = placement.signed_on
    found: list[_Task] = [
        (_("A price that holds"), ("change", "price"), priced, ""),
        (
            _("Signature of the placement agreement"),
            ("change", "signature"),
            signed is not None,
            day(signed) if signed else "",
        ),
        _annual_review(reviews, question.day),
    ]
    return [
        {
            "title": title,
            "href": question.link("placements", placement.ref, *where) if may_change and not done else None,
            "note": note,
            "tag": {"tag": _("Done"), "colour": "green"} if done else {"tag": _("To do"), "colour": "blue"},
        }
        for title, where, done, note in found
    ]


_Task = tuple[str, tuple[object, ...], bool, str]
"""What is to be done, where under the placement, whether it is done, and a note."""


def _annual_review(reviews: Reviews | None, today: date) -> _Task:
    """The first annual review that is not concluded: one that is due later is scheduled, and nothing is to be done."""
    annual = [one for one in (reviews.reviews if reviews else ()) if one.kind == "ehc_annual"]
    first = next((one for one in annual if one.concluded_on is None), None)
    if first is None:
        return _("Annual review of the plan scheduled"), ("reviews", "schedule"), False, _("None is scheduled")
    here = ("reviews", first.kind, first.due_on)
    if first.held_on is not None:
        return _("Annual review of the plan"), here, False, _("Held %(day)s, not concluded", day=day(first.held_on))
    if first.due_on < today:
        return _("Annual review of the plan"), here, False, _("Overdue since %(day)s", day=day(first.due_on))
    return _("Annual review of the plan scheduled"), here, True, _("Due %(day)s", day=day(first.due_on))


def undo_offered(request: web.Request, recorded: Sequence[Recorded]) -> str | None:
    """The way to undo what was recorded last, where the reader recorded it within a day."""
    last = recorded[-1]
    own = last.account == request[ACTOR].account
    recent = request.app[CLOCK]() - instant_from_text(last.recorded_at) <= UNDONE_WITHIN
    return f"/receipts/{quote(last.command_id, safe='')}/undo" if own and recent else None
