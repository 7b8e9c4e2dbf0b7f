"""Pictures of a running service on three screens, for a person to look at, with what axe finds on the way.

Visits the given paths, every link of the main menu, and the first link of each table found there:
`python -m tests.screenshots --url http://127.0.0.1:8000 --out pictures`.
"""

import asyncio
import re
import sys
from pathlib import Path

import click
from playwright.async_api import Browser

from tests.web.browser import SCREENS, Tab, open_browser, open_tab

LINKS = """() => [
  ...document.querySelectorAll(".govuk-service-navigation__list a"),
  ...[...document.querySelectorAll("table")].map((table) => table.querySelector("tbody a")).filter(Boolean),
].map((link) => link.getAttribute("href"))"""


async def paths_of(browser: Browser, url: str, wanted: list[str]) -> list[str]:
    """The wanted paths and what their menu and tables lead to, each once, in order."""
    found = list(dict.fromkeys(wanted))
    async with open_tab(browser, "desktop") as tab:
        for number, path in enumerate([*found, *[""] * 60]):
            path = path or (found[number] if number < len(found) else "")  # noqa: PLW2901
            if not path:
                break
            await tab.go(url + path, scripted=False)
            links = [link for link in await tab.page.evaluate(LINKS) if link and link.startswith("/")]
            found += [link for link in dict.fromkeys(links) if link not in found]
    return found


def name_of(path: str) -> str:
    """A file name for a path."""
    return re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")[:80] or "home"


async def picture(tab: Tab, address: str, file: Path) -> list[str]:
    """Save the whole page as a picture and give what is wrong with it."""
    tab.said.clear()
    await tab.page.goto(address)
    await tab.page.wait_for_timeout(150)
    await tab.page.screenshot(path=file, full_page=True)
    return await tab.faults()


async def take(url: str, out: Path, wanted: list[str], *, follow: bool) -> int:
    """Take every picture; the number of faults found."""
    count = 0
    async with open_browser() as browser:
        paths = await paths_of(browser, url, wanted) if follow else wanted
        for screen in SCREENS:
            async with open_tab(browser, screen) as tab:
                for path in paths:
                    width = SCREENS[screen]["viewport"]["width"]
                    file = out / f"{name_of(path)}-{width}.png"
                    faults = await picture(tab, url + path, file)
                    count += len(faults)
                    click.echo(f"{file.name}  {path}")
                    for fault in faults:
                        click.echo(f"    {fault}")
    return count


@click.command()
@click.option("--url", required=True, help="Where the service runs.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the pictures.")
@click.option("--path", "paths", multiple=True, default=["/"], help="A path to visit; may be given again.")
@click.option("--follow/--no-follow", default=True, help="Visit what menus and tables lead to.")
def main(url: str, out: Path, paths: tuple[str, ...], follow: bool) -> None:
    """Take pictures of pages at 320, 390 and 1280 pixels; exit 1 when a page has faults."""
    out.mkdir(parents=True, exist_ok=True)
    faults = asyncio.run(take(url.rstrip("/"), out, list(paths), follow=follow))
    click.echo(f"{faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
