"""The page of what an event is about, from the name of its stream."""

from typing import Any

from commissioning.charges.pages.asked import Asked

_PAGES = {
    "placement": ("placements", "Placement"),
    "agreement": ("agreements", "Agreement"),
    "provider": ("schools", "School"),
    "uplift_round": ("uplifts/rounds", "Uplift round"),
    "uplift": ("uplifts/requests", "Uplift"),
}


def stream_link(question: Asked, stream: str) -> dict[str, Any]:
    """A link to the placement, agreement, school or calendar of a stream."""
    kind, _, key = stream.partition(":")
    if kind == "price_bands":
        return {"text": "National price bands", "href": question.link("price-bands")}
    if kind == "calendar":
        return {"text": f"Term calendar {key}", "href": question.link("calendars") + f"#{key}"}
    page, words = _PAGES.get(kind, ("", ""))
    return {"text": f"{words} {key}", "href": question.link(*page.split("/"), key)} if page else {"text": stream}
