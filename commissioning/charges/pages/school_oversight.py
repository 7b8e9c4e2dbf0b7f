"""What the page of a school shows of its oversight: inspections, documents, suspensions, visits, contact persons."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked
from commissioning.ledger.vault.vault import Vault
from commissioning.web.language import _
from commissioning.web.ledger_keys import VAULT
from commissioning.web.permissions import ACTOR
from providers.bank.policy import may_see_how_bank_details_end
from providers.oversight import words
from providers.oversight.facts import Contact, Document, Inspection, Visit
from providers.oversight.judging import judged, newest_documents, validity
from providers.oversight.oversight import Oversight
from providers.oversight.policy import may_oversee_schools, may_see_contacts
from providers.oversight.queries import mark_as_at
from providers.provider import Provider


async def oversight_context(
    request: web.Request, question: Asked, school: Provider, oversight: Oversight | None
) -> dict[str, Any]:
    """Everything of the school's oversight, as the template shows it."""
    known = oversight or Oversight(school.urn)
    mark = await mark_as_at(question.reader, question.as_at.position)
    may_see = may_see_contacts(request[ACTOR])
    return {
        "outcome": judged(oversight, school.facts.inspection_grade, mark, question.day),
        "outcome_words": words.OUTCOMES,
        "mark": words.MARKS[mark],
        "inspections": [_inspection(question, school.urn, one) for one in reversed(known.inspections)],
        "documents": _documents(question, school.urn, known.documents),
        "suspension": known.suspension_on(question.day),
        "suspensions": [_suspension(question, known, place) for place in reversed(range(len(known.suspensions)))],
        "permissions": [{"placement": one.placement_ref, "reason": one.reason} for one in known.permissions],
        "visits": [_visit(question, school.urn, one) for one in reversed(known.visits)],
        "actions": _actions(question, known),
        "may_see_contacts": may_see,
        "may_see_bank_details": may_see_how_bank_details_end(request[ACTOR]),
        "contacts": [_contact(question, school.urn, request.app[VAULT], one) for one in known.contacts]
        if may_see
        else [],
        "may_oversee": question.as_at.latest and may_oversee_schools(request[ACTOR]),
    }


def _inspection(question: Asked, urn: int, one: Inspection) -> dict[str, Any]:
    safeguarding = {True: _("Effective"), False: {"tag": _("Not effective"), "colour": "red"}, None: _("Not said")}
    report = one.report_ref
    return {
        "inspected_on": one.inspected_on,
        "body": words.BODIES[one.body],
        "outcome": words.OUTCOMES[one.outcome],
        "safeguarding": safeguarding[one.safeguarding_effective],
        "published_on": one.published_on,
        "report": {"text": report, "href": report} if report and report.startswith("https://") else report,
        "correct": _deed(
            question, _("Correct"), urn, "inspections", "record", inspected_on=one.inspected_on, body=one.body
        ),
        "withdraw": _deed(question, _("Withdraw"), urn, "inspections", one.inspected_on, one.body, "withdraw"),
    }


def _documents(question: Asked, urn: int, documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Every document, those that count first; one that another took the place of is said to be replaced."""
    newest = newest_documents(documents, question.day)
    rows = []
    for one in sorted(documents, key=lambda each: (words.DOCUMENTS[each.kind], -each.valid_from.toordinal())):
        text, colour = words.VALIDITIES[validity(one, question.day)]
        replaced = one.valid_from <= question.day and newest.get(one.kind) != one
        rows.append(
            {
                "kind": words.DOCUMENTS[one.kind],
                "state": {"tag": _("Replaced"), "colour": "grey"} if replaced else {"tag": text, "colour": colour},
                "reference": one.reference,
                "valid_from": one.valid_from,
                "valid_until": one.valid_until,
                "checked": one.checked_on,
                "checked_by": question.names.get(one.checked_by, one.checked_by),
                "correct": _deed(
                    question, _("Correct"), urn, "documents", "record", kind=one.kind, valid_from=one.valid_from
                ),
                "withdraw": _deed(question, _("Withdraw"), urn, "documents", one.kind, one.valid_from, "withdraw"),
            }
        )
    return rows


def _suspension(question: Asked, known: Oversight, place: int) -> dict[str, Any]:
    one = known.suspensions[place]
    holds = known.suspension_on(question.day) == one
    future = one.suspended_from > question.day
    tag = (_("In force"), "red") if holds else (_("Not begun yet"), "blue") if future else (_("Over"), "grey")
    return {
        "suspended_from": one.suspended_from,
        "suspended_until": one.suspended_until,
        "state": {"tag": tag[0], "colour": tag[1]},
        "reason": one.reason,
    }


def _visit(question: Asked, urn: int, one: Visit) -> dict[str, Any]:
    return {
        "visited_on": one.visited_on,
        "findings": one.findings,
        "correct": _deed(question, _("Correct"), urn, "visits", "record", visited_on=one.visited_on),
    }


def _actions(question: Asked, known: Oversight) -> list[dict[str, Any]]:
    rows = []
    for one in sorted(known.actions, key=lambda each: (each.done_on is not None, each.due_on, each.number)):
        late = one.done_on is None and one.due_on < question.day
        tag = (_("Done"), "green") if one.done_on else (_("Late"), "red") if late else (_("Open"), "yellow")
        rows.append(
            {
                "number": one.number,
                "what": one.what,
                "owner": one.owner,
                "due_on": one.due_on,
                "done_on": one.done_on,
                "state": {"tag": tag[0], "colour": tag[1]},
                "visited_on": one.visited_on,
                "done": None
                if one.done_on
                else _deed(question, _("Record as done"), known.urn, "actions", one.number, "done"),
            }
        )
    return rows


def _contact(question: Asked, urn: int, vault: Vault, one: Contact) -> dict[str, Any]:
    """A contact person by name, or that the name was destroyed since."""
    opened = (
        {field: vault.open(one.contact, field, sealed) for field, sealed in one.sealed.items()}
        if vault.holds(one.contact)
        else {}
    )
    return {
        "contact": one.contact,
        "post": words.POSTS[one.post],
        "name": opened.get("name") or _("Removed since"),
        "email": opened.get("email"),
        "telephone": opened.get("telephone"),
        "correct": _deed(question, _("Change"), urn, "contacts", one.contact, "record"),
        "remove": _deed(question, _("Remove"), urn, "contacts", one.contact, "remove"),
    }


def _deed(question: Asked, text: str, urn: int, *parts: object, **query: object) -> dict[str, str]:
    """A link to a form of the school."""
    return {"text": text, "href": question.link("schools", urn, *parts, **query)}
