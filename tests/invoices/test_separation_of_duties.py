"""Nobody both orders and pays: each way to have a hand in an order, and every door to its invoice and its payment."""

import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner

from commissioning import serving
from commissioning.accounts.commands import StateSamePerson
from commissioning.app import open_ledger
from commissioning.cli.main import main
from commissioning.consultations import commands as consultations
from commissioning.consultations.facts import Wanted
from commissioning.demo.loading import write_workbook
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.actor import Role
from commissioning.ledger.errors import Waits
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.work import Command, UnitOfWork
from commissioning.placements import commands as placements
from commissioning.placements.in_words import LogPlacement, PupilInWords
from commissioning.proposals.commands import AgreeProposal
from commissioning.proposals.second_look import proposal_key
from commissioning.settings import Settings
from commissioning.uplifts import commands as uplifts
from commissioning.uplifts.facts import Rise, Subject
from contracts import commands as contracts
from contracts.rates import RateLine
from invoices.commands import AgreeExpectedInvoice, ApproveInvoice
from invoices.expected.history import history_of
from invoices.expected.invoice import expected_invoice
from invoices.questions import answered_in
from invoices.standing import billed_lines
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import OPERATOR, form_token, operator_of, person, session, token
from tests.pages.form_filling import carry_out, words_of
from tests.pages.world import TODAY, own_price

SPOT, FENSIDE, AUTUMN, MAY = "SPOT-1", 900002, date(2026, 9, 1), date(2026, 5, 17)
SUSPECT, OTHER = "somebody with a hand in it", "somebody else"
EVERYTHING: tuple[Role, ...] = ("commissioner", "finance", "approver")
"""Every role that orders or pays: what bars somebody is what was done, whatever else the roles allow."""


@pytest.fixture
def settings(world: Settings, tmp_path: Path) -> Settings:
    """A copy of the small council's ledger, in which nobody needs a second person for an award."""
    return copy_of(world, tmp_path)


def price(pounds: int, **more: Any) -> RateLine:
    """A yearly price of education."""
    return RateLine(
        component="education", unit="year", amount=pounds * 100, quantity=Decimal(1), void=False, discount=False,
        notice=True, **more,
    )  # fmt: skip


class Office:
    """An open ledger, and two people who may do everything: one who has a hand in the order, and one who has not."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.ledger = ledger
        self.folder = folder
        self.suspect = person(ledger, *EVERYTHING, name=SUSPECT)
        self.other = person(ledger, *EVERYTHING, name=OTHER)

    def do(self, command: Command, account: str = "") -> str:
        """Has the one with a hand in it ask something, unless another is named; gives the command's id."""
        command_id = secrets.token_hex(16)
        self.ledger.execute(command, command_id=command_id, account=account or self.suspect)
        return command_id

    def take_in(self, uploaded_by: str, confirmed_by: str) -> None:
        """Brings another price of PL-2 in by a workbook."""
        path = self.folder / "prices.xlsx"
        write_workbook(path, {"Rates": [own_price("PL-2", 67_000)]})
        imported = import_workbook(
            self.ledger, path, account=confirmed_by, uploaded_by=uploaded_by, command_id="prices"
        )
        assert imported.faults == ()

    def bill(self) -> str:
        """The key of the invoice for the autumn, agreed by a third person of finance as the school's own."""
        finance, key = person(self.ledger, "finance"), secrets.token_hex(16)
        nets: list[int] = []

        def look(work: UnitOfWork) -> None:
            position = work.log.head.position
            history = answered_in(work, history_of(SPOT, position))
            billed = [line for line, _ in answered_in(work, billed_lines(SPOT, position))]
            expected = expected_invoice(history, AUTUMN, billed, position)
            assert expected is not None
            nets.append(expected.net)

        self.ledger.run(look, command_id="look", digest="", account=finance, rehearse=True)
        self.do(
            AgreeExpectedInvoice(
                invoice=key, agreement_ref=SPOT, day=AUTUMN, number="FS-1", issued_on=AUTUMN, net=nets[0]
            ),
            finance,
        )
        return key


def logs_a_placement(office: Office) -> None:
    office.do(
        LogPlacement(
            placement_ref="PL-7", pupil=PupilInWords(pupil_ref="P-7"), need="ASD", start_on=AUTUMN,
            agreement_ref=SPOT, phase="secondary", setting="day", rates=(price(50_000),),
        )
    )  # fmt: skip


def moves_a_start(office: Office) -> None:
    office.do(
        placements.CorrectPlacementDates(
            placement_ref="PL-2", start_on=date(2026, 4, 13), end_on=None, notice_given_on=None
        )
    )


def agrees_a_price_of_a_place(office: Office) -> None:
    office.do(placements.AgreeOwnRate(placement_ref="PL-2", line=price(67_000)))


def withdraws_a_price_of_a_place(office: Office) -> None:
    line = price(67_000, effective_from=AUTUMN)
    office.do(placements.AgreeOwnRate(placement_ref="PL-2", line=line), office.other)
    office.do(placements.WithdrawOwnRate(placement_ref="PL-2", line=line))


def agrees_a_price_of_the_card(office: Office) -> None:
    office.do(contracts.AgreeCardRate(agreement_ref=SPOT, line=price(1_000)))


def varies_the_terms(office: Office) -> None:
    terms = contracts.TermsAsked(effective_from=AUTUMN, fee_year="financial", accrual="calendar_days")
    office.do(contracts.VaryTerms(agreement_ref=SPOT, terms=terms))


def agrees_an_uplift(office: Office) -> None:
    subject = Subject(provider_urn=FENSIDE, component="education")
    days = {"opens_on": MAY, "closes_on": date(2026, 12, 18), "applies_from": AUTUMN}
    office.do(uplifts.OpenUpliftRound(round="Fees", **days), office.other)
    asked = uplifts.AskUplift(
        round="Fees", subject=subject, asked=Rise(percent=Decimal(5)), received_on=MAY, evidence="A letter"
    )
    office.do(asked, office.other)
    office.do(
        uplifts.AgreeUplift(
            round="Fees", subject=subject, agreed=Rise(percent=Decimal(2)), applies_from=AUTUMN, decided_on=MAY
        )
    )


def contracts_a_price_that_another_logs(office: Office) -> None:
    ref = {"consultation_ref": "CN-1"}
    pupil, wanted = PupilInWords(pupil_ref="P-8"), Wanted(need="ASD", phase="secondary", setting="day")
    school = ref | {"provider_urn": FENSIDE}
    for command in (
        consultations.SeekPlace(**ref, pupil=pupil, wanted=wanted, identified_on=MAY),
        consultations.ConsultSchool(**school, consulted_on=MAY),
        consultations.RecordOffer(**school, answered_on=MAY, rates=(price(60_000),)),
        consultations.ApprovePlace(**school, approved_on=MAY),
        consultations.NameSchool(**school, named_on=MAY, by="council"),
    ):
        office.do(command, office.other)
    office.do(
        consultations.IssuePlacementAgreement(
            **ref, agreement_ref=SPOT, issued_on=MAY, start_on=AUTUMN, rates=(price(55_000),)
        )
    )
    office.do(consultations.SignPlacementAgreement(**ref, signed_on=MAY), office.other)
    office.do(consultations.StartFromConsultation(**ref, placement_ref="PL-8"), office.other)


def uploads_a_workbook(office: Office) -> None:
    office.take_in(office.suspect, operator_of(office.ledger))


def confirms_a_workbook(office: Office) -> None:
    office.take_in(operator_of(office.ledger), office.suspect)


DEEDS: Mapping[Callable[[Office], None], str] = {
    logs_a_placement: "You logged the placement",
    moves_a_start: "You logged the placement",
    agrees_a_price_of_a_place: "You agreed the price",
    withdraws_a_price_of_a_place: "You agreed the price",
    agrees_a_price_of_the_card: "You agreed the price",
    varies_the_terms: "You agreed the price",
    agrees_an_uplift: "You agreed the price",
    contracts_a_price_that_another_logs: "You agreed the price",
    uploads_a_workbook: "uploaded the workbook",
    confirms_a_workbook: "You agreed the price",
}
"""Each way to have a hand in an order, and what whoever did it is told when they would approve its invoice."""


@asynccontextmanager
async def signed_in(settings: Settings, account: str) -> AsyncIterator[TestClient[Any, Any]]:
    """A browser and a program of one account over the whole application."""
    with open_ledger(settings) as ledger:
        secret, bearer = session(ledger, account), token(ledger, account, *EVERYTHING)
    app = serving.web_application(settings, lambda: TODAY)
    async with TestClient(
        TestServer(app), cookies={"session": secret}, headers={"Authorization": f"Bearer {bearer}"}
    ) as client:
        yield client


async def asked(client: TestClient[Any, Any], name: str, **body: Any) -> tuple[int, str]:
    """What a program is told that asks a command: the status, and the words or the position."""
    headers = {"Idempotency-Key": secrets.token_hex(16)}
    async with client.post(f"/api/v1/commands/{name}", json=body, headers=headers) as answer:
        return answer.status, await answer.text()


async def must_be_refused(client: TestClient[Any, Any], key: str, words: str) -> None:
    """Neither a program of the client's nor its page approves an invoice, and both say why."""
    status, told = await asked(client, "approve-invoice", invoice=key)
    assert (status, words in told) == (403, True), told
    async with client.get(f"/invoices/{key}/approve") as answer:
        assert (answer.status, words in words_of(await answer.text())) == (403, True)
    form = {"command_id": secrets.token_hex(16), "step": "send", "form_token": form_token(client), "_version": "2"}
    async with client.post(f"/invoices/{key}/approve", data=form) as answer:
        assert (answer.status, words in words_of(await answer.text())) == (403, True)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
async def test_whoever_had_a_hand_in_the_order_approves_its_invoice_by_no_door(
    settings: Settings, tmp_path: Path, deed: Callable[[Office], None]
) -> None:
    """By program and by page they are told what they did; somebody who had no hand in it approves it."""
    with open_ledger(settings) as ledger:
        office = Office(ledger, tmp_path)
        deed(office)
        key = office.bill()
    async with signed_in(settings, office.suspect) as client:
        await must_be_refused(client, key, DEEDS[deed])
    with open_ledger(settings) as ledger:
        Office(ledger, tmp_path).do(ApproveInvoice(invoice=key), person(ledger, "approver"))


async def test_a_second_account_is_no_second_person(settings: Settings, tmp_path: Path) -> None:
    """Whoever logged the placement under one account is barred under the other, and so is whoever approved."""
    with open_ledger(settings) as ledger:
        office = Office(ledger, tmp_path)
        logs_a_placement(office)
        key = office.bill()
        again = person(ledger, *EVERYTHING, name="the same person again")
        office.do(StateSamePerson(account=again, same_person_as=office.suspect), operator_of(ledger))
    async with signed_in(settings, again) as client:
        await must_be_refused(client, key, "You logged the placement")


async def test_of_an_award_that_took_two_people_both_are_barred(settings: Settings, tmp_path: Path) -> None:
    """Whoever asked for it and whoever agreed to it."""
    limited = settings.model_copy(update={"commissioning_award_limit": 60_000})
    with open_ledger(limited) as ledger:
        office = Office(ledger, tmp_path)
        with pytest.raises(Waits):
            ledger.execute(
                placements.AgreeOwnRate(placement_ref="PL-2", line=price(70_000)),
                command_id="dear",
                account=office.suspect,
            )
        office.do(AgreeProposal(proposal=proposal_key("dear")), office.other)
        key = office.bill()
    for account in (office.suspect, office.other):
        async with signed_in(limited, account) as client:
            status, told = await asked(client, "approve-invoice", invoice=key)
            assert (status, "so you may not approve its invoice" in told) == (403, True), told


async def test_whoever_imported_by_the_command_line_is_barred(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names its account as whoever uploaded and confirmed; the same person's account on the pages is no other."""
    folders = {"DATA": settings.commissioning_data, "WITNESS": settings.witness_folder, "KEYS": settings.keys_folder}
    for name, folder in folders.items():
        monkeypatch.setenv(f"COMMISSIONING_{name}", str(folder))
    monkeypatch.setenv("COMMISSIONING_BOOK", settings.commissioning_book)
    monkeypatch.setenv("COMMISSIONING_AWARD_LIMIT", "")
    path = tmp_path / "prices.xlsx"
    write_workbook(path, {"Rates": [own_price("PL-2", 67_000)]})
    ran = CliRunner().invoke(main, ["import", str(path), "--as", OPERATOR], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    with open_ledger(settings) as ledger:
        office = Office(ledger, tmp_path)
        key = office.bill()
        office.do(StateSamePerson(account=office.suspect, same_person_as=operator_of(ledger)), operator_of(ledger))
    async with signed_in(settings, office.suspect) as client:
        await must_be_refused(client, key, "uploaded the workbook that it came with")


async def test_whoever_approved_releases_by_no_door(settings: Settings, tmp_path: Path) -> None:
    """Neither by program nor by page, under neither of two accounts; somebody else of finance releases it."""
    with open_ledger(settings) as ledger:
        office = Office(ledger, tmp_path)
        key = office.bill()
        office.do(ApproveInvoice(invoice=key))
        again = person(ledger, *EVERYTHING, name="the same person again")
        office.do(StateSamePerson(account=again, same_person_as=office.suspect), operator_of(ledger))
    for account in (office.suspect, again):
        async with signed_in(settings, account) as client:
            run = {"run": secrets.token_hex(16), "pay_on": "2999-01-04", "invoices": [key]}
            status, told = await asked(client, "make-payment-run", **run)
            assert (status, "You approved the invoice" in told) == (403, True), told
            assert "/invoices/runs/new/" not in await (await client.get("/invoices/runs")).text()
    async with signed_in(settings, office.other) as client:
        page = await (await client.get("/invoices/runs")).text()
        address = re.findall(r'href="(/invoices/runs/new/\d+)"', page)[0]
    async with signed_in(settings, office.suspect) as client:
        assert (await client.get(address)).status == 409
    async with signed_in(settings, office.other) as client:
        await carry_out(client, address, pay_on="4/1/2090")
