"""What a council sets about its pages: its name, its colours, who may knock and where the main menu leads."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from gettext import NullTranslations
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.support import Translations

from commissioning.ledger.actor import Actor
from commissioning.ledger.counted import LOCALE
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.web.language import _

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One link of the main menu. It is shown as current on `href` and on every page below it.

    It is shown to those whom `policy` allows, which is the policy of the page it leads to. `text` is marked with `N_`.
    """

    text: str
    href: str
    policy: Callable[[Actor], bool] = bool

    def holds(self, path: str) -> bool:
        """Whether a page at `path` belongs to this part of the service."""
        if self.href == "/":
            return path == "/"
        return path == self.href or path.startswith(self.href.rstrip("/") + "/")


@dataclass(frozen=True, slots=True)
class Brand:
    """A council's colours, as CSS colours. `brand` carries white text, so it must be dark (contrast 4.5 : 1)."""

    brand: str = "#0b4f4a"
    surface: str = "#f3f7f6"
    surface_border: str = "#b3cbc7"

    def as_css(self) -> str:
        """The style sheet that dresses GOV.UK's components in these colours."""
        return (
            f":root{{--govuk-brand-colour:{self.brand};"
            f"--govuk-surface-background-colour:{self.surface};"
            f"--govuk-surface-border-colour:{self.surface_border};"
            f"--govuk-template-background-colour:{self.surface}}}\n"
        )


@dataclass(frozen=True, slots=True)
class ShellSettings:
    """The council and the service as every page shows them.

    `host_names` are the names (without port) that a request may ask for; others are refused, so that a
    stranger's web page cannot reach a service on this machine by pointing its own name at it. `note` stands
    in the footer: the demonstration says there that its people and schools are invented. `https` says that browsers
    reach the service so. `search` names what can be looked for on every page and where the words are sent.
    `translations` has the pages' own words in another language.
    """

    council: str = "Norrowshire County Council"
    service: str = "Commissioning"
    brand: Brand = Brand()
    menu: tuple[MenuItem, ...] = ()
    search: MenuItem | None = None
    note: str = ""
    host_names: frozenset[str] = LOOPBACK_NAMES
    https: bool = False
    translations: NullTranslations = field(default_factory=NullTranslations)

    def menu_of(self, actor: Actor | None) -> tuple[MenuItem, ...]:
        """The links that lead the actor somewhere; none for whoever is not signed in."""
        return tuple(_said(item) for item in self.menu if actor is not None and item.policy(actor))

    def search_of(self, actor: Actor | None) -> MenuItem | None:
        """The search box, for those whom it leads somewhere."""
        return _said(self.search) if self.search and actor is not None and self.search.policy(actor) else None

    def home_of(self, actor: Actor | None) -> str:
        """The first page that the actor may see."""
        items = self.menu_of(actor)
        return items[0].href if items else "/account"


def _said(item: MenuItem) -> MenuItem:
    """A link as it is shown to whoever is answered."""
    return replace(item, text=_(item.text))


def translations_of(catalogue: Path | None) -> NullTranslations:
    """The pages' own words in another language, of a catalogue that Babel compiled; `Refused` where it is none."""
    if catalogue is None:
        return NullTranslations()
    try:
        with catalogue.open("rb") as file:
            translations = Translations(file)
        Locale.parse(translations.info().get("language") or LOCALE)
    except (OSError, ValueError, UnicodeDecodeError, UnknownLocaleError) as fault:
        message = said("The catalogue of translations cannot be read: %(fault)s.", fault=fault)
        mend = said("Compile one with “pybabel compile”, or leave COMMISSIONING_TRANSLATIONS blank for English pages.")
        raise Refused(Fault("catalogue", message, where=str(catalogue), mend=mend)) from fault
    return translations
