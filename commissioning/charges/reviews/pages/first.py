"""`/reviews/first`: after how many months the first review of each kind falls due, which every council sets itself."""

from aiohttp import web

from commissioning.ledger.tables import OPEN_POSITION
from commissioning.placements.commands import SetFirstReviews
from commissioning.placements.first_reviews import FIRST_REVIEWS, THE_RULES
from commissioning.placements.queries import first_reviews_as_at
from commissioning.placements.words import REVIEW_KINDS
from commissioning.web.forms.fields import Field, Section, as_typed
from commissioning.web.forms.form import Sheet, asking
from commissioning.web.forms.kinds import Number
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER

_MONTHS = Number(least=1, most=60, places=0, suffix=N_("months"))


async def first_reviews_sheet(request: web.Request) -> Sheet:
    """The form that sets them."""
    known = await first_reviews_as_at(request.app[READER], OPEN_POSITION)
    kinds = ("fee", "contract_monitoring", "quality_visit")
    hint = N_("After the first day of a placement. Leave blank where none is asked for")
    return Sheet(
        heading=_("When first reviews fall due"),
        button=_("Set these months"),
        text=_(
            "The annual review of the plan falls due a year after a placement began, and the six-week check after six "
            "weeks. When the first of the other kinds does is for the council to say. The next of each falls due a "
            "year after the last was concluded. Of a placement whose day has gone by already, the first falls due on "
            "the next anniversary of that day."
        ),
        sections=(
            Section("", tuple(Field(kind, REVIEW_KINDS[kind], _MONTHS, hint, required=False) for kind in kinds)),
        ),
        known={kind: as_typed(getattr(known, kind)) for kind in kinds},
        deed=asking(SetFirstReviews),
        stream=FIRST_REVIEWS.stream(THE_RULES),
        breadcrumbs=[(_("Home"), "/"), (_("Reviews"), "/reviews"), (_("When first reviews fall due"), None)],
        costs=False,
    )
