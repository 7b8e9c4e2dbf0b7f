"""Templates to pages: one Jinja environment over the shell's own templates and those of each domain package.

A domain package's templates stand under its own name, `contracts/agreement.html`; the shell's under `shell/`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    select_autoescape,
)

from commissioning.web.access import REQUEST_ID
from commissioning.web.address import Address
from commissioning.web.assets import Assets
from commissioning.web.cells import NUMERIC_FORMATS, shown, table_rows
from commissioning.web.charts.svg import drawings
from commissioning.web.charts.table import figures
from commissioning.web.language import language, spoken, spoken_fault
from commissioning.web.permissions import ACTOR, SIGNED_IN
from commissioning.web.settings import ShellSettings
from commissioning.web.words import FILTERS

TEMPLATES = Path(__file__).parent / "templates"
ENVIRONMENT = web.AppKey("environment", Environment)
SHELL = web.AppKey("shell", ShellSettings)


def make_environment(settings: ShellSettings, assets: Assets, folders: Mapping[str, Path]) -> Environment:
    """The environment in which every page is drawn; `folders` maps a package's name to its templates."""
    environment = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(TEMPLATES),
                PrefixLoader({name: FileSystemLoader(folder) for name, folder in folders.items()}),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(settings.translations, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.filters.update(FILTERS, spoken=spoken, spoken_fault=spoken_fault)
    environment.globals.update(
        shell=settings,
        asset=assets.address,
        chart_drawings=drawings,
        chart_figures=figures,
        numeric_formats=NUMERIC_FORMATS,
        draw=shown,
        language=language,
        table_rows=table_rows,
    )
    return environment


def render(
    request: web.Request, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> web.Response:
    """Answer with a page. Beside `context` a template sees `here`, the reader's address, `shell`, and who reads.

    A context with `as_at` (position, recorded_at, head, latest) gets the as-at control on the page.
    """
    page = request.config_dict[ENVIRONMENT].get_template(template)
    actor, shell = request.get(ACTOR), request.config_dict[SHELL]
    known = {
        "here": Address.of(request),
        "request_id": request.get(REQUEST_ID, ""),
        "actor": actor,
        "signed_in": request.get(SIGNED_IN),
        "menu_items": shell.menu_of(actor),
        "search_box": shell.search_of(actor),
        "home": shell.home_of(actor),
    }
    text = page.render({**known, **(context or {})})
    return web.Response(text=text, content_type="text/html", status=status)
