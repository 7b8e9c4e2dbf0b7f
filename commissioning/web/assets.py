"""The style sheets, scripts and icons that pages ask for, held in memory and served for ever by their content.

All files share one address prefix made from a hash of all of them: when one changes every address changes, and
relative addresses inside style sheets and modules keep working.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import hdrs, web

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said

STATIC = Path(__file__).parent / "static"
NEEDED = ("built/govuk-frontend.css", "built/govuk-frontend.js", "built/moj-frontend.css")
FOR_EVER = "public, max-age=31536000, immutable"

mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent; `zipped` is empty where it would not be shorter."""

    body: bytes
    content_type: str
    zipped: bytes = b""


class Assets:
    """Every static file of the shell, and the handler that serves them."""

    def __init__(self, files: dict[str, bytes]) -> None:
        digest = hashlib.sha256()
        for name in sorted(files):
            digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
        self.fingerprint = digest.hexdigest()[:16]
        self._assets = {name: _asset(name, body) for name, body in files.items()}

    @classmethod
    def load(cls, made: dict[str, str], folder: Path = STATIC) -> "Assets":
        """Read `folder` and add the files that are `made` from settings (name to text).

        Raises `Refused` when the installation has not built the third-party files.
        """
        missing = [name for name in NEEDED if not (folder / name).is_file()]
        if missing:
            raise Refused(
                Fault(
                    "assets_missing",
                    said(
                        "The style sheets and scripts of the pages are not there (%(missing)s).",
                        missing=", ".join(missing),
                    ),
                    where=str(folder),
                    mend="Install the product again, which builds them: pip install -e . (it needs the npm "
                    "registry once).",
                    status=500,
                )
            )
        paths = [path for path in folder.rglob("*") if path.suffix in {".css", ".js", ".svg"}]
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        return cls(files | {name: text.encode() for name, text in made.items()})

    def address(self, name: str) -> str:
        """The address of a file for a page; a name that does not exist is a fault of the template."""
        if name not in self._assets:
            raise KeyError(f"there is no static file {name!r}")
        return f"/static/{self.fingerprint}/{name}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer `/static/FINGERPRINT/NAME`; an old fingerprint gets the present file, not to be kept."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        current = request.match_info["fingerprint"] == self.fingerprint
        response = web.Response(body=asset.body, content_type=asset.content_type, charset="utf-8")
        if asset.zipped:
            response.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
            if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
                response.body = asset.zipped
                response.headers[hdrs.CONTENT_ENCODING] = "gzip"
        response.headers[hdrs.CACHE_CONTROL] = FOR_EVER if current else "no-cache"
        return response


def _asset(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    zipped = gzip.compress(body, mtime=0)
    return Asset(body, kind, zipped if len(zipped) < len(body) else b"")
