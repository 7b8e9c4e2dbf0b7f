"""The addresses of consultations, and the folder of their templates."""

from pathlib import Path
from urllib.parse import quote

from aiohttp import hdrs, web

from commissioning.charges.pages.lists import register_list
from commissioning.consultations.commands import UndoConsultationStep
from commissioning.consultations.pages.consultation import consultation_page
from commissioning.consultations.pages.listing import CONSULTATION_LIST, consultation_list
from commissioning.consultations.pages.seeking import seeking_sheet
from commissioning.consultations.pages.steps import step_sheet
from commissioning.consultations.policy import may_run_consultations, may_see_consultations
from commissioning.consultations.words import EVENT_TITLES
from commissioning.ledger.work import Command
from commissioning.web.forms.form import Form
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.language import _
from commissioning.web.permissions import register

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `consultations`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages and forms to an application that has those of placements."""
    app[RECORDS]["consultation"] = RecordKind(_name, EVENT_TITLES, _address, _undo, whole=True)
    register_list(app, CONSULTATION_LIST, may_see_consultations, consultation_list)
    register(app, hdrs.METH_GET, "/consultations/{ref}", consultation_page, may_see_consultations)
    add_form(app, Form("/new/consultation", may_run_consultations, seeking_sheet))
    add_form(app, Form("/consultations/{ref}/do/{step}", may_run_consultations, step_sheet))


def _name(ref: str) -> str:
    return _("Consultation %(ref)s", ref=ref)


def _undo(ref: str, command_id: str) -> Command:
    return UndoConsultationStep(consultation_ref=ref, command_id=command_id)


def _address(ref: str) -> str:
    return f"/consultations/{quote(ref, safe='')}"
