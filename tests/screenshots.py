"""Pictures of a running service on three screens, for a person to look at, with what axe finds on the way.

Visits the given paths, every link of the main menu, and the first link of each table found there:
`python -m tests.screenshots --url http://127.0.0.1:8000 --out pictures`. The pages of value alone, for whoever reviews
them: `--value`. Of a demonstration it is the commissioner who looks, or whoever `--as` names.
"""

import asyncio
import re
import sys
from pathlib import Path
from typing import Any

import click
from playwright.async_api import Browser

from tests.web.browser import SCREENS, Tab, open_browser, open_tab

VALUE = (
    "/compare",
    "/compare?within=need&spread=yes",
    "/compare?over=term",
    "/compare/what-if?agreement=BLK-01&model=spot",
    "/compare/scenarios?agreement=BLK-01&agreement=FW-01&model=spot",
    "/voids?reference=spot",
    "/bridge",
    "/bridge?from_year=2025/26&year=2026/27",
    "/forecast?uplift_low=2&uplift_high=5",
    "/year-groups",
    "/compare/local-first",
    "/uplifts",
    "/scenarios",
    "/views",
)
"""The pages that say which way of buying is better value."""
LINKS = """() => [
  ...document.querySelectorAll(".govuk-service-navigation__list a"),
  ...[...document.querySelectorAll("table")].map((table) => table.querySelector("tbody a")).filter(Boolean),
].map((link) => link.getAttribute("href"))"""


async def signed_in(browser: Browser, url: str, role: str) -> Any:
    """What a browser holds after somebody of a role came in; nothing where the service asks for no role."""
    async with open_tab(browser, "desktop") as tab:
        await tab.page.goto(f"{url}/sign-in")
        door = tab.page.get_by_role("button", name=role, exact=True)
        if await door.count():
            await tab.press(door)
        return await tab.page.context.storage_state()


async def paths_of(browser: Browser, url: str, wanted: list[str], state: Any) -> list[str]:
    """The wanted paths and what their menu and tables lead to, each once, in order."""
    found = list(dict.fromkeys(wanted))
    async with open_tab(browser, "desktop", storage_state=state) as tab:
        for number, path in enumerate([*found, *[""] * 60]):
            path = path or (found[number] if number < len(found) else "")  # noqa: PLW2901
            if not path:
                break
            await tab.go(url + path, scripted=False)
            links = [link for link in await tab.page.evaluate(LINKS) if link and link.startswith("/")]
            kinds = {kind_of(path) for path in found}
            found += list({kind_of(link): link for link in reversed(links) if kind_of(link) not in kinds}.values())
    return found


def kind_of(path: str) -> str:
    """What page a path leads to, whichever record it is of."""
    return re.sub(r"[^/?=&]*\d[^/?=&]*", "*", path)


def name_of(path: str) -> str:
    """A file name for a path."""
    return re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")[:80] or "home"


async def picture(tab: Tab, address: str, file: Path) -> list[str]:
    """Save the whole page as a picture and give what is wrong with it."""
    tab.said.clear()
    await tab.page.goto(address, timeout=60_000)
    await tab.page.wait_for_timeout(150)
    await tab.page.screenshot(path=file, full_page=True)
    return await tab.faults()


async def take(url: str, out: Path, wanted: list[str], role: str, *, follow: bool) -> int:
    """Take every picture; the number of faults found."""
    count = 0
    async with open_browser() as browser:
        state = await signed_in(browser, url, role)
        paths = await paths_of(browser, url, wanted, state) if follow else wanted
        for screen in SCREENS:
            async with open_tab(browser, screen, storage_state=state) as tab:
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
@click.option("--value", is_flag=True, help="The pages of value alone.")
@click.option("--as", "role", default="Commissioner", show_default=True, help="Who looks at a demonstration.")
def main(url: str, out: Path, paths: tuple[str, ...], follow: bool, value: bool, role: str) -> None:
    """Take pictures of pages at 320, 390 and 1280 pixels; exit 1 when a page has faults."""
    out.mkdir(parents=True, exist_ok=True)
    wanted = VALUE if value else paths
    faults = asyncio.run(take(url.rstrip("/"), out, list(wanted), role, follow=follow and not value))
    click.echo(f"{faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
