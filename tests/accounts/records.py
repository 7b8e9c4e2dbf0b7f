"""A real record of every kind in a council of the tests, one of each of its two schools: all by the product's commands.

The route matrix asks for each of them as everybody whose it is not. What is written about a school holds the school's
own word, so that a page that shows any of it shows whose it was.
"""

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from aiohttp import ClientSession, FormData
from aiohttp.test_utils import TestClient

from commissioning.accounts import identities
from commissioning.accounts.commands import OpenCalendar
from commissioning.accounts.inviting import invitation, reset
from commissioning.accounts.tables import hash_of, new_secret
from commissioning.app import open_intake
from commissioning.consultations.commands import ConsultSchool, RecordOffer, SeekPlace
from commissioning.consultations.facts import Wanted
from commissioning.ledger.actor import FRONT_DOOR
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.time import instant_to_text, system_clock
from commissioning.ledger.work import Command, UnitOfWork
from commissioning.placements.in_words import PupilInWords
from commissioning.settings import Settings
from commissioning.uplifts.commands import AskUplift, OpenUpliftRound
from commissioning.uplifts.facts import Rise, Subject
from commissioning.web.forms import drafts
from contracts.commands import MakeAgreement, TermsAsked
from contracts.rates import RateLine
from exports.scenarios.commands import SaveScenario
from exports.views.commands import SaveView
from invoices.commands import ApproveInvoice, MakePaymentRun, QueryLines
from invoices.expected.document import document_of
from invoices.expected.history import history_of
from invoices.expected.invoice import expected_invoice
from invoices.facts import BilledDocument
from invoices.formats.ubl_writing import write_ubl
from invoices.held import LineAmount
from invoices.intake.recording import invoice_key, recording
from invoices.intake.taking import Intake, Taken
from invoices.questions import answered_in
from invoices.standing import billed_lines
from invoices.supplier import Supplier
from providers.oversight import commands as oversight
from providers.oversight.oversight import OVERSIGHT
from providers.provider import PROVIDERS
from tests.accounts.signing_in import client_of, person, session

AUTUMN, MAY = date(2026, 9, 1), date(2026, 5, 17)
PRICE = RateLine(
    component="education", unit="year", amount=6_000_000, quantity=Decimal(1), void=False, discount=False, notice=True
)
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
COLUMNS = "Export of {}\n*InvoiceNumber,*InvoiceDate,Description,*Amount\nINV - 1,04/09/2026,Placement,100.00\n"
"""A table of an accounting program, whose columns have to be matched before it can be read."""


class School(NamedTuple):
    """A school of a council of the tests: its number, a placement and an agreement with it, its pupil and its name."""

    urn: int
    placement: str
    agreement: str
    pupil: str
    word: str
    """What stands in its name and in whatever is written about it, and in nothing by which it is asked for."""


def records_of(
    settings: Settings, ledger: Ledger, schools: tuple[School, School], council: str
) -> Mapping[str, tuple[str, ...]]:
    """What names each record, by the parameter that a path calls it: first that of the first school, then the other's.

    A record of the council as a whole stands there twice; what it is called begins with `council`.
    """
    making = _Making(ledger, council)
    councils = making.of_the_council(schools[0])
    with open_intake(settings) as intake:
        first, other = (making.of_a_school(school, intake) for school in schools)
    return {name: (value, other[name]) for name, value in first.items()} | {
        name: (value, value) for name, value in councils.items()
    }


class _Making:
    """Makes records as the people whose they would be."""

    def __init__(self, ledger: Ledger, council: str) -> None:
        self.ledger = ledger
        self.council = council
        self.commissioner = person(ledger, "commissioner")
        self.finance = person(ledger, "finance")

    def do(self, account: str, command: Command) -> str:
        command_id = secrets.token_hex(16)
        self.ledger.execute(command, command_id=command_id, account=account)
        return command_id

    def of_a_school(self, school: School, intake: Intake) -> dict[str, str]:
        """A school's own records, whose names stand in addresses."""
        people = person(self.ledger, "provider", urns=(school.urn,), name=f"Somebody of {school.urn}")
        invoice, agreed_by = self._billed(school, intake)
        return {
            "urn": str(school.urn),
            "ref": school.placement,
            "agreement": school.agreement,
            "pupil": self._pupil(school.pupil),
            "invoice": invoice,
            "run": self._paid(invoice),
            "query": "1",
            "sha256": self._kept(school, intake),
            "uplift": self._asked_for_more(school),
            "consultation": self._consulted(school),
            "receipt": agreed_by,
            "draft": self._draft(people, school),
            **self._signed_in(people),
            **self._overseen(school),
        }

    def of_the_council(self, school: School) -> dict[str, str]:
        """Records of the council as a whole; a round has to be open before schools ask in it."""
        days = {"opens_on": MAY, "closes_on": date(2999, 5, 17), "applies_from": date(2027, 4, 1)}
        self.do(self.commissioner, OpenUpliftRound(round=f"{self.council} fees", **days))
        asked = MakeAgreement(
            agreement_ref="OFFER-1", provider_urn=school.urn, model="spot", start_on=AUTUMN,
            terms=(TermsAsked(fee_year="academic", accrual="calendar_days"),), rates=(PRICE,),
        )  # fmt: skip
        self.do(self.commissioner, SaveScenario(name=f"{self.council} scenario", agreements=(asked,)))
        self.do(self.commissioner, SaveView(name=f"{self.council} view", path="/spend", position=1))
        return {
            "round": f"{self.council} fees",
            "scenario": f"{self.council} scenario",
            "view": f"{self.council} view",
            "calendar": self._calendar(),
            **self._links(school),
        }

    def _pupil(self, reference: str) -> str:
        key = self.ledger.vault.pupil_of(reference)
        assert key is not None
        return key

    def _billed(self, school: School, intake: Intake) -> tuple[str, str]:
        """An invoice that came as a file, with a question about a pound of its first line; and the file's command."""
        content = write_ubl(self._expected(school), "The council")
        command_id = secrets.token_hex(16)
        taken = self._taken(content, intake)
        assert taken.outcome == "read", taken
        self.ledger.run_alone(recording(taken, school.urn, command_id=command_id, account=self.finance))
        key = invoice_key(command_id, taken.sha256)
        self.do(self.finance, QueryLines(invoice=key, code="RTE-1", amounts=(LineAmount(line=1, pence=100),)))
        return key, command_id

    def _expected(self, school: School) -> BilledDocument:
        found: list[BilledDocument] = []

        def look(work: UnitOfWork) -> None:
            position = work.log.head.position
            history = answered_in(work, history_of(school.agreement, position))
            billed = [line for line, _ in answered_in(work, billed_lines(school.agreement, position))]
            expected, provider = (
                expected_invoice(history, AUTUMN, billed, position),
                work.state(PROVIDERS, str(school.urn)),
            )
            assert expected is not None
            assert provider is not None
            number = f"{school.word}-{school.urn}"
            found.append(document_of(expected, number, AUTUMN, provider.facts.name, Supplier(school.urn, {})))

        self.ledger.run(look, command_id="look", digest="", account=self.finance, rehearse=True)
        return found[0]

    def _taken(self, content: bytes, intake: Intake) -> Taken:
        with intake.files.receive() as incoming:
            incoming.write(content)
            held = incoming.hold()
        return intake.take(held)

    def _paid(self, invoice: str) -> str:
        """A run that holds what is undisputed of the invoice, approved by one and released by another."""
        run = secrets.token_hex(16)
        self.do(person(self.ledger, "approver"), ApproveInvoice(invoice=invoice))
        self.do(self.finance, MakePaymentRun(run=run, pay_on=date(2999, 1, 4), invoices=(invoice,)))
        return run

    def _kept(self, school: School, intake: Intake) -> str:
        """A table that waits until somebody says which of its columns is which."""
        taken = self._taken(COLUMNS.format(school.word).encode(), intake)
        assert taken.outcome == "to_map", taken
        request = recording(taken, school.urn, command_id=secrets.token_hex(16), account=self.finance)
        self.ledger.run_alone(request)
        return taken.sha256

    def _asked_for_more(self, school: School) -> str:
        subject = Subject(provider_urn=school.urn, component="education")
        self.do(
            self.commissioner,
            AskUplift(
                round=f"{self.council} fees", subject=subject, asked=Rise(percent=Decimal(5)), received_on=MAY,
                evidence=f"A letter of {school.word}",
            ),
        )  # fmt: skip
        return f"{self.council} fees|{school.urn}|education"

    def _consulted(self, school: School) -> str:
        ref = f"CN-{school.urn}"
        wanted = Wanted(need="ASD", phase="secondary", setting="day")
        pupil = PupilInWords(pupil_ref=f"SOUGHT-{school.urn}", name=f"{school.word} Sought")
        for command in (
            SeekPlace(consultation_ref=ref, pupil=pupil, wanted=wanted, identified_on=MAY),
            ConsultSchool(consultation_ref=ref, provider_urn=school.urn, consulted_on=MAY),
            RecordOffer(consultation_ref=ref, provider_urn=school.urn, answered_on=MAY, rates=(PRICE,)),
        ):
            self.do(self.commissioner, command)
        return ref

    def _overseen(self, school: School) -> dict[str, str]:
        """An inspection, a document, a contact person and an action, by what names each within its school."""
        urn = school.urn
        for command in (
            oversight.RecordInspection(urn=urn, inspected_on=MAY, body="ofsted", outcome="good"),
            oversight.RecordDocument(
                urn=urn, kind="registration", reference=school.word, valid_from=MAY, checked_on=AUTUMN
            ),
            oversight.RecordContact(urn=urn, post="head", name=f"{school.word} Head"),
            oversight.RecordVisit(urn=urn, visited_on=MAY, findings=school.word),
            oversight.AgreeAction(urn=urn, visited_on=MAY, what=school.word, owner="Head", due_on=AUTUMN),
        ):
            self.do(self.commissioner, command)
        contacts: list[str] = []

        def look(work: UnitOfWork) -> None:
            known = work.state(OVERSIGHT, str(urn))
            assert known is not None
            contacts.extend(one.contact for one in known.contacts)

        self.ledger.run(look, command_id="look", digest="", account=self.finance, rehearse=True)
        return {"contact": contacts[0], "inspected_on": str(MAY), "valid_from": str(MAY), "number": "1"}

    def _draft(self, account: str, school: School) -> str:
        draft = secrets.token_hex(16)
        self.ledger.run_alone(
            drafts.saving(draft, account, "/budget", f"Draft of {school.word}", {"amount": school.word})
        )
        return draft

    def _signed_in(self, account: str) -> dict[str, str]:
        """A session by its key, and by the secret that its browser holds."""
        secret = session(self.ledger, account)
        with self.ledger.store.reading() as connection:
            rows = connection.query("SELECT session FROM accounts_session WHERE account = ?", (account,))
        return {"session": rows[0][0], "secret": secret}

    def _calendar(self) -> str:
        secret, account = new_secret(), self.commissioner
        until = instant_to_text(system_clock() + timedelta(days=30))
        self.do(
            account,
            OpenCalendar(
                account=account, token=secrets.token_hex(8), token_hash=hash_of(secret), until=until,
                sealed_name=self.ledger.vault.seal(account, "token", "calendar"),
            ),
        )  # fmt: skip
        return secret

    def _links(self, school: School) -> dict[str, str]:
        """The secrets of links that work once: of an invitation, and to set a password anew."""
        return {"welcome": self._invitation(school, "new"), "reset": self._reset(school)}

    def _invitation(self, school: School, name: str) -> str:
        email = f"{name}.{school.urn}@school.example"
        asked, secret = invitation(self.commissioner, email, school.word, roles=("provider",), urns=(school.urn,))
        self.ledger.run_alone(asked)
        return secret

    def _reset(self, school: School) -> str:
        self._invitation(school, "known")
        key = self.ledger.vault.pupil_of(identities.email(f"known.{school.urn}@school.example"))
        assert key is not None
        asked, secret = reset(FRONT_DOOR, key)
        self.ledger.run_alone(asked)
        return secret


async def uploaded(settings: Settings, workbook: bytes) -> str:
    """The id of a workbook that waits to be confirmed, sent by the page of imports."""
    async with client_of(settings, "commissioner") as client:
        form = FormData()
        form.add_field("workbook", workbook, filename="placements.xlsx", content_type="application/octet-stream")
        answer = await client.post("/imports", data=form, headers=FROM_HERE, allow_redirects=False)
        return answer.headers["Location"].rpartition("/")[2]


async def sent(client: TestClient[Any, Any], secret: str, urn: int) -> str:
    """The id of an upload of invoice files that the owner of a session sends to the program of a client."""
    form = FormData()
    form.add_field("school", str(urn))
    form.add_field("file", b"no invoice", filename="invoice.csv", content_type="application/octet-stream")
    async with ClientSession(headers={"Cookie": f"session={secret}", **FROM_HERE}) as other:
        answer = await other.post(client.make_url("/invoices/send"), data=form, allow_redirects=False)
        return answer.headers["Location"].rpartition("/")[2]
