"""`/pupils/{key}`: a pupil without a name: the placements, and everything that was recorded of the pupil's details."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from commissioning.charges import places
from commissioning.charges.pages.asked import Asked, asked, no_such
from commissioning.charges.pages.showing import tag_of
from commissioning.charges.places import Wanted
from commissioning.ledger.events import Recorded
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.time import instant_from_text
from commissioning.placements.events import PupilDetailsChanged, PupilIdentified, SealedFieldsOpened
from commissioning.placements.facts import PupilField
from commissioning.placements.pupil import PUPILS
from commissioning.placements.words import NEEDS, PUPIL_EVENT_TITLES, PUPIL_FIELDS, pupil_in_words
from commissioning.web.language import _
from commissioning.web.rendering import render


async def pupil_page(request: web.Request) -> web.Response:
    """The page. That somebody looked at the details is part of it, their reason is not: it is sealed too."""
    question, key = await asked(request), request.match_info["key"]
    position = question.as_at.position
    recorded = await question.reader.history(PUPILS.stream(key), position)
    known = await question.reader.state(PUPILS, key, OPEN_POSITION)
    if not recorded or known is None:
        raise no_such(said("pupil"), key[:8], said("Placements"))
    found = await places.places(question.reader, position, question.day, Wanted((("pupil", (key,)),)))
    rows = [
        {
            "placement": {"text": place.ref, "href": question.link("placements", place.ref)},
            "school": {"text": place.provider_name, "href": question.link("schools", place.provider_urn)},
            "need": NEEDS.get(place.need, place.need),
            "start_on": place.first_day,
            "end_on": place.last_day,
            "state": tag_of(place.state_on(question.day)),
        }
        for place in found
    ]
    words = pupil_in_words(known)
    context = {
        **question.context(),
        "pupil": f"{words[:1].upper()}{words[1:]}",
        "rows": rows,
        "events": [_entry(question, entry) for entry in reversed(recorded)],
    }
    return render(request, "charges/pupil.html", context)


def _entry(question: Asked, entry: Recorded) -> dict[str, Any]:
    """An event of the pupil as the timeline shows it: which details, never what they say."""
    name = type(entry.event).__name__
    return {
        "title": PUPIL_EVENT_TITLES.get(name, name),
        "at": instant_from_text(entry.recorded_at),
        "by": question.names.get(entry.account, entry.account),
        "effective_on": entry.event.effective_on,
        "position": entry.position,
        "receipt": question.link("events", entry.position),
        "text": _fields(entry),
        "changes": [],
    }


def _fields(entry: Recorded) -> str:
    match entry.event:
        case SealedFieldsOpened(fields=fields):
            return _("Looked at: %(fields)s.", fields=_named(fields))
        case PupilIdentified(sealed=sealed) | PupilDetailsChanged(sealed=sealed):
            return _("Sealed: %(fields)s.", fields=_named(tuple(sealed)))
        case _:
            return ""


def _named(fields: Sequence[PupilField]) -> str:
    return ", ".join(words.lower() for field, words in PUPIL_FIELDS.items() if field in fields)
