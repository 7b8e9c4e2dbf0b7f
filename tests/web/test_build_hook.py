"""The build hook: what it takes out of the packages, and what makes it stop."""

import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
CURE = "hatchling, which runs the hook, is missing: pip install hatchling"
BUILT = ROOT / "commissioning/web/static/built"


@pytest.fixture
def hook() -> ModuleType:
    """hatch_build.py as a module."""
    if importlib.util.find_spec("hatchling") is None:
        if os.environ.get("CI") == "true":
            pytest.fail(CURE)
        pytest.skip(CURE)
    specification = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_font_crest_and_crown_are_taken_out(hook: ModuleType) -> None:
    """What belongs to GOV.UK alone leaves the style sheet and nothing else does."""
    css = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/light.woff2)}"
        ".a{font-family:GDS Transport,arial,sans-serif;color:red}"
        ".govuk-footer__crown{margin:0}@media print{.govuk-header__logotype:last-child{top:0}.b{top:1px}}"
        ".c:before{-webkit-mask-image:url(/assets/images/govuk-crest.svg);color:blue}"
        ".d{background:url(/assets/images/icon-document.svg)}/*# sourceMappingURL=x.map */"
    )
    made = hook.made_fit(css)
    assert made == (
        ".a{font-family:Arial,Helvetica,sans-serif;color:red}@media print{.b{top:1px}}"
        ".c:before{background-image:none;color:blue}.d{background:url(images/icon-document.svg)}"
    )
    assert hook.icons_named(made) == {"icon-document.svg"}


@pytest.mark.parametrize("address", ["https://example.org/x.svg", "data:image/png;base64,x", "../x.svg", "x.svg"])
def test_an_address_outside_our_icons_stops_the_build(hook: ModuleType, address: str) -> None:
    """No style sheet may ask another site for anything."""
    with pytest.raises(hook.AssetsUnfitError, match="not an icon"):
        hook.icons_named(f".a{{background:url({address})}}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.css", "font-family:Arial,Helvetica,sans-serif;x:GDS Transport"),
        ("a.css", "font-family:Arial,Helvetica,sans-serif;url(/assets/images/x.svg)"),
        ("a.css", "font-family:Verdana"),
        ("a.js", "//# sourceMappingURL=a.js.map"),
        ("govuk-crest.svg", "<svg/>"),
        ("light.woff2", ""),
    ],
)
def test_anything_unfit_stops_the_build(hook: ModuleType, tmp_path: Path, name: str, text: str) -> None:
    """A new release of a package that brings its font or crest back by another way is noticed."""
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(hook.AssetsUnfitError):
        hook.refuse_unfit(tmp_path)


def test_the_built_assets_are_fit_and_current(hook: ModuleType) -> None:
    """What this installation serves passes the hook's own check and was made from the files that stand here."""
    hook.refuse_unfit(BUILT)
    assert (BUILT / hook.STAMP).read_text("utf-8").strip() == hook.fingerprint(ROOT), (
        "the assets are older than the hook or the lock: pip install -e '.[test]'"
    )


def test_the_font_of_pdfs_is_brought_with_its_licence(hook: ModuleType) -> None:
    """The typefaces and what allows us to give them on stand where PDFs are made."""
    assert {path.name for path in (ROOT / hook.LETTERS).iterdir()} == {Path(name).name for name in hook.FONTS}


def test_the_lock_pins_by_integrity_and_names_no_registry() -> None:
    """The packages are those we looked at, from whatever registry npm is set to."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages["node_modules/govuk-frontend"]["version"] == "6.3.0"
    assert packages["node_modules/@ministryofjustice/frontend"]["version"] == "11.1.0"
    assert packages["node_modules/dejavu-fonts-ttf"]["version"] == "2.37.3"
    for entry in packages.values():
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry
