"""The page of what an event is about, from the name of its stream."""

from typing import Any

from commissioning.charges.pages.asked import Asked
from exports.words import stream_in_words

_PAGES = {
    "placement": "placements",
    "agreement": "agreements",
    "provider": "schools",
    "uplift_round": "uplifts/rounds",
    "uplift": "uplifts/requests",
}


def stream_link(question: Asked, stream: str) -> dict[str, Any]:
    """A link to the placement, agreement, school or calendar of a stream."""
    kind, _colon, key = stream.partition(":")
    words = {"text": stream_in_words(stream)}
    if kind == "price_bands":
        return {**words, "href": question.link("price-bands")}
    if kind == "calendar":
        return {**words, "href": question.link("calendars") + f"#{key}"}
    return {**words, "href": question.link(*_PAGES[kind].split("/"), key)} if kind in _PAGES else words
