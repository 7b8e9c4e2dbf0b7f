"""The addresses of what waits for a second person, and the folder of their templates."""

from pathlib import Path

from aiohttp import hdrs, web

from commissioning.proposals.pages.waiting import answer_proposal, proposal_page, waiting_page
from commissioning.proposals.policy import may_answer_waiting, may_see_waiting
from commissioning.proposals.proposal import PROPOSALS
from commissioning.proposals.words import EVENT_TITLES
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.language import _
from commissioning.web.permissions import register

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `proposals`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages to an application that holds a reader, a writer, a vault, a clock and kinds of records."""
    app[RECORDS][PROPOSALS.name] = RecordKind(lambda _key: _("What waits"), EVENT_TITLES, lambda key: f"/waiting/{key}")
    register(app, hdrs.METH_GET, "/waiting", waiting_page, may_see_waiting)
    register(app, hdrs.METH_GET, "/waiting/{proposal}", proposal_page, may_see_waiting)
    register(app, hdrs.METH_POST, "/waiting/{proposal}", answer_proposal, may_answer_waiting)
