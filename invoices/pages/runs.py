"""`/invoices/runs`: what waits for a payment run, the runs that were made, and each with its invoices."""

from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import TODAY, Asked, asked
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.web.forms.fields import Field, Rows, Section, Values, as_typed
from commissioning.web.forms.form import Answer, Deed, Sheet, asking
from commissioning.web.forms.kinds import Choice, Day, Text
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day, number, pounds
from invoices import commands
from invoices.coded_lines import paid_lines, uncoded
from invoices.held import PaymentColumn
from invoices.invoice import INVOICES
from invoices.pages.lines import invoice_row, part_row
from invoices.payment_file import LAYOUT_KEY, NO_LAYOUTS, PAYMENT_LAYOUTS
from invoices.policy import may_release_payments
from invoices.queries import Listed, Run, approved_by, released_in, run_of, runs, waiting_for_a_run
from invoices.run import schools_to_pay
from invoices.words import PAYMENT_FACTS

FILES = (
    ("headers", N_("Oracle Fusion: invoice headers")),
    ("lines", N_("Oracle Fusion: invoice lines")),
    ("payments", N_("Any other finance system: one plain file")),
)
"""The files of a run that the finance system loads, by their names in addresses."""


async def runs_page(request: web.Request) -> web.Response:
    """What waits, and every run."""
    question = await asked(request)
    approved_by_others = await _approved_by_others(question.reader, request[ACTOR].account)
    waiting = _to_release(approved_by_others)
    credit = [one for one in approved_by_others if one not in waiting]
    others = [one for one in await waiting_for_a_run(question.reader) if one not in approved_by_others]
    gross = _gross(waiting)
    context = {
        **question.context(),
        "waiting": [invoice_row(one, question.link("invoices", one.key)) for one in waiting],
        "credit": [invoice_row(one, question.link("invoices", one.key)) for one in credit],
        "others": len(others),
        "gross": gross,
        "make": f"/invoices/runs/new/{gross}" if gross > 0 and may_release_payments(request[ACTOR]) else "",
        "columns": "/invoices/runs/columns" if may_release_payments(request[ACTOR]) else "",
        "runs": [_row(question, run) for run in await runs(question.reader)],
    }
    return render(request, "invoices/runs.html", context)


async def run_page(request: web.Request) -> web.Response:
    """`/invoices/runs/{run}`: its control totals, its invoices, its files and what can be done with it."""
    question = await asked(request)
    run = await _run(request)
    found = await released_in(question.reader, run.key)
    paid = [one for one in found if one.paid_on is not None]
    may = may_release_payments(request[ACTOR]) and run.reversed_on is None
    layouts = await question.reader.state(PAYMENT_LAYOUTS, LAYOUT_KEY, question.as_at.position) or NO_LAYOUTS
    files = [*FILES, ("mapped", N_("Your finance system's own columns"))] if layouts.on(run.pay_on) else FILES
    schools = sorted({(one.invoice.provider_name, one.invoice.provider_urn) for one in found})
    context = {
        **question.context(),
        "run": run,
        "files": [] if run.reversed_on else [(_(text), f"/invoices/runs/{run.key}/{name}.csv") for name, text in files],
        "advice": []
        if run.reversed_on
        else [(name, f"/invoices/runs/{run.key}/remittance/{urn}.pdf") for name, urn in schools],
        "uncoded": [] if run.reversed_on else await _uncoded(question, run, [one.invoice.key for one in found]),
        "every_advice": f"/invoices/runs/{run.key}/remittances.pdf",
        "rows": [part_row(one, question.link("invoices", one.invoice.key)) for one in found],
        "tiles": [
            {
                "label": _("Invoices"),
                "value": number(run.invoices),
                "note": _("%(count)s paid", count=number(len(paid))),
            },
            {"label": _("Net"), "value": pounds(run.net)},
            {"label": _("VAT"), "value": pounds(run.vat)},
            {
                "label": _("Gross"),
                "value": pounds(run.gross),
                "note": _("to be paid on %(day)s", day=day(run.pay_on)),
            },
        ],
        "deeds": _deeds_of(run, paid=len(paid), of=len(found)) if may else [],
    }
    return render(request, "invoices/run.html", context)


def _deeds_of(run: Run, *, paid: int, of: int) -> list[dict[str, str]]:
    """What can be done with a run: it is recorded as paid until all of it is, and taken back while nothing is."""
    deeds = []
    if paid < of:
        deeds.append({"text": _("Record that it was paid"), "href": f"/invoices/runs/{run.key}/paid"})
    if paid == 0:
        deeds.append({"text": _("Take the run back"), "href": f"/invoices/runs/{run.key}/reverse"})
    return deeds


async def make_run_sheet(request: web.Request) -> Sheet:
    """`/invoices/runs/new/{gross}`: everything that waits goes into a run; `gross` is what the page showed."""
    reader, gross = request.app[READER], int(request.match_info["gross"])
    waiting = _to_release(await _approved_by_others(reader, request[ACTOR].account))
    if not waiting:
        raise Refused(
            Fault(
                "nothing-waits",
                "Nothing that others approved waits for a run.",
                mend="Have invoices approved by somebody else first.",
                status=409,
            )
        )
    if _gross(waiting) != gross:
        raise Refused(
            Fault("waiting-moved", "Other invoices wait now than the page showed.", mend="Look again.", status=409)
        )
    schools = {one.provider_urn for one in waiting}

    def deed(values: Values, _version: int | None) -> Deed:
        keys = tuple(one.key for one in waiting)
        return lambda work: work.execute(
            commands.MakePaymentRun(run=work.command_id, pay_on=values["pay_on"], invoices=keys)
        )

    async def also(_values: Values) -> list[Answer]:
        return [
            Answer(_("Invoices and credits"), number(len(waiting))),
            Answer(_("Schools"), number(len(schools))),
            Answer(_("Gross"), pounds(gross)),
        ]

    return Sheet(
        heading=_("Make a payment run"),
        button=_("Release it for payment"),
        text=_(
            "%(count)s approved invoices and credits, %(gross)s with VAT. Nothing that you approved yourself is among "
            "them.",
            count=number(len(waiting)),
            gross=pounds(gross),
        ),
        sections=(Section(_("When"), (Field("pay_on", _("To be paid on"), Day(), _("For example, 17/9/2026")),)),),
        known={"pay_on": as_typed(request.app[TODAY]())},
        deed=deed,
        also=also,
        costs=False,
        places={"pay-on": "pay_on"},
        breadcrumbs=[*_crumbs(), (_("Make a run"), None)],
    )


async def columns_sheet(request: web.Request) -> Sheet:
    """`/invoices/runs/columns`: which columns the finance system wants in its file, in order."""
    reader, today = request.app[READER], request.app[TODAY]()
    layouts = await reader.state(PAYMENT_LAYOUTS, LAYOUT_KEY, await reader.end()) or NO_LAYOUTS
    facts = {str(code): words for code, words in PAYMENT_FACTS.items()}
    known = {"effective_on": as_typed(today)}
    for place, column in enumerate(layouts.on(today)):
        known |= {f"columns.{place}.{name}": getattr(column, name) for name in ("heading", "holds", "text")}

    def deed(values: Values, _version: int | None) -> Deed:
        columns = tuple(
            PaymentColumn(heading=row["heading"], holds=row["holds"], text=row["text"] or "")
            for row in values["columns"]
        )
        command = commands.MapPaymentFile(effective_on=values["effective_on"], columns=columns)
        return lambda work: work.execute(command)

    return Sheet(
        heading=_("Columns of your finance system's payment file"),
        button=_("Set the columns"),
        text=_("A run is then also offered as CSV with these headings, in this order, a row for each approved line."),
        sections=(
            Section("", (Field("effective_on", _("For runs that are paid from"), Day(), _("For example, 1/4/2026")),)),
            Section(
                _("Columns, from left to right"),
                (
                    Rows(
                        "columns",
                        _("Column"),
                        (
                            Field("heading", _("Heading"), Text(60, 20)),
                            Field("holds", _("What it holds"), Choice(facts, radios=False)),
                            Field("text", _("The text, if always the same"), Text(60, 10), required=False),
                        ),
                        _("Add another column"),
                        lambda row: f"{row['heading']}: {row['text'] or facts[row['holds']]}",
                        most=60,
                    ),
                ),
            ),
        ),
        known=known,
        deed=deed,
        stream=PAYMENT_LAYOUTS.stream(LAYOUT_KEY),
        costs=False,
        breadcrumbs=[*_crumbs(), (_("Columns"), None)],
    )


async def reverse_run_sheet(request: web.Request) -> Sheet:
    """`/invoices/runs/{run}/reverse`: takes a run back."""
    run = await _run(request)
    return Sheet(
        heading=_("Take back the run of %(day)s", day=day(run.made_on)),
        button=_("Take it back"),
        text=_(
            "All %(count)s invoices of it, %(gross)s, wait for another run. Tell whoever loads the files into the "
            "finance system.",
            count=number(run.invoices),
            gross=pounds(run.gross),
        ),
        deed=asking(commands.ReversePaymentRun, run=run.key),
        costs=False,
        breadcrumbs=[*_crumbs(), (_("Take back"), None)],
    )


async def paid_sheet(request: web.Request) -> Sheet:
    """`/invoices/runs/{run}/paid`: what the finance system paid of a run, and when."""
    run = await _run(request)
    found = [one for one in await released_in(request.app[READER], run.key) if one.paid_on is None]

    def deed(values: Values, _version: int | None) -> Deed:
        reference = values["reference"] or ""
        asked_for = [
            commands.RecordPayment(invoice=one.invoice.key, run=run.key, paid_on=values["paid_on"], reference=reference)
            for one in found
        ]

        def record(work: Any) -> None:
            for command in asked_for:
                work.execute(command)

        return record

    return Sheet(
        heading=_("Record the payment of the run of %(day)s", day=day(run.made_on)),
        button=_("Record it"),
        text=_("%(count)s invoices of it are not recorded as paid.", count=number(len(found))),
        sections=(
            Section(
                _("The payment"),
                (
                    Field("paid_on", _("Paid on"), Day(), _("For example, 17/9/2026")),
                    Field("reference", _("Reference of the bank"), Text(50, 20), required=False),
                ),
            ),
        ),
        known={"paid_on": as_typed(run.pay_on)},
        deed=deed,
        costs=False,
        breadcrumbs=[*_crumbs(), (_("Paid"), None)],
    )


async def _uncoded(question: Asked, run: Run, keys: list[str]) -> list[str]:
    """What of a run stands in the files without a code of the finance system, which may then refuse them."""
    invoices = await question.reader.states(INVOICES, keys, OPEN_POSITION)
    return uncoded(await paid_lines(question.reader, list(invoices.values()), run.key, question.as_at.position))


async def _approved_by_others(reader: Reader, account: str) -> list[Listed]:
    """What waits for a run and was approved by others."""
    own = await approved_by(reader, account)
    return [one for one in await waiting_for_a_run(reader) if one.key not in own]


def _to_release(waiting: list[Listed]) -> list[Listed]:
    """What of it can go into a run now: of schools that are owed more than they are to give back."""
    to_pay = schools_to_pay((one.provider_urn, one.waiting + one.waiting_vat) for one in waiting)
    return [one for one in waiting if one.provider_urn in to_pay]


async def _run(request: web.Request) -> Run:
    reader, key = request.app[READER], request.match_info["run"]
    found = await run_of(reader, key)
    if found is None:
        raise Refused(Fault("not-found", "There is no such payment run.", mend="Look in their list.", status=404))
    return found


def _row(question: Asked, run: Run) -> dict[str, Any]:
    return {
        "made_on": {"text": day(run.made_on), "href": question.link("invoices", "runs", run.key)},
        "pay_on": run.pay_on,
        "invoices": number(run.invoices),
        "net": run.net,
        "gross": run.gross,
        "state": {"tag": _("Taken back"), "colour": "red"}
        if run.reversed_on
        else {"tag": _("Released"), "colour": "blue"},
    }


def _gross(found: list[Listed]) -> int:
    return sum(one.waiting + one.waiting_vat for one in found)


def _crumbs() -> list[tuple[str, str | None]]:
    return [(_("Home"), "/"), (_("Invoices"), "/invoices"), (_("Payment runs"), "/invoices/runs")]
