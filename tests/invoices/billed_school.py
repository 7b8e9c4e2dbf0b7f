"""A school whose places change and are billed in any order: what a random history of invoices is made on.

The school has an agreement with three places at prices of their own. What is known of it is a world of the brute force,
and every change comes in as a workbook. Everything approved is read from the log's own events.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from threading import Thread
from typing import Any, NamedTuple

from commissioning.accounts.acting import who_acts
from commissioning.app import compose
from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.work import Command, UnitOfWork
from invoices import commands, events
from invoices.facts import BilledDocument, BilledLine, StatedSupplier
from invoices.held import HeldLine
from invoices.invoice import INVOICES, Invoice
from invoices.questions import answered_by
from invoices.standing import billed_lines
from tests.brute_force.facts import Row, World
from tests.brute_force.prices import Key, charges_by_day, day_pence
from tests.brute_force.school_years import year_of_terms
from tests.brute_force.workbook import full_row
from tests.invoices.laid_on_days import Span, most_laid
from tests.invoices.test_expected import expected
from tests.ledger_fixture import open_test_ledger
from tests.worlds.changes import difference
from tests.worlds.council import Council, new_council

URN, AGREEMENT = 900001, "AG0"
PLACES = ("PL0", "PL1", "PL2")
FIRST_DAY, LAST_DAY = date(2026, 9, 1), date(2027, 8, 31)
"""The days that are billed: one school year, across the end of a financial year."""
PRICES = {"PL0": ("week", 700), "PL1": ("year", 36_500), "PL2": ("day", 130)}


class Approved(NamedTuple):
    """Pence that an invoice was approved for, of a key's days."""

    invoice: str
    key: Key
    span: Span


def first_world(accrual: str, billing: str, leaver_rule: str | None) -> World:
    """What is known at first: three places from the first day on, with no end."""
    agreement = full_row(
        "Agreements", agreement_ref=AGREEMENT, provider_urn=URN, model="spot", title="Places", start_on=FIRST_DAY,
        fee_year="academic", accrual=accrual, leaver_rule=leaver_rule, billing=billing, instalments="by_days",
    )  # fmt: skip
    rates = [
        full_row("Rates", placement_ref=ref, component="education", unit=unit, amount=amount)
        for ref, (unit, amount) in PRICES.items()
    ]
    return {
        "Providers": [full_row("Providers", urn=URN, name="Invented School", type="independent_special")],
        "Calendar": [row for year in range(2025, 2028) for row in year_of_terms("default", year, timedelta(2))],
        "Closures": [],
        "Agreements": [agreement],
        "Tiers": [],
        "Rates": rates,
        "Placements": [placement(ref) for ref in PLACES],
        "Suspensions": [],
        "Funding": [],
        "Pupils": [full_row("Pupils", pupil_ref=f"PU{ref}", name=f"Pupil of {ref}") for ref in PLACES],
    }


def placement(ref: str) -> Row:
    """A place of the school from the first day on."""
    return full_row(
        "Placements", placement_ref=ref, pupil_ref=f"PU{ref}", agreement_ref=AGREEMENT, need="ASD", phase="secondary",
        setting="day", start_on=FIRST_DAY,
    )  # fmt: skip


def acting(work: UnitOfWork) -> Actor:
    """The officer, who imports, is who the accounts say; everybody else may approve and release."""
    return who_acts(work) if work.account == "officer" else Actor(work.account, frozenset({"approver", "finance"}))


class BilledSchool:
    """The school's ledger and what can be done with its invoices; what is approved must fit its days."""

    def __init__(self, council: Council, world: World) -> None:
        self.council, self.world = council, world
        council.ledger.composition = replace(council.ledger.composition, who_acts=acting)
        council.take_in(world)
        self._numbers = count(1)
        self._daily: dict[Key, dict[date, int]] | None = None
        self.invoices: list[str] = []
        self.approved: list[Approved] = []
        self._seen = 0

    def change(self, world: World) -> None:
        """Has the council learn that the world is another."""
        if world != self.world:
            self.council.take_in(difference(self.world, world))
            self.world, self._daily = world, None

    @property
    def daily(self) -> dict[Key, dict[date, int]]:
        """What each key costs on each day as known now, by the brute force."""
        if self._daily is None:
            first, last = date(2026, 4, 1), date(2028, 3, 31)
            costs = charges_by_day(self.world, first, last)
            self._daily = {
                key: {one: pence[0] for one, pence in day_pence(days, first, last).items()}
                for key, days in costs.items()
            }
        return self._daily

    def do(self, command: Command, account: str = "clerk", ledger: Ledger | None = None) -> bool:
        """Whether something asked was done and not refused; whatever it approved is held against its days."""
        try:
            (ledger or self.council.ledger).execute(command, command_id=f"deed-{next(self._numbers)}", account=account)
        except Refused:
            return False
        return True

    def agree(self, day: date) -> str | None:
        """Has the expected invoice of a period agreed, if there is anything on it."""
        invoice = expected(self.council, AGREEMENT, day, self._billed())
        if not invoice.lines:
            return None
        key = self._key()
        done = self.do(
            commands.AgreeExpectedInvoice(
                invoice=key, agreement_ref=AGREEMENT, day=day, number=f"N{key}", issued_on=day, net=invoice.net
            )
        )
        assert done
        self.invoices.append(key)
        return key

    def send(
        self, spans: Sequence[tuple[str, date, date]], share: int, *, credit: bool = False, corrects: str | None = None
    ) -> None:
        """Has a document come in that bills a share, per cent, of what days of places cost, or gives it back."""
        self.send_at([(*span, share) for span in spans], credit=credit, corrects=corrects)

    def send_at(
        self, spans: Sequence[tuple[str, date, date, int]], *, credit: bool = False, corrects: str | None = None
    ) -> None:
        """Has a document come in whose lines each bill a share of their own, per cent, of what their days cost.

        A credit note may name the bill that it takes back.
        """
        lines = tuple(
            BilledLine(
                number=number, text="", placement_ref=ref, agreement_ref=AGREEMENT, component="education",
                kind="attendance", first_day=first, last_day=last, net=self.cost(ref, first, last) * share // 100,
                vat_category="E", vat_rate=Decimal(0),
            )
            for number, (ref, first, last, share) in enumerate(spans, 1)
        )  # fmt: skip
        net, key = sum(line.net for line in lines), self._key()
        document = BilledDocument(
            kind="credit_note" if credit else "invoice", number=f"S{key}", issued_on=FIRST_DAY,
            supplier=StatedSupplier(urn=URN), agreement_ref=AGREEMENT, corrects=corrects, lines=lines, net=net, vat=0,
            gross=net,
        )  # fmt: skip
        if self.do(commands.ReceiveInvoice(invoice=key, provider_urn=URN, source="file", document=document)):
            self.invoices.append(key)

    def cost(self, ref: str, first: date, last: date) -> int:
        """What the days of a place cost as known now."""
        days = self.daily.get((AGREEMENT, ref, "education", "attendance"), {})
        return sum(pence for one, pence in days.items() if first <= one <= last)

    def query_what_is_held(self, key: str) -> None:
        """Puts every line's findings to the school, so that the rest of the line may be paid."""
        for finding in self.invoice(key).findings:
            if finding.line is not None and finding.money > 0 and finding.outcome != "warn":
                amounts = (commands.LineAmount(line=finding.line, pence=finding.money),)
                self.do(commands.QueryLines(invoice=key, code=finding.code, amounts=amounts))

    def approve(self, *keys: str) -> None:
        """Approves invoices, several at once by as many programs, and holds what was approved against its days."""
        if len(keys) == 1:
            self.do(commands.ApproveInvoice(invoice=keys[0]))
        else:
            threads = [Thread(target=self._approve_elsewhere, args=(key,)) for key in keys]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.hold_against_days()

    def take_out(self, key: str) -> None:
        """Takes an invoice out of the register."""
        self.do(commands.VoidInvoice(invoice=key))
        self.hold_against_days()

    def hold_against_days(self) -> None:
        """Everything approved since the last time, and everything that a credit taken out lets count again, fits."""
        fresh, gone = self._news()
        before = [one for one in self.approved if one.invoice not in gone]
        for key in {one.key for one in [*fresh, *self.approved]}:
            spans = [one.span for one in before if one.key == key]
            new = [one.span for one in fresh if one.key == key]
            daily = self.daily.get(key, {})
            credits_before = [span for span in [*new, *spans] if span.pence < 0]
            lost = [one for one in self.approved if one.invoice in gone and one.key == key and one.span.pence < 0]
            if lost:
                self._still_fits(key, spans, [one.span for one in lost], daily)
            positive = [span for span in spans if span.pence > 0]
            laid = most_laid([*positive, *new, *(span for span in spans if span.pence < 0)], daily)
            laid_before = most_laid([*positive, *credits_before], daily)
            wanted = sum(span.pence for span in new if span.pence > 0)
            assert laid - laid_before == wanted, (key, new, spans, wanted - laid + laid_before)
        self.approved = [*before, *fresh]

    def _still_fits(self, key: Key, spans: list[Span], lost: list[Span], daily: dict[date, int]) -> None:
        """No more lies bare without some credits than lay bare with them."""
        positive = sum(span.pence for span in spans if span.pence > 0)
        bare_before = positive - most_laid([*spans, *lost], daily)
        assert positive - most_laid(spans, daily) <= bare_before, (key, spans, lost)

    def invoice(self, key: str) -> Invoice:
        """An invoice as it stands."""
        found: list[Invoice | None] = []
        self.council.ledger.run(
            lambda work: found.append(work.state(INVOICES, key)),
            command_id="look", digest="", account="clerk", rehearse=True,
        )  # fmt: skip
        assert found[0] is not None
        return found[0]

    def total(self) -> dict[Key, int]:
        """What is approved of each key in all."""
        found: Counter[Key] = Counter()
        for one in self.approved:
            found[one.key] += one.span.pence
        return {key: pence for key, pence in found.items() if pence}

    def charged(self, last: date) -> dict[Key, int]:
        """What each key costs from the first day to another, as known now."""
        found = {
            key: sum(pence for one, pence in days.items() if FIRST_DAY <= one <= last)
            for key, days in self.daily.items()
        }
        return {key: pence for key, pence in found.items() if pence}

    def _approve_elsewhere(self, key: str) -> None:
        with closing(
            open_test_ledger(self.council.folder, replace(compose(), who_acts=acting), clock=self.council.clock)
        ) as other:
            self.do(commands.ApproveInvoice(invoice=key), "other clerk", other)

    def _key(self) -> str:
        return f"{next(self._numbers):032x}"

    def _billed(self) -> Any:
        async def question(reader: Any) -> Any:
            found = await answered_by(reader, billed_lines(AGREEMENT, await reader.end()))
            return tuple(line for line, _ in found)

        return self.council.ask(question)

    def _news(self) -> tuple[list[Approved], set[str]]:
        """What was approved since the last time, by the events, and the invoices that were taken out."""
        fresh: list[Approved] = []
        gone: set[str] = set()
        recorded = self.council.events()
        for one in recorded[self._seen :]:
            key = one.stream.partition(":")[2]
            if isinstance(one.event, events.InvoiceApproved):
                amounts = {amount.line: amount.pence for amount in one.event.amounts}
                fresh += [Approved(key, *row) for row in self._rows(self.invoice(key), amounts)]
            elif isinstance(one.event, events.InvoiceVoided):
                gone.add(key)
        self._seen = len(recorded)
        return [one for one in fresh if one.invoice not in gone], gone

    def _rows(self, invoice: Invoice, amounts: dict[int, int]) -> Iterator[tuple[Key, Span]]:
        """Amounts of lines on the lines' own days; lines of a key with nothing to pay between them share a penny."""
        assert invoice.document is not None
        of_key: dict[Any, list[HeldLine]] = defaultdict(list)
        for line in invoice.document.lines:
            alone = None if line.adjustment is None else line.number
            of_key[(line.agreement_ref, line.placement_ref, line.component, line.kind), alone].append(line)
        for (key, _), lines in of_key.items():
            spans: list[Span] = []
            for line in sorted(lines, key=lambda one: (one.first_day, one.last_day)):
                assert line.first_day is not None
                assert line.last_day is not None
                pence = invoice.sign * amounts.get(line.number, 0)
                if spans and self._nothing_between(key, spans[-1].last_day, line.first_day):
                    last = spans.pop()
                    spans.append(Span(last.first_day, max(last.last_day, line.last_day), last.pence + pence))
                else:
                    spans.append(Span(line.first_day, line.last_day, pence))
            yield from ((key, span) for span in spans if span.pence)

    def _nothing_between(self, key: Key, last: date, first: date) -> bool:
        days = self.daily.get(key, {})
        return not any(pence for one, pence in days.items() if last < one < first)


@contextmanager
def new_school(world: World) -> Iterator[BilledSchool]:
    """A school with nothing billed, gone when the block is left."""
    with new_council() as council:
        yield BilledSchool(council, world)
