"""The one map from what went wrong to what the reader sees: refusals, HTTP errors and the unforeseen.

Pages answer in HTML; addresses under `/api/` answer with RFC 9457 problem documents.
"""

from collections.abc import Sequence
from http import HTTPStatus

import orjson
import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from commissioning.ledger.errors import Fault, Refused
from commissioning.web.access import REQUEST_ID
from commissioning.web.language import N_, Labels, spoken, spoken_fault
from commissioning.web.rendering import render

log = structlog.get_logger("commissioning.web")

HEADINGS = Labels(
    {
        202: N_("This waits for a second person"),
        400: N_("The request could not be understood"),
        401: N_("Nobody is signed in"),
        403: N_("You may not do this"),
        404: N_("There is no such page"),
        405: N_("This page cannot be used in that way"),
        409: N_("Somebody else has changed this"),
        410: N_("This does not work any more"),
        413: N_("The file or form is too large"),
        421: N_("This service does not answer under that name"),
        422: N_("This could not be done"),
        415: N_("The request is in a form that is not understood here"),
        429: N_("Too many attempts"),
        500: N_("Something went wrong here"),
        503: N_("The service is busy or cannot reach its database"),
    }
)
ADVICE = Labels(
    {
        202: N_("You need not do anything: it is done when another person agrees. Until then nothing is changed."),
        400: N_("Check the address, or go back and send the form again."),
        401: N_("Sign in and try again."),
        403: N_("If you should be able to, ask the person who looks after your account."),
        404: N_(
            "Check the address if you typed it. If a link brought you here, the record may have another reference."
        ),
        405: N_("Go back and use the buttons on the page."),
        409: N_("Look at it as it is now, then decide again."),
        410: N_("Nothing has been changed."),
        413: N_("Send a smaller file, or several."),
        421: N_("Use the address that the service printed when it started."),
        415: N_("Send it in the form that is asked for."),
        422: N_("Nothing has been changed."),
        429: N_("Wait some minutes, then try again."),
        500: N_(
            "Nothing was half done: what the ledger took is whole, and what it did not take is not there. Try "
            "again; if it happens again, tell the people who run the service and give them this reference."
        ),
        503: N_("Try again in a moment. What you sent lands once, however often you send the same form."),
    }
)
RETRY_AFTER = "2"
"""Seconds after which it is worth trying again where the service was too busy."""


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into an answer in words; redirects pass."""
    try:
        return await handler(request)
    except Refused as refused:
        log.info("refused", codes=[fault.code for fault in refused.faults])
        response = error_answer(request, refused.faults[0].status, refused.faults)
        if response.status == HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers[hdrs.RETRY_AFTER] = RETRY_AFTER
        return response
    except web.HTTPException as answer:
        if answer.status < HTTPStatus.BAD_REQUEST:
            raise
        response = error_answer(request, answer.status)
        if hdrs.ALLOW in answer.headers:
            response.headers[hdrs.ALLOW] = answer.headers[hdrs.ALLOW]
        return response
    except Exception:
        log.exception("failed")
        return error_answer(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def error_answer(request: web.Request, status: int, faults: Sequence[Fault] = ()) -> web.Response:
    """The answer for a status and the faults behind it, as a page or, under `/api/`, as a problem document."""
    heading = HEADINGS.get(status) or HEADINGS[400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500]
    if request.path.startswith("/api/"):
        return _problem(request, status, heading, faults)
    advice = ADVICE.get(status) or ADVICE[400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500]
    context = {"heading": heading, "advice": advice, "faults": faults, "error_status": status}
    return render(request, "shell/error.html", context, status=status)


def _problem(request: web.Request, status: int, heading: str, faults: Sequence[Fault]) -> web.Response:
    fields = ("code", "message", "where", "expected", "mend")
    body = {
        "type": "about:blank",
        "title": heading,
        "status": int(status),
        "detail": " ".join(spoken(fault.in_words()) for fault in faults) or ADVICE.get(status, ""),
        "request_id": request.get(REQUEST_ID, ""),
        "faults": [{name: getattr(fault, name) for name in fields} for fault in map(spoken_fault, faults)],
    }
    return web.Response(body=orjson.dumps(body), content_type="application/problem+json", status=status)
