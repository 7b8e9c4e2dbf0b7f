"""The addresses of placements, agreements, schools and calendars, and the folder of their templates."""

from pathlib import Path

from aiohttp import hdrs, web

from commissioning.charges.agreement_forms.pages.routes import add_routes as add_agreement_forms
from commissioning.charges.forms.pages.routes import add_routes as add_placement_forms
from commissioning.charges.pages.agreements import AGREEMENT_LIST, agreement_list, agreement_page
from commissioning.charges.pages.calendars import calendar_page
from commissioning.charges.pages.event import event_page
from commissioning.charges.pages.lists import register_list
from commissioning.charges.pages.own_schools import own_placement_page, own_schools_page
from commissioning.charges.pages.placements import PLACEMENT_LIST, placement_list, placement_page
from commissioning.charges.pages.pupils import pupil_page
from commissioning.charges.pages.school import school_page
from commissioning.charges.pages.schools import SCHOOLS, school_list
from commissioning.charges.pages.sealed import sealed_fields_page
from commissioning.charges.pages.search import add_routes as add_search_routes
from commissioning.placements.policy import (
    may_open_sealed_fields_for_a_reason,
    may_see_own_placements,
    may_see_placements,
)
from commissioning.web.permissions import register
from contracts.policy import may_see_agreements
from providers.policy import may_see_providers

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `charges`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages to an application that holds a reader, a today and a council (asked.py)."""
    register_list(app, PLACEMENT_LIST, may_see_placements, placement_list)
    register(app, hdrs.METH_GET, "/placements/{ref}", placement_page, may_see_placements)
    may_open = may_open_sealed_fields_for_a_reason
    register(app, hdrs.METH_POST, "/placements/{ref}/pupil", sealed_fields_page, may_open)
    register_list(app, AGREEMENT_LIST, may_see_agreements, agreement_list)
    register(app, hdrs.METH_GET, "/agreements/{ref}", agreement_page, may_see_agreements)
    register_list(app, SCHOOLS, may_see_providers, school_list)
    register(app, hdrs.METH_GET, "/schools/{urn:[0-9]{1,9}}", school_page, may_see_providers)
    register(app, hdrs.METH_GET, "/your-schools", own_schools_page, may_see_own_placements)
    register(app, hdrs.METH_GET, "/your-schools/{ref}", own_placement_page, may_see_own_placements)
    register(app, hdrs.METH_GET, "/calendars", calendar_page, may_see_agreements)
    register(app, hdrs.METH_GET, "/events/{position:[0-9]+}", event_page, may_see_placements)
    register(app, hdrs.METH_GET, "/pupils/{key:[0-9a-f]+}", pupil_page, may_see_placements)
    add_search_routes(app)
    add_placement_forms(app)
    add_agreement_forms(app)
