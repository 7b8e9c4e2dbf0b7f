"""What every answer carries and every request must show, so that a page runs only our scripts and only for us.

Content security, framing, sniffing and referrer headers; refusal of foreign host names and of forms that another
site sent; refusal to listen beyond this machine while no https address is set.
"""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said

INLINE_SCRIPT = (
    "document.body.className += ' js-enabled' + "
    "('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '');"
)
"""GOV.UK's one inline line, which switches its components on. A test holds it to the page it comes from."""
INLINE_SCRIPT_HASH = "sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw="

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; script-src 'self' '{INLINE_SCRIPT_HASH}'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
ATTACHMENT_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""Content security policy of a file that somebody uploaded: whatever it is, it runs nothing."""

SAFE_METHODS = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on any answer; a handler's own stricter ones stay. Pages are never kept."""
    del request
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    response.headers.popall(hdrs.SERVER, None)


async def ask_for_https(request: web.Request, response: web.StreamResponse) -> None:
    """Has browsers ask for this host over https alone for two years, where that is how it is reached."""
    del request
    response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


def same_site_only(host_names: frozenset[str]) -> Middleware:
    """Refuse requests for a foreign host name, and changes that another site's page asks for."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = urlsplit(f"//{request.headers.get(hdrs.HOST, '')}").hostname or ""
        if host not in host_names:
            raise Refused(
                Fault(
                    "host_name",
                    "This service does not answer under that name.",
                    expected=said("one of %(host_names)s", host_names=", ".join(sorted(host_names))),
                    status=421,
                )
            )
        if request.method not in SAFE_METHODS and _from_elsewhere(request):
            raise Refused(
                Fault(
                    "other_site",
                    "The form was sent by a page of another site, so nothing was changed.",
                    mend="Open the page here and send the form from it.",
                    status=403,
                )
            )
        return await handler(request)

    return guard


def refuse_public_host(host: str) -> None:
    """Let the server listen on this machine only, where it speaks http that everybody on the way could read.

    Raises `Refused` for any host but `localhost` and the loopback addresses.
    """
    if host == "localhost":
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise Refused(
        Fault(
            "public_host",
            said(
                "The service will not listen on %(host)s: it has no sign-in that is safe from there.",
                host=host or said("every address"),
            ),
            expected="127.0.0.1, ::1 or localhost",
            mend="Leave --host out, or set COMMISSIONING_ADDRESS to the https address of the proxy before it.",
            status=500,
        )
    )


def surely_from_here(request: web.Request) -> bool:
    """Whether a browser says that a page of ours sent this, which is more than that no other page did."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get(hdrs.ORIGIN)
    return (site is not None or origin is not None) and site in (None, "same-origin") and not _from_elsewhere(request)


def _from_elsewhere(request: web.Request) -> bool:
    """Whether a browser says that another origin's page sent this. Programs send neither header."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get(hdrs.ORIGIN)
    return origin is not None and urlsplit(origin).netloc != request.headers.get(hdrs.HOST)
