"""The addresses of placements, agreements, schools and calendars, and the folder of their templates."""

from pathlib import Path

from aiohttp import hdrs, web

from commissioning.charges.pages.agreements import agreement_list, agreement_page
from commissioning.charges.pages.calendars import calendar_page
from commissioning.charges.pages.own_schools import own_placement_page, own_schools_page
from commissioning.charges.pages.placement_forms.routes import add_routes as add_placement_forms
from commissioning.charges.pages.placements import placement_list, placement_page
from commissioning.charges.pages.schools import school_list, school_page
from commissioning.charges.pages.sealed import sealed_fields_page
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
    register(app, hdrs.METH_GET, "/placements", placement_list, may_see_placements)
    register(app, hdrs.METH_GET, "/placements/{ref}", placement_page, may_see_placements)
    may_open = may_open_sealed_fields_for_a_reason
    register(app, hdrs.METH_POST, "/placements/{ref}/pupil", sealed_fields_page, may_open)
    register(app, hdrs.METH_GET, "/agreements", agreement_list, may_see_agreements)
    register(app, hdrs.METH_GET, "/agreements/{ref}", agreement_page, may_see_agreements)
    register(app, hdrs.METH_GET, "/schools", school_list, may_see_providers)
    register(app, hdrs.METH_GET, "/schools/{urn:[0-9]{1,9}}", school_page, may_see_providers)
    register(app, hdrs.METH_GET, "/your-schools", own_schools_page, may_see_own_placements)
    register(app, hdrs.METH_GET, "/your-schools/{ref}", own_placement_page, may_see_own_placements)
    register(app, hdrs.METH_GET, "/calendars", calendar_page, may_see_agreements)
    add_placement_forms(app)
