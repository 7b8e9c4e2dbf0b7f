"""What the page of a school shows of its oversight: inspections, documents, suspensions, visits, contact persons."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked
from commissioning.ledger.vault.vault import Vault
from commissioning.web.ledger_keys import VAULT
from commissioning.web.permissions import ACTOR
from providers.oversight import words
from providers.oversight.facts import Contact, Document, Inspection
from providers.oversight.judging import judged, newest_documents, validity
from providers.oversight.oversight import Oversight
from providers.oversight.policy import may_oversee_schools, may_see_contacts
from providers.oversight.queries import mark_as_at
from providers.provider import Provider


async def oversight_context(
    request: web.Request, question: Asked, school: Provider, oversight: Oversight | None, version: int
) -> dict[str, Any]:
    """Everything of the school's oversight, as the template shows it; `version` is that of its stream."""
    known = oversight or Oversight(school.urn)
    mark = await mark_as_at(question.reader, question.as_at.position)
    may_see = may_see_contacts(request[ACTOR])
    return {
        "outcome": judged(oversight, school.facts.inspection_grade, mark, question.day),
        "outcome_words": words.OUTCOMES,
        "mark": words.MARKS[mark],
        "inspections": [_inspection(one) for one in reversed(known.inspections)],
        "documents": _documents(question, known.documents),
        "suspension": known.suspension_on(question.day),
        "suspensions": [_suspension(question, known, place) for place in reversed(range(len(known.suspensions)))],
        "permissions": [{"placement": one.placement_ref, "reason": one.reason} for one in known.permissions],
        "visits": [{"visited_on": one.visited_on, "findings": one.findings} for one in reversed(known.visits)],
        "actions": _actions(question, known),
        "may_see_contacts": may_see,
        "contacts": [_contact(request.app[VAULT], one) for one in known.contacts] if may_see else [],
        "may_oversee": question.as_at.latest and may_oversee_schools(request[ACTOR]),
        "oversight_version": version,
    }


def _inspection(one: Inspection) -> dict[str, Any]:
    safeguarding = {True: "Effective", False: {"tag": "Not effective", "colour": "red"}, None: "Not said"}
    report = one.report_ref
    return {
        "inspected_on": one.inspected_on,
        "body": words.BODIES[one.body],
        "outcome": words.OUTCOMES[one.outcome],
        "safeguarding": safeguarding[one.safeguarding_effective],
        "published_on": one.published_on,
        "report": {"text": report, "href": report} if report and report.startswith("https://") else report,
    }


def _documents(question: Asked, documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Every document, those that count first; one that another took the place of is said to be replaced."""
    newest = newest_documents(documents, question.day)
    rows = []
    for one in sorted(documents, key=lambda each: (words.DOCUMENTS[each.kind], -each.valid_from.toordinal())):
        text, colour = words.VALIDITIES[validity(one, question.day)]
        replaced = one.valid_from <= question.day and newest.get(one.kind) != one
        rows.append(
            {
                "kind": words.DOCUMENTS[one.kind],
                "state": {"tag": "Replaced", "colour": "grey"} if replaced else {"tag": text, "colour": colour},
                "reference": one.reference,
                "valid_from": one.valid_from,
                "valid_until": one.valid_until,
                "checked": one.checked_on,
                "checked_by": question.names.get(one.checked_by, one.checked_by),
            }
        )
    return rows


def _suspension(question: Asked, known: Oversight, place: int) -> dict[str, Any]:
    one = known.suspensions[place]
    holds = known.suspension_on(question.day) == one
    future = one.suspended_from > question.day
    tag = ("In force", "red") if holds else ("Not begun yet", "blue") if future else ("Over", "grey")
    return {
        "suspended_from": one.suspended_from,
        "suspended_until": one.suspended_until,
        "state": {"tag": tag[0], "colour": tag[1]},
        "reason": one.reason,
    }


def _actions(question: Asked, known: Oversight) -> list[dict[str, Any]]:
    rows = []
    for one in sorted(known.actions, key=lambda each: (each.done_on is not None, each.due_on, each.number)):
        late = one.done_on is None and one.due_on < question.day
        tag = ("Done", "green") if one.done_on else ("Late", "red") if late else ("Open", "yellow")
        rows.append(
            {
                "number": one.number,
                "what": one.what,
                "owner": one.owner,
                "due_on": one.due_on,
                "done_on": one.done_on,
                "state": {"tag": tag[0], "colour": tag[1]},
                "visited_on": one.visited_on,
            }
        )
    return rows


def _contact(vault: Vault, one: Contact) -> dict[str, Any]:
    """A contact person by name, or that the name was destroyed since."""
    opened = (
        {field: vault.open(one.contact, field, sealed) for field, sealed in one.sealed.items()}
        if vault.holds(one.contact)
        else {}
    )
    return {
        "contact": one.contact,
        "post": words.POSTS[one.post],
        "name": opened.get("name", "Removed since"),
        "email": opened.get("email"),
        "telephone": opened.get("telephone"),
    }
