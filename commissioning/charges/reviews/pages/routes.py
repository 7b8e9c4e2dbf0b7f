"""The addresses of one review, of the forms about reviews and of the one that names a case officer."""

from aiohttp import hdrs, web

from commissioning.charges.reviews.pages import forms
from commissioning.charges.reviews.pages.first import first_reviews_sheet
from commissioning.charges.reviews.pages.review import review_page
from commissioning.placements.first_reviews import FIRST_REVIEWS
from commissioning.placements.policy import may_record_placements, may_see_placements
from commissioning.placements.words import REVIEW_EVENT_TITLES
from commissioning.web.forms.form import Form
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.language import _
from commissioning.web.permissions import register

_PLACEMENT = "/placements/{ref}"
_REVIEW = f"{_PLACEMENT}/reviews/{{kind:[a-z_]{{1,40}}}}/{{due_on:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}}}"

FORMS = {
    f"{_PLACEMENT}/case-officer": forms.case_officer_sheet,
    f"{_PLACEMENT}/reviews/schedule": forms.schedule_sheet,
    f"{_REVIEW}/hold": forms.hold_sheet,
    f"{_REVIEW}/conclude": forms.conclude_sheet,
    f"{_REVIEW}/stage/{{stage:[a-z_]{{1,40}}}}": forms.stage_sheet,
    f"{_REVIEW}/escalate/{{step:-?[0-9]{{1,3}}}}": forms.escalate_sheet,
    f"{_REVIEW}/withdraw": forms.withdraw_sheet,
}


def add_routes(app: web.Application) -> None:
    """Adds them to an application that has the frame's own addresses."""
    register(app, hdrs.METH_GET, _REVIEW, review_page, may_see_placements)
    app[RECORDS] |= {
        FIRST_REVIEWS.name: RecordKind(_first_reviews, REVIEW_EVENT_TITLES, lambda _key: "/reviews/first"),
    }
    add_form(app, Form("/reviews/first", may_record_placements, first_reviews_sheet))
    for path, open_sheet in FORMS.items():
        add_form(app, Form(path, may_record_placements, open_sheet))


def _first_reviews(_key: str) -> str:
    return _("When first reviews fall due")
