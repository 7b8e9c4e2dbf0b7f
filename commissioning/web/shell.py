"""Puts the shell together: an application with layout, assets, security, error pages and logging, and no domain.

`commissioning.app` makes one, gives it the template folders of the domain packages and adds their routes.
"""

from collections.abc import Mapping
from gettext import NullTranslations
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from commissioning.web.access import access_log
from commissioning.web.assets import Assets
from commissioning.web.errors import answer_errors
from commissioning.web.language import speak
from commissioning.web.permissions import POLICIES, Public, ask_policies, every_route_is_guarded, register
from commissioning.web.rendering import ENVIRONMENT, SHELL, make_environment, render
from commissioning.web.security import add_security_headers, ask_for_https, refuse_public_host, same_site_only
from commissioning.web.settings import Brand, MenuItem, ShellSettings

__all__ = ["Brand", "MenuItem", "ShellSettings", "create_shell", "refuse_public_host", "render"]

LARGEST_FORM = 2 * 1024 * 1024
"""Bytes of a form that is read whole. Uploads are streamed by their own handlers under their own cap."""


def create_shell(
    settings: ShellSettings, template_folders: Mapping[str, Path], *, largest_form: int = LARGEST_FORM
) -> web.Application:
    """An application that is complete but for its routes.

    `template_folders` maps the name under which templates are asked for (`contracts`) to a folder. Raises
    `Refused` when the installation lacks the built style sheets and scripts.
    """
    assets = Assets.load({"brand.css": settings.brand.as_css()})
    app = web.Application(
        middlewares=[
            access_log,
            speaking(settings.translations),
            answer_errors,
            same_site_only(settings.host_names),
            ask_policies,
        ],
        client_max_size=largest_form,
    )
    app[ENVIRONMENT] = make_environment(settings, assets, template_folders)
    app.on_response_prepare.append(add_security_headers)
    if settings.https:
        app.on_response_prepare.append(ask_for_https)
    app[SHELL] = settings
    app[POLICIES] = {}
    app.on_startup.append(every_route_is_guarded)
    everybody = Public("style sheets, scripts and icons hold nothing of the council's", asks_who=False)
    register(app, hdrs.METH_GET, "/static/{fingerprint:[0-9a-f]+}/{name:.+}", assets.serve, everybody)
    return app


def speaking(translations: NullTranslations) -> Middleware:
    """Answers every request in the words of a catalogue."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        speak(translations)
        return await handler(request)

    return answer
