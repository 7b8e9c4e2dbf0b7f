"""A PDF without structured data beside what its school should bill: taken as expected, or keyed line by line."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import asked
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from commissioning.ledger.said import said
from commissioning.web.forms.fields import ROW, Field, Rows, Section, Values, as_typed, pounds_typed
from commissioning.web.forms.form import Answer, Deed, Sheet
from commissioning.web.forms.kinds import Choice, Day, Money, Number, Text
from commissioning.web.language import N_, Labels, _
from commissioning.web.ledger_keys import READER, WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day, number, percent, pounds
from contracts.words import COMPONENTS
from invoices.expected.invoice import ExpectedInvoice
from invoices.expected.lines import ExpectedLine
from invoices.expected.words import line_in_words
from invoices.facts import BilledDocument, BilledLine, DocumentKind
from invoices.intake.commands import RefuseInvoiceFile
from invoices.intake.keying import record_keyed
from invoices.intake.pages.receiving import INTAKE
from invoices.keyed import Stated, confirmed, keyed_document
from invoices.pages.expected import day_asked
from invoices.pages.lines import expected_rows
from invoices.pages.waiting_file import (
    EVERY,
    WaitingFile,
    credits_by_agreement,
    day_and_position,
    document_expected,
    expected_by_agreement,
    file_asked_for,
    of_address,
)
from invoices.policy import may_see_invoices

_MOST_LINES = 400
NO_INVOICE = "no-invoice"
"""The code of what a person has found to be no invoice."""
_KINDS = Labels({"attendance": N_("On roll"), "notice": N_("Notice after leaving")})
_DAYS_HINT = N_("For example, 17/9/2026")
Places = Mapping[str, tuple[str, str | None]]
"""Agreement and placement by the code of a choice; no placement stands for the agreement's empty places."""


async def keying_page(request: web.Request) -> web.Response:
    """`/invoices/keying/{urn}/{sha256}`: the document, what is expected, and the ways to make an invoice of it."""
    question, file = await asked(request), await file_asked_for(request)
    reader, position, on = question.reader, question.as_at.position, day_asked(question)
    expected = await expected_by_agreement(reader, file.school.urn, on, position)
    place = "/placements/" if may_see_invoices(request[ACTOR]) else "/your-schools/"
    base, several = f"{file.address}/{position}", sum(bool(one.lines) for one in expected) > 1
    context = {
        **question.context(),
        "file": file,
        "day": on,
        "filters": [{"name": "at", "label": _("A day of the period that it bills"), "kind": "date"}],
        "groups": [_group(one, f"{base}/{{}}/{one.agreement_ref}/{on}", place) for one in expected],
        "draft": secrets.token_hex(16),
        "every": f"{base}/lines/{EVERY}/{on}",
        "several": several,
        "credits": [
            {"agreement": one.agreement_ref, "net": -one.net, "href": f"{base}/credit/{one.agreement_ref}/{on}"}
            for one in await credits_by_agreement(reader, file.school.urn, position)
        ],
    }
    return render(request, "invoices/keying.html", context)


async def send_back(request: web.Request) -> web.StreamResponse:
    """`POST …/back`: a person says that the file is no invoice; of it only the hash and this reason remain."""
    file, command_id = await file_asked_for(request), str((await request.post()).get("command_id", ""))
    if not re.fullmatch("[0-9a-f]{32}", command_id):
        raise Refused(Fault("command-id", "The form has lost its id.", mend="Open it anew.", status=400))
    command = RefuseInvoiceFile(provider_urn=file.school.urn, sha256=file.sha256, codes=(NO_INVOICE,))
    await request.app[WRITER].execute(command, command_id=command_id, account=request[ACTOR].account)
    request.app[INTAKE].files.forget(file.sha256)
    raise web.HTTPSeeOther("/invoices/send")


async def as_expected_sheet(request: web.Request) -> Sheet:
    """`…/as-expected/{agreement}/{day}`: the document is the expected invoice, which its total proves."""
    file, reader = await file_asked_for(request), request.app[READER]
    on, position = day_and_position(request)
    (expected,) = of_address(request, await expected_by_agreement(reader, file.school.urn, on, position))

    (shown,), _supplier = await document_expected(reader, file.school, [expected], on)

    def deed(values: Values, _version: int | None) -> Deed:
        if values["gross"] != shown.gross:
            raise Refused(
                Fault(
                    "gross-differs",
                    said("As expected the invoice comes to %(gross)s with VAT.", gross=pounds(shown.gross)),
                    "gross",
                    "the same total",
                    "Where the document says otherwise, go back and key its lines.",
                )
            )
        return _recording(replace(shown, number=values["number"], issued_on=values["issued_on"]), file)

    period = expected.period
    return Sheet(
        heading=_("It is as expected"),
        button=_("Take it in"),
        text=_(
            "%(lines)s lines of %(agreement)s, %(first)s to %(last)s: %(net)s net, %(vat)s VAT. Type what only the "
            "document says; its total shows that nothing in it differs.",
            lines=number(len(expected.lines)),
            agreement=expected.agreement_ref,
            first=day(period.first_day),
            last=day(period.last_day),
            net=pounds(shown.net),
            vat=pounds(shown.vat),
        ),
        sections=(Section(_("From the document"), (*_NAMES, Field("gross", _("Total with VAT"), Money(least=1)))),),
        deed=deed,
        costs=False,
        breadcrumbs=_crumbs(request, file, _("As expected")),
        beside=file.pictures,
    )


async def lines_sheet(request: web.Request) -> Sheet:
    """`…/lines/{agreement}/{day}`: each expected line confirmed or changed, others added."""
    file, reader = await file_asked_for(request), request.app[READER]
    on, position = day_and_position(request)
    expected = of_address(request, await expected_by_agreement(reader, file.school.urn, on, position))
    return await _keying(request, file, "invoice", expected)


async def credit_sheet(request: web.Request) -> Sheet:
    """`…/credit/{agreement}/{day}`: the document is a credit note; what is to be given back stands there to confirm."""
    file, reader = await file_asked_for(request), request.app[READER]
    _on, position = day_and_position(request)
    due = await credits_by_agreement(reader, file.school.urn, position)
    return await _keying(request, file, "credit_note", of_address(request, due))


async def _keying(
    request: web.Request, file: WaitingFile, kind: DocumentKind, expected: Sequence[ExpectedInvoice]
) -> Sheet:
    reader, (on, _position) = request.app[READER], day_and_position(request)
    documents, supplier = await document_expected(reader, file.school, expected, on)
    sign = -1 if kind == "credit_note" else 1
    offered = [_signed(line, sign) for document in documents for line in document.lines]
    titles = [_in_words(line, sign) for invoice in expected for line in invoice.lines]
    places = await _places_of(reader, file.school.urn)

    def deed(values: Values, _version: int | None) -> Deed:
        stated = Stated(kind=kind, **{name: value for name, value in values.items() if name in Stated._fields})
        lines = [*_confirmed(values, offered), *_added(values, places)]
        return _recording(keyed_document(stated, lines, (file.school.urn, file.school.facts.name), supplier), file)

    async def also(values: Values) -> list[Answer]:
        billed = {row[ROW] for row in values["expected"] if row["net"] is not None}
        left = [title for place, title in enumerate(titles) if place not in billed]
        return [Answer(_("Expected, and not in the document"), "; ".join(left) or _("Nothing"))] if titles else []

    credit = kind == "credit_note"
    return Sheet(
        heading=_("Key the lines of this credit note") if credit else _("Key the lines of this invoice"),
        button=_("Take it in"),
        text=_(
            "Type what the document says. Every line is then compared with the charges of its days, as that of any "
            "other invoice is."
        ),
        sections=(
            Section(_("From the document"), _totals(credit=credit)),
            *([_expected_section(titles, credit=credit)] if titles else []),
            _added_section(places),
        ),
        known=_known(offered),
        deed=deed,
        also=also,
        costs=False,
        breadcrumbs=_crumbs(request, file, _("Key its lines")),
        beside=file.pictures,
    )


_NAMES = (
    Field("number", N_("Invoice number"), Text(50, 20), N_("Exactly as the document has it")),
    Field("issued_on", N_("Date of the invoice"), Day(), _DAYS_HINT),
)


_VAT = (
    Field("vat_rate", N_("Rate of VAT"), Number(0, 100, 2, "%"), required=False),
    Field("vat", N_("VAT"), Money(least=None), required=False),
)


def _totals(*, credit: bool) -> tuple[Field, ...]:
    corrects = Field("corrects", _("Number of the invoice that it takes back"), Text(50, 20), required=False)
    return (
        *_NAMES,
        *([corrects] if credit else []),
        Field("net", _("Total without VAT"), Money()),
        Field("vat", _("VAT"), Money(), _("0 where there is none")),
        Field("gross", _("Total with VAT"), Money(least=1)),
    )


def _expected_section(titles: Sequence[str], *, credit: bool) -> Section:
    fields = (
        Field("first_day", _("From"), Day(), required=False),
        Field("last_day", _("To"), Day(), required=False),
        Field("net", _("Without VAT"), Money(least=0 if credit else None), required=False),
        *_VAT,
    )
    rows = Rows(
        "expected",
        _("Line"),
        fields,
        "",
        lambda row: f"{titles[row[ROW]]}: {_billed_in_words(row)}",
        titles=titles,
        most=max(len(titles), 1),
    )
    return Section(
        _("Credits that we ask for") if credit else _("Lines that we expect"),
        (rows,),
        _(
            "Change what the document says otherwise. Clear the amount of a line that is not in the document. A rate "
            "that is left blank is the one recorded of the school on the line's first day; VAT that is left blank is "
            "that rate of the line."
        ),
    )


def _added_section(places: Places) -> Section:
    options = {code: f"{ref or _('Empty places')}, {agreement}" for code, (agreement, ref) in places.items()}
    fields = (
        Field("place", _("For"), Choice(options, radios=False)),
        Field("component", _("What"), Choice(COMPONENTS, radios=False)),
        Field("kind", _("Days"), Choice(_KINDS, _("On roll"), radios=False), required=False),
        Field("first_day", _("From"), Day()),
        Field("last_day", _("To"), Day()),
        Field("net", _("Without VAT"), Money(least=None)),
        *_VAT,
    )
    rows = Rows(
        "added",
        _("Other line"),
        fields,
        _("Add another line"),
        lambda row: f"{options.get(row['place'], '')}, {COMPONENTS[row['component']]}: {_billed_in_words(row)}",
        most=_MOST_LINES,
    )
    return Section(
        _("Other lines"),
        (rows,),
        _(
            "Lines of the document that are not above. Leave them blank if there are none. A rate that is left blank "
            "is the one recorded of the school on the line's first day; VAT that is left blank is that rate of the "
            "line."
        ),
    )


def _in_words(line: ExpectedLine, sign: int) -> str:
    words = line_in_words(line.key)
    return f"{words[:1].upper()}{words[1:]}: {pounds(sign * line.net)}"


def _billed_in_words(row: Values) -> str:
    if row["net"] is None:
        return _("not in the document")
    told = [pounds(row["net"])]
    if row["first_day"] is not None and row["last_day"] is not None:
        told.append(_("%(first)s to %(last)s", first=day(row["first_day"]), last=day(row["last_day"])))
    if row["vat"] is not None:
        told.append(_("VAT %(amount)s", amount=pounds(row["vat"])))
    if row["vat_rate"] is not None:
        told.append(_("VAT at %(rate)s", rate=percent(row["vat_rate"], 2)))
    return ", ".join(told)


def _known(offered: Sequence[BilledLine]) -> dict[str, str]:
    """What stands in the form when it is drawn: the expected lines, each with the rate recorded of the school then."""
    known = {"vat": "" if any(line.vat_rate for line in offered) else "0"}
    for place, line in enumerate(offered):
        known |= {
            f"expected.{place}.first_day": as_typed(line.first_day),
            f"expected.{place}.last_day": as_typed(line.last_day),
            f"expected.{place}.net": pounds_typed(line.net),
            f"expected.{place}.vat_rate": as_typed(line.vat_rate),
        }
    return known


def _confirmed(values: Values, offered: Sequence[BilledLine]) -> list[BilledLine]:
    """The expected lines that the document has, as it has them."""
    found, faults = [], []
    for row in values["expected"] if offered else ():
        first, last, net = row["first_day"], row["last_day"], row["net"]
        if net is None:
            continue
        if first is None or last is None or first > last:
            faults.append(_days_missing(f"expected.{row[ROW]}.last_day"))
            continue
        faults += _rate_missing(row, f"expected.{row[ROW]}.vat_rate")
        found.append(replace(confirmed(offered[row[ROW]], first, last, net), vat_rate=row["vat_rate"], vat=row["vat"]))
    if faults:
        raise Refused(*faults)
    return found


def _added(values: Values, places: Places) -> list[BilledLine]:
    found, faults = [], []
    for row in values["added"]:
        agreement, placement = places[row["place"]]
        if row["first_day"] > row["last_day"]:
            faults.append(_days_missing(f"added.{row[ROW]}.last_day"))
        faults += _rate_missing(row, f"added.{row[ROW]}.vat_rate")
        found.append(
            BilledLine(
                number=1,
                text="",
                placement_ref=placement,
                agreement_ref=agreement,
                component=row["component"],
                kind="void" if placement is None else row["kind"] or "attendance",
                first_day=row["first_day"],
                last_day=row["last_day"],
                net=row["net"],
                vat_rate=row["vat_rate"],
                vat=row["vat"],
            )
        )
    if faults:
        raise Refused(*faults)
    return found


def _rate_missing(row: Values, where: str) -> list[Fault]:
    """VAT on a line has a rate: a fault where an amount stands beside none."""
    if not row["vat"] or row["vat_rate"]:
        return []
    return [Fault("vat-rate", "There is VAT, so it has a rate.", where, "a rate such as 20")]


def _days_missing(where: str) -> Fault:
    return Fault("days", "A line has a first and a last day, in this order.", where, "the days that the line bills")


async def _places_of(reader: Reader, urn: int) -> Places:
    """What the school can bill: its placements under each of its agreements, and the empty places of those."""
    rows = await reader.query(
        "SELECT DISTINCT s.agreement_ref, s.placement_ref FROM charges_series s "
        "JOIN contracts_agreement a ON a.book = s.book AND a.ref = s.agreement_ref "
        "WHERE s.book = ? AND a.provider_urn = ?",
        (await reader.number(), urn),
    )
    listed = sorted(((row[0], row[1]) for row in rows), key=lambda one: (one[1] is None, one[1] or "", one[0]))
    return {f"{agreement} {placement or '-'}": (agreement, placement) for agreement, placement in listed}


def _signed(line: BilledLine, sign: int) -> BilledLine:
    """A line that is to be credited as a credit note states it: above nought."""
    return line if sign > 0 else replace(line, net=-line.net, quantity=None, unit=None, rate=None)


def _recording(document: BilledDocument, file: WaitingFile) -> Deed:
    return lambda work: record_keyed(document, file.school.urn, file.sha256, work)


def _group(invoice: ExpectedInvoice, address: str, place: str) -> dict[str, Any]:
    return {
        "agreement": invoice.agreement_ref,
        "first_day": invoice.period.first_day,
        "last_day": invoice.period.last_day,
        "rows": expected_rows(invoice.lines, place),
        "net": invoice.net,
        "as_expected": address.format("as-expected") if invoice.lines and invoice.net > 0 else "",
        "lines": address.format("lines"),
    }


def _crumbs(request: web.Request, file: WaitingFile, last: str) -> list[tuple[str, str | None]]:
    home = (_("Home"), "/") if may_see_invoices(request[ACTOR]) else (_("Your schools"), "/your-schools")
    return [home, (_("Send invoices"), "/invoices/send"), (_("Key an invoice"), file.address), (last, None)]
