"""The forms of invoices: agree the expected one, approve, query, answer, settle, check again, take out."""

from aiohttp import web

from commissioning.charges.pages.asked import TODAY, day_of
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.work import Command, UnitOfWork
from commissioning.web.forms.fields import Field, Section, Values, as_typed, pounds_typed
from commissioning.web.forms.form import Answer, Deed, Sheet, asking
from commissioning.web.forms.kinds import Choice, Day, Money, Paragraph, Text
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from commissioning.web.words import day, pounds
from invoices import commands
from invoices.amounts import as_amounts
from invoices.expected.lines import key_of_line
from invoices.expected.words import line_in_words
from invoices.held import LineAmount
from invoices.invoice import INVOICES, Invoice
from invoices.pages.query import amounts_in_words, begun_small
from invoices.pages.scope import must_be_seen, schools_of
from invoices.pages.xray import heading_of
from invoices.policy import may_see_invoices
from invoices.queries import expectation, invoice_with_history
from invoices.query import Query
from invoices.words import CODES
from providers.provider import Provider

SEALED_HINT = N_("Finance and the school read it; it is sealed under the pupil's key.")
VAT_HINT = N_("If you are registered for VAT, your VAT number as it stands on your certificate, and since which day.")
Crumbs = list[tuple[str, str | None]]
_REASONS = ("RTE-1", "PLC-1", "PLC-2", "PRD-1", "PRD-2", "HRS-1", "DUP-1", "DUP-2", "DUP-3", "REF-1", "BNK-1")
"""Why a line is queried by a person. VAT is queried by itself (vat_queries.py); sums that are wrong come no further."""


async def agree_sheet(request: web.Request) -> Sheet:
    """`/invoices/expected/{agreement}/{day}/{net}/agree`: the expected invoice as it was shown becomes one."""
    reader, ref = request.app[READER], request.match_info["agreement"]
    on, net = day_of("day", request.match_info["day"]), int(request.match_info["net"])
    position = (await reader.as_at()).position
    found = await expectation(reader, ref, on, position)
    schools = await schools_of(reader, request[ACTOR], position)
    if found is None or found.invoice.provider_urn not in schools:
        raise Refused(Fault("not-found", "There is no such agreement.", ref[:40], status=404))
    period = found.invoice.period
    school = schools[found.invoice.provider_urn].facts.name

    def deed(values: Values, _version: int | None) -> Deed:
        return lambda work: work.execute(
            commands.AgreeExpectedInvoice(invoice=work.command_id, agreement_ref=ref, day=on, net=net, **values)
        )

    async def also(_values: Values) -> list[Answer]:
        return [
            Answer(_("School"), school),
            Answer(
                _("For"),
                _(
                    "%(agreement)s, %(first)s to %(last)s",
                    agreement=ref,
                    first=day(period.first_day),
                    last=day(period.last_day),
                ),
            ),
            Answer(_("Lines"), str(len(found.invoice.lines))),
            Answer(_("Net"), pounds(found.invoice.net)),
        ]

    return Sheet(
        heading=_("Agree this invoice"),
        button=_("Agree and send it"),
        text=_(
            "%(school)s bills %(net)s without VAT for %(first)s to %(last)s, line by line as shown. It becomes "
            "an invoice of the school under the number that the school gives it.",
            school=school,
            net=pounds(net),
            first=day(period.first_day),
            last=day(period.last_day),
        ),
        sections=(
            Section(
                _("Your invoice"),
                (
                    Field("number", _("Invoice number"), Text(50, 20), _("As it stands in your own books")),
                    Field("issued_on", _("Date of the invoice"), Day(), _("For example, 17/9/2026")),
                ),
            ),
        ),
        known={"issued_on": as_typed(request.app[TODAY]())},
        deed=deed,
        also=also,
        costs=False,
        places={"expected-moved": "number"},
        breadcrumbs=_home(request, [(_("Expected invoices"), _expected(request)), (_("Agree"), None)]),
    )


async def approve_sheet(request: web.Request) -> Sheet:
    """`/invoices/{invoice}/approve`: everything that may be paid and is not disputed."""
    invoice, school = await invoice_asked(request)
    net, vat = sum(invoice.payable.values()), sum(invoice.payable_vat.values())
    text = _(
        "%(name)s is paid %(net)s and %(vat)s of VAT.",
        name=school.facts.name,
        net=pounds(invoice.sign * net),
        vat=pounds(invoice.sign * vat),
    )
    if disputed := invoice.disputes.pence:
        text = f"{text} {_('%(amount)s is disputed and waits.', amount=pounds(disputed))}"
    if held := sum(invoice.held_vat.values()):
        text = f"{text} {_('%(amount)s of VAT is held by the checks.', amount=pounds(held))}"
    return _asked(request, invoice, _("Approve"), _("Approve it"), commands.ApproveInvoice, text)


async def check_sheet(request: web.Request) -> Sheet:
    """`/invoices/{invoice}/check`: every check again, with what is known now."""
    invoice, _rest = await invoice_asked(request)
    text = _("Every check is made again with the placements and prices as they are recorded now.")
    return _asked(request, invoice, _("Check again"), _("Check it again"), commands.CheckInvoiceAgain, text)


async def void_sheet(request: web.Request) -> Sheet:
    """`/invoices/{invoice}/void`: takes an invoice out."""
    invoice, _rest = await invoice_asked(request)
    text = _("It stands no more: its days can be billed again. What happened with it stays in the history.")
    return _asked(request, invoice, _("Take out"), _("Take it out"), commands.VoidInvoice, text)


async def query_sheet(request: web.Request) -> Sheet:
    """`/invoices/{invoice}/query`: disputes an amount of a line with the school."""
    invoice, school = await invoice_asked(request)
    if invoice.document is None:
        raise nothing_to_ask()
    offered = {str(line.number): line_in_short(invoice, line.number) for line in invoice.document.lines}
    found = [one for one in invoice.findings if one.line is not None and one.money > 0 and one.code in _REASONS]
    known = {"line": str(found[0].line), "amount": pounds_typed(found[0].money), "code": found[0].code} if found else {}

    def deed(values: Values, version: int | None) -> Deed:
        amounts = (LineAmount(line=int(values["line"]), pence=values["amount"]),)
        command = commands.QueryLines(
            invoice=invoice.key, expected_version=version, code=values["code"], amounts=amounts
        )
        return with_words(command, invoice.key, len(invoice.queries) + 1, values)

    return Sheet(
        heading=_("Query a line of %(invoice)s", invoice=heading_of(invoice)),
        button=_("Send the query"),
        text=_(
            "%(name)s sees at once, on its own pages, what is disputed and why. The rest is paid as far as the checks "
            "let it stand.",
            name=school.facts.name,
        ),
        sections=(
            Section(
                _("What is disputed"),
                (
                    Field("line", _("Line"), Choice(offered, radios=len(offered) <= 5)),  # noqa: PLR2004 - as many fit
                    Field("amount", _("How much of it"), Money(least=1), _("Without VAT")),
                    Field("code", _("Why"), Choice({code: CODES[code] for code in _REASONS}, radios=False)),  # type: ignore[index]  # the codes themselves
                    words_field(_("What the school should know")),
                ),
            ),
        ),
        known=known,
        deed=deed,
        stream=INVOICES.stream(invoice.key),
        places={"query-amount": "amount", "line-unknown": "line"},
        costs=False,
        breadcrumbs=home_crumbs(request, invoice, _("Query")),
    )


async def answer_sheet(request: web.Request) -> Sheet:
    """`/invoices/{invoice}/queries/{query}/answer`: what the school says to a query."""
    invoice, _rest = await invoice_asked(request)
    query = _query(invoice, request)
    return Sheet(
        heading=_("Answer our question about %(invoice)s", invoice=heading_of(invoice)),
        button=_("Send the answer"),
        text=_asked_in_words(query),
        sections=(
            Section(
                _("Your answer"),
                (
                    Field(
                        "gives_credit",
                        _("What do you say?"),
                        Choice(_answers(query)),
                    ),
                    words_field(_("Anything to add"), _(VAT_HINT) if query.code == "VAT-1" else ""),
                ),
            ),
        ),
        deed=lambda values, _version: with_words(
            commands.AnswerQuery(invoice=invoice.key, query=query.number, gives_credit=values["gives_credit"] == "yes"),
            invoice.key,
            query.number,
            values,
        ),
        stream=INVOICES.stream(invoice.key),
        costs=False,
        breadcrumbs=home_crumbs(request, invoice, _("Answer")),
    )


async def settle_sheet(request: web.Request) -> Sheet:
    """`/invoices/{invoice}/queries/{query}/settle`: how much of a dispute is owed after all."""
    invoice, _rest = await invoice_asked(request)
    query = _query(invoice, request)

    def deed(values: Values, _version: int | None) -> Deed:
        owed = tuple(LineAmount(line=line, pence=values[f"owed_{line}"]) for line in sorted(query.amounts))
        owed_vat = as_amounts(query.vat) if values.get("owed_vat") == "all" else ()
        command = commands.SettleQuery(invoice=invoice.key, query=query.number, owed=owed, owed_vat=owed_vat)
        return with_words(command, invoice.key, query.number, values)

    fields = tuple(
        Field(
            f"owed_{line}",
            _("Owed of %(line)s", line=line_in_short(invoice, line)),
            Money(least=0),
            _("%(amount)s is disputed", amount=pounds(amount)),
        )
        for line, amount in sorted(query.amounts.items())
    )
    if query.vat:
        fields = (*fields, _vat_settled_field(query))
    return Sheet(
        heading=_("Settle query %(query)s on %(invoice)s", query=query.number, invoice=heading_of(invoice)),
        button=_("Settle it"),
        text=_(
            "%(asked)s What is owed can be approved up to the charge, VAT as far as the checks let it stand; the rest "
            "is not paid.",
            asked=_asked_in_words(query),
        ),
        sections=(Section(_("What is owed after all"), (*fields, words_field(_("Why, in words")))),),
        known={"owed_vat": "none"} if query.gives_credit else {},
        deed=deed,
        stream=INVOICES.stream(invoice.key),
        costs=False,
        breadcrumbs=home_crumbs(request, invoice, _("Settle")),
    )


async def write_sheet(request: web.Request) -> Sheet:
    """`/invoices/{invoice}/queries/{query}/write`: words to the other side, without an answer or an end."""
    invoice, school = await invoice_asked(request)
    query = _query(invoice, request)
    to_school = may_see_invoices(request[ACTOR])
    return Sheet(
        heading=_("Write about %(invoice)s", invoice=heading_of(invoice)),
        button=_("Send it"),
        text=_asked_in_words(query),
        sections=(
            Section(
                "",
                (
                    Field(
                        "words",
                        _("To %(name)s", name=school.facts.name) if to_school else _("To the council"),
                        Paragraph(),
                        SEALED_HINT,
                    ),
                ),
            ),
        ),
        deed=asking(commands.WriteQueryWords, invoice=invoice.key, query=query.number),
        stream=INVOICES.stream(invoice.key),
        costs=False,
        breadcrumbs=home_crumbs(request, invoice, _("Write")),
    )


def words_field(label: str, hint: str = "") -> Field:
    """Asks for words that stand with a query."""
    return Field("words", label, Paragraph(), f"{hint} {_(SEALED_HINT)}".strip(), required=False)


def _answers(query: Query) -> dict[str, str]:
    """What a school may say to a query."""
    if query.is_of_vat_alone:
        return {"yes": _("You are right: we withdraw this VAT"), "no": _("We stand by this VAT")}
    return {"yes": _("You are right: we give a credit"), "no": _("We stand by what we billed")}


def _vat_settled_field(query: Query) -> Field:
    """Asks whether the VAT that was disputed is owed."""
    vat = pounds(sum(query.vat.values()))
    options = {
        "all": _("It is owed: %(amount)s", amount=vat),
        "none": _("It is not owed: %(amount)s is not paid", amount=vat),
    }
    notes = {"all": _("Only what the checks let stand is paid. Record a VAT number that the school gave first.")}
    return Field("owed_vat", _("The VAT that is disputed"), Choice(options, notes=notes))


def with_words(command: Command, invoice: str, query: int, values: Values) -> Deed:
    """Carries a command about a query out, and records what was written with it."""
    words = values["words"]

    def deed(work: UnitOfWork) -> None:
        if words:
            # Said before what it is said with, because nothing can be written about a query that is settled.
            asked = isinstance(command, commands.QueryLines)
            said = commands.WriteQueryWords(invoice=invoice, query=query, words=words)
            for one in (command, said) if asked else (said, command):
                work.execute(one)
        else:
            work.execute(command)

    return deed


def _asked(request: web.Request, invoice: Invoice, title: str, button: str, kind: type[Command], text: str) -> Sheet:
    """A form without questions that asks one thing of an invoice."""
    return Sheet(
        heading=f"{title}: {heading_of(invoice)}",
        button=button,
        text=text,
        deed=asking(kind, invoice=invoice.key),
        stream=INVOICES.stream(invoice.key),
        costs=False,
        breadcrumbs=home_crumbs(request, invoice, title),
    )


async def invoice_asked(request: web.Request) -> tuple[Invoice, Provider]:
    """The invoice that a form is about, and its school."""
    reader = request.app[READER]
    position = (await reader.as_at()).position
    found, _rest = await invoice_with_history(reader, request.match_info["invoice"], position)
    return await must_be_seen(reader, request[ACTOR], found, position)


def _query(invoice: Invoice, request: web.Request) -> Query:
    number = request.match_info["query"]
    found = [query for query in invoice.queries if str(query.number) == number and query.settled_on is None]
    if not found:
        raise nothing_to_ask()
    return found[0]


def _asked_in_words(query: Query) -> str:
    return _(
        "On %(day)s %(amount)s was queried: %(reason)s.",
        day=day(query.asked_on),
        amount=amounts_in_words(query),
        reason=begun_small(CODES[query.code]),
    )


def line_in_short(invoice: Invoice, number: int) -> str:
    """A line by its number, what it is for and its net."""
    line = invoice.line(number)
    key = key_of_line(line)
    return _(
        "Line %(number)s: %(what)s, %(net)s",
        number=number,
        what=line_in_words(key) if key else _("not said"),
        net=pounds(line.net),
    )


def nothing_to_ask() -> Refused:
    """The refusal of a form about what is not in question."""
    return Refused(Fault("not-found", "There is no such open question.", mend="Look at the invoice.", status=404))


def home_crumbs(request: web.Request, invoice: Invoice, title: str) -> Crumbs:
    """The way to a form about an invoice."""
    return _home(request, [(heading_of(invoice), _page(request, invoice)), (title, None)])


def _home(request: web.Request, rest: Crumbs) -> Crumbs:
    if may_see_invoices(request[ACTOR]):
        return [(_("Home"), "/"), (_("Invoices"), "/invoices"), *rest]
    return [(_("Your schools"), "/your-schools"), (_("Invoices"), "/your-invoices"), *rest]


def _expected(request: web.Request) -> str:
    return "/invoices/expected" if may_see_invoices(request[ACTOR]) else "/your-invoices/expected"


def _page(request: web.Request, invoice: Invoice) -> str:
    return page_of_invoice(invoice.key, for_school=not may_see_invoices(request[ACTOR]))


def page_of_invoice(key: str, *, for_school: bool) -> str:
    """The page of an invoice, for the council or for the school."""
    return f"/your-invoices/{key}" if for_school else f"/invoices/{key}"
