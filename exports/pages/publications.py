"""`/publications`: what must be published or sent in, with its files, and what officers decide of single payments."""

import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from commissioning.charges.pages.asked import COUNCIL, Asked, asked
from commissioning.ledger.errors import Fault, Refused
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from exports.files import name_of, write_releases
from exports.leaving.facts import ExportedFile
from exports.monthly_pack import TITLE
from exports.pages.files import hand_out_as
from exports.pages.years import year_options
from exports.publications.contracts_register import contracts_register
from exports.publications.open_contracting import REPORT, release_package
from exports.redactions.commands import DecideRedaction
from exports.redactions.policy import may_decide_redactions
from exports.redactions.queries import Payment, payments
from exports.words import REPORTS

_KEY = re.compile(r"[0-9a-f]{32}")
SHOWN = (
    ("contracts", N_("Contracts register"), N_("Agreements of £5,000 a year and more, for the Transparency Code.")),
    ("foi", N_("Average fee by need"), N_("What people ask under the Freedom of Information Act.")),
    ("spend_500", N_("Spend over £500"), N_("Payments to schools, for the Transparency Code.")),
    ("payments_30k", N_("Payments over £30,000"), N_("Payments under newer contracts, for the Procurement Act.")),
    ("payment_times", N_("How fast invoices are paid"), N_("Mean days, and shares in 30, 60 and more, twice a year.")),
    (
        "s251",
        N_("Section 251, line 1.2.3"),
        N_("What education bears at independent and non-maintained schools, by phase."),
    ),
    (
        "sen2",
        N_("SEN2 placements"),
        N_("A row for each placement, for the department alone: it is not for the public."),
    ),
)
"""Each publication that can be made from what the ledger holds: its name, its title and what it is for."""

RELEASES = N_(
    "The contracts register as open data. It is a draft layout: check it with the standard's own tools before you "
    "publish it."
)
PACKS = (
    ("xlsx", N_("Budgets, commitments by school, what moved and empty places, with small numbers withheld.")),
    ("pdf", N_("The same to read: without the lists of single children that finance has.")),
)
"""The forms in which the monthly pack can be published, and what it is in each."""


async def publications_page(request: web.Request) -> web.Response:
    """The publications of a year."""
    question = await asked(request)
    rows = [
        {
            "title": {"text": _(title), "href": question.link("reports", "publication", name=name)},
            "what": _(what),
            "file": {"text": "XLSX", "href": question.link("reports", "publication.xlsx", name=name)},
        }
        for name, title, what in SHOWN
    ]
    rows.append(
        {
            "title": REPORTS[REPORT],
            "what": _(RELEASES),
            "file": {"text": "JSON", "href": question.link("publications", "ocds.json")},
        }
    )
    rows += [
        {
            "title": {"text": _(TITLE), "href": question.link("budget")},
            "what": _(what),
            "file": {"text": form.upper(), "href": question.link(f"pack.{form}", variant="publish")},
        }
        for form, what in PACKS
    ]
    single = [one for one in await payments(question.reader, question.as_at, question.period) if one.single]
    context = {
        **question.context(),
        "rows": rows,
        "filters": [await year_options(question)],
        "payments": [_payment(question, one) for one in sorted(single, key=lambda one: not one.waits)],
        "waiting": sum(one.waits for one in single),
        "may_decide": question.as_at.latest and may_decide_redactions(request[ACTOR]),
        "command_id": secrets.token_hex(16),
    }
    return render(request, "exports/publications.html", context)


async def open_contracting_file(request: web.Request) -> web.Response:
    """`/publications/ocds.json`: the releases of the contracts of a period."""
    question, council = await asked(request), request.config_dict[COUNCIL]
    register = await contracts_register(question.reader, question.as_at, question.period, question.filters)
    package = release_package(register, council)

    def write(path: Path) -> ExportedFile:
        return write_releases(package, register, path)

    return await hand_out_as(request, name_of(register, council, "json", REPORT, "publish"), "json", write)


async def decide_redaction(request: web.Request) -> web.Response:
    """Records what an officer decided of a payment, and shows the publications again."""
    form = await request.post()
    invoice, drawn = str(form.get("invoice", "")), str(form.get("command_id", ""))
    if not (_KEY.fullmatch(invoice) and _KEY.fullmatch(drawn)):
        raise Refused(Fault("not-found", "There is no such payment.", invoice[:40], status=404))
    command = DecideRedaction(invoice=invoice, name_withheld=form.get("name") != "published")
    command_id = f"{drawn}-{command.invoice[:12]}-{command.name_withheld}"
    await request.app[WRITER].execute(command, command_id=command_id, account=request[ACTOR].account)
    raise web.HTTPSeeOther(f"/publications?{urlencode({'year': str(form.get('year', ''))})}#payments")


def _payment(question: Asked, one: Payment) -> dict[str, Any]:
    listed = one.invoice
    state = _("Name withheld") if one.name_withheld else _("Published with its name")
    return {
        "key": listed.key,
        "number": {"text": one.part.number, "href": question.link("invoices", listed.key)},
        "school": listed.provider_name,
        "paid_on": one.part.paid_on,
        "amount": one.part.net,
        "state": _("Waits for a decision") if one.waits else state,
        "waits": one.waits,
        "name_withheld": one.name_withheld,
    }
