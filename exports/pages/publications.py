"""`/publications`: what must be published or sent in, each with what it holds back and its files."""

from aiohttp import web

from commissioning.charges.pages.asked import asked
from commissioning.web.rendering import render
from exports.pages.years import year_options

SHOWN = (
    ("contracts", "Contracts register", "Agreements of £5,000 a year and more, for the Transparency Code."),
    ("foi", "Average fee by need", "What people ask under the Freedom of Information Act."),
    ("spend_500", "Spend over £500", "Payments to schools, for the Transparency Code."),
    ("payments_30k", "Payments over £30,000", "Payments under newer contracts, for the Procurement Act."),
    ("payment_times", "How fast invoices are paid", "Mean days, and shares in 30, 60 and more, twice a year."),
    ("s251", "Section 251, line 1.2.3", "What education bears at independent and non-maintained schools, by phase."),
    ("sen2", "SEN2 placements", "A row for each placement, for the department alone: it is not for the public."),
)
"""Each publication that can be made from what the ledger holds: its name, its title and what it is for."""


async def publications_page(request: web.Request) -> web.Response:
    """The publications of a year."""
    question = await asked(request)
    rows = [
        {
            "title": {"text": title, "href": question.link("reports", "publication", name=name)},
            "what": what,
            "file": {"text": "XLSX", "href": question.link("reports", "publication.xlsx", name=name)},
        }
        for name, title, what in SHOWN
    ]
    context = {**question.context(), "rows": rows, "filters": [await year_options(question)]}
    return render(request, "exports/publications.html", context)
