"""The addresses of placements, agreements, schools and calendars, and the folder of their templates."""

from pathlib import Path

from aiohttp import web

from commissioning.charges.pages import agreements, calendars, placements, schools

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `charges`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages to an application that holds a reader, a today and a council (asked.py)."""
    app.router.add_routes([*placements.ROUTES_OF_PLACEMENTS, *agreements.ROUTES, *schools.ROUTES, *calendars.ROUTES])
