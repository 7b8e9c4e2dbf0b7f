"""The page of what an event is about, from the name of its stream."""

from typing import Any

from commissioning.charges.pages.asked import Asked
from commissioning.web.language import N_, _

_PAGES = {
    "placement": ("placements", N_("Placement")),
    "agreement": ("agreements", N_("Agreement")),
    "provider": ("schools", N_("School")),
    "uplift_round": ("uplifts/rounds", N_("Uplift round")),
    "uplift": ("uplifts/requests", N_("Uplift")),
}


def stream_link(question: Asked, stream: str) -> dict[str, Any]:
    """A link to the placement, agreement, school or calendar of a stream."""
    kind, _colon, key = stream.partition(":")
    if kind == "price_bands":
        return {"text": _("National price bands"), "href": question.link("price-bands")}
    if kind == "calendar":
        return {"text": _("Term calendar %(key)s", key=key), "href": question.link("calendars") + f"#{key}"}
    page, words = _PAGES.get(kind, ("", ""))
    return {"text": f"{_(words)} {key}", "href": question.link(*page.split("/"), key)} if page else {"text": stream}
