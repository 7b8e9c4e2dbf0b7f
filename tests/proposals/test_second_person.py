"""What takes two people waits, is done when another agrees, and can be done by nobody alone: over the real ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from commissioning.accounts.commands import CloseAccount, StateSamePerson, TakeRole
from commissioning.app import open_ledger
from commissioning.consultations.commands import IN_WORDS as CONSULTATIONS_IN_WORDS
from commissioning.consultations.commands import SeekPlace
from commissioning.consultations.facts import Wanted
from commissioning.demo.loading import write_workbook
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.actor import Role
from commissioning.ledger.errors import Refused, Waits
from commissioning.ledger.ledger import Ledger, Request
from commissioning.ledger.time import system_clock
from commissioning.ledger.verify import verify
from commissioning.ledger.work import Command, UnitOfWork
from commissioning.placements.commands import AgreeOwnRate, IdentifyPupil, StartPlacement
from commissioning.placements.in_words import IN_WORDS as PLACEMENTS_IN_WORDS
from commissioning.placements.in_words import LogPlacement, PupilInWords
from commissioning.proposals.commands import AgreeProposal, DeclineProposal, WithdrawProposal
from commissioning.proposals.second_look import proposal_key
from commissioning.settings import Settings
from contracts.commands import AgreeCardRate, MakeAgreement, TermsAsked
from contracts.rates import RateLine
from providers.bank.bank_details import BANK_DETAILS
from providers.bank.sealing import change_of, checked, opened
from providers.oversight.commands import RecordContact
from tests.accounts.signing_in import operator_of, person
from tests.pages.world import own_price

SCHOOL = 900001
STATED = {"account_name": "Larkfield School", "sort_code": "01-02-03", "account_number": "8765 4321"}


@pytest.fixture
def limited(settings: Settings) -> Settings:
    """The small council, with an approver and a limit of £100,000 on what one person may award."""
    with open_ledger(settings) as ledger:
        person(ledger, "approver")
    return settings.model_copy(update={"commissioning_award_limit": 100_000})


class Council:
    """An open ledger, and its people by what they are."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.count = 0

    def of(self, *roles: Role, name: str = "") -> str:
        return person(self.ledger, *roles, name=name)

    def ask(self, command: Command, account: str) -> str:
        """Has a command carried out; its id, or that under which it waits."""
        self.count += 1
        command_id = f"command-{self.count:04}"
        self.ledger.execute(command, command_id=command_id, account=account)
        return command_id

    def waits(self, command: Command, account: str) -> str:
        """The key under which a command waits, which asks for a second person."""
        with pytest.raises(Waits) as waits:
            self.ask(command, account)
        assert waits.value.faults[0].status == 202
        return proposal_key(f"command-{self.count:04}")

    def account_of(self, urn: int) -> dict[Any, str]:
        """The account that a school is paid to, in clear."""
        found: list[dict[Any, str]] = []

        def deed(work: UnitOfWork) -> None:
            known = work.state(BANK_DETAILS, str(urn))
            assert known is not None
            found.append(opened(work.vault, known))

        self.ledger.run(deed, command_id="look", digest="", account="nobody", rehearse=True)
        return found[0]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self.ledger.store.reading() as connection:
            return [tuple(row) for row in connection.query(sql, values)]


@contextmanager
def council_of(settings: Settings) -> Iterator[Council]:
    with open_ledger(settings) as ledger:
        yield Council(ledger)


def price(pounds: int, **more: Any) -> RateLine:
    return RateLine(
        component="education", unit="year", amount=pounds * 100, quantity=Decimal(1), void=False, discount=False,
        notice=True, **more,
    )  # fmt: skip


def dear(ref: str, pupil: str, pounds: int) -> StartPlacement:
    return StartPlacement(
        placement_ref=ref, pupil=pupil, need="ASD", start_on=date(2026, 9, 1), agreement_ref="SPOT-1",
        phase="secondary", setting="day", rates=(price(pounds),),
    )  # fmt: skip


def log_a_placement(council: Council, ref: str, pounds: int, account: str) -> str:
    """A form's deed: a pupil who was unknown, and the placement."""
    council.count += 1
    command_id = f"command-{council.count:04}"

    def deed(work: UnitOfWork) -> None:
        pupil = work.vault.admit(f"NEW-{ref}")
        sealed = {"pupil_ref": work.vault.seal(pupil, "pupil_ref", f"NEW-{ref}")}
        work.execute(IdentifyPupil(pupil=pupil, sealed=sealed, effective_on=date(2026, 9, 1)))
        work.execute(dear(ref, pupil, pounds))

    council.ledger.run_alone(Request(deed, command_id, "", account))
    return command_id


def bank_change(council: Council, account: str, number: str = "87654321") -> str:
    """The key under which a change of bank details waits."""
    council.count += 1
    command_id = f"command-{council.count:04}"

    def deed(work: UnitOfWork) -> None:
        known = work.state(BANK_DETAILS, str(SCHOOL))
        work.execute(change_of(work.vault, SCHOOL, checked(STATED | {"account_number": number}), known))

    with pytest.raises(Waits, match=f"ends in {number[-4:]}"):
        council.ledger.run_alone(Request(deed, command_id, "", account))
    return proposal_key(command_id)


def test_an_award_above_the_limit_waits_and_stands_once_another_agrees(limited: Settings) -> None:
    """Nothing of it stands before; all of it stands after, the pupil's new key included, and the chain holds."""
    with council_of(limited) as council:
        asker, approver = council.of("commissioner"), council.of("approver")
        with pytest.raises(Waits, match="£120,000 a year, more than the limit of £100,000"):
            log_a_placement(council, "PL-DEAR", 120_000, asker)
        assert council.rows("SELECT 1 FROM ledger_event WHERE stream = 'placement:PL-DEAR'") == []
        council.ask(AgreeProposal(proposal=proposal_key("command-0001")), approver)
        stood = council.rows("SELECT type FROM ledger_event WHERE stream = 'placement:PL-DEAR'")
        assert stood == [("PlacementStarted",)]
        assert council.ledger.vault.pupil_of("NEW-PL-DEAR") is not None
        assert verify(council.ledger).findings == ()


def test_awards_have_a_limit_without_anybody_setting_one(settings: Settings) -> None:
    """£100,000 a year, from the first approver on: before, nobody could agree, and an award would wait for no one."""
    assert Settings.model_fields["commissioning_award_limit"].get_default() == 100_000
    with council_of(settings.model_copy(update={"commissioning_award_limit": 100_000})) as council:
        asker = council.of("commissioner", "approver")
        log_a_placement(council, "PL-FIRST", 120_000, asker)
        approver = council.of("approver", name="Another")
        with pytest.raises(Waits):
            log_a_placement(council, "PL-NEXT", 120_000, asker)
        council.ask(CloseAccount(account=approver), operator_of(council.ledger))
        with pytest.raises(Waits):  # an account that is closed for a moment opens no way round
            log_a_placement(council, "PL-LAST", 120_000, asker)


@pytest.mark.parametrize("another", [False, True])
def test_a_workbook_with_an_award_is_confirmed_by_another_than_uploaded_it(
    limited: Settings, tmp_path: Path, another: bool
) -> None:
    """By one person it is refused in words and nothing of it stands; by two it lands, and names both."""
    path = tmp_path / "dear.xlsx"
    write_workbook(path, {"Rates": [own_price("PL-2", 120_000)]})
    with council_of(limited) as council:
        one, other = council.of("commissioner"), council.of("commissioner", name="Another")
        uploaded_by = other if another else one
        take_in = partial(import_workbook, council.ledger, path, account=one, command_id="dear")
        if not another:
            with pytest.raises(Refused, match="another person confirms than uploaded it"):
                take_in(uploaded_by=uploaded_by)
            assert council.rows("SELECT 1 FROM ledger_event WHERE command_id = 'dear'") == []
            return
        assert take_in(uploaded_by=uploaded_by).faults == ()
        ((told,),) = council.rows(
            "SELECT data FROM ledger_event WHERE command_id = 'dear' AND type = 'WorkbookTakenIn'"
        )
        assert (orjson.loads(told)["uploaded_by"], orjson.loads(told)["confirmed_by"]) == (other, one)


def test_what_waits_holds_no_word_about_a_child(limited: Settings) -> None:
    """A placement that is logged in words waits sealed: once agreed it names the child to those who may see it."""
    pupil = PupilInWords(pupil_ref="NEW-PL-DEAR", name="Wilfred Quillfeather", postcode="NW9 9ZZ")
    fields = dear("PL-DEAR", "0" * 32, 120_000).model_dump(exclude={"pupil", "end_reason"})
    command = LogPlacement(**fields, pupil=pupil, end_reason="Words about a child")
    with council_of(limited) as council:
        key = council.waits(command, council.of("commissioner"))
        log = "".join(str(row) for row in council.rows("SELECT data FROM ledger_event"))
        for plain in ("NEW-PL-DEAR", "Quillfeather", "NW9 9ZZ", "Words about a child"):
            assert plain not in log
        council.ask(AgreeProposal(proposal=key), council.of("approver"))
        child = council.ledger.vault.pupil_of("NEW-PL-DEAR")
        assert child is not None
        ((told,),) = council.rows(f"SELECT data FROM ledger_event WHERE stream = 'pupil:{child}'")
        sealed = orjson.loads(told)["sealed"]["name"]
        assert council.ledger.vault.open(child, "name", sealed) == "Wilfred Quillfeather"


def test_every_command_in_words_says_what_of_it_may_be_kept() -> None:
    """Whoever adds one says so here, and whatever else holds a name comes with it sealed."""
    for kind in (*PLACEMENTS_IN_WORDS, *CONSULTATIONS_IN_WORDS, RecordContact):
        assert kind.kept_as != "itself", kind.__name__


def test_words_about_a_person_that_would_have_to_wait_are_refused(limited: Settings) -> None:
    """A search that is begun in the same deed as an award holds words that nothing may keep: neither is done."""
    pupil, wanted = PupilInWords(pupil_ref="SOUGHT"), Wanted(need="ASD", phase="secondary", setting="day")
    search = SeekPlace(consultation_ref="CN-1", pupil=pupil, wanted=wanted, identified_on=date(2026, 9, 1))

    def deed(work: UnitOfWork) -> None:
        work.execute(search)
        work.execute(AgreeOwnRate(placement_ref="PL-2", line=price(120_000)))

    with council_of(limited) as council:
        asker = council.of("commissioner")
        before = council.rows("SELECT COUNT(*) FROM ledger_event")
        with pytest.raises(Refused, match="may not be kept until then"):
            council.ledger.run_alone(Request(deed, "both", "", asker))
        assert council.rows("SELECT COUNT(*) FROM ledger_event") == before


def test_an_award_at_the_limit_and_one_that_falls_are_one_persons(limited: Settings) -> None:
    """The limit itself is still one person's, and so is whatever makes a place cheaper."""
    with council_of(limited) as council:
        asker = council.of("commissioner")
        log_a_placement(council, "PL-AT", 100_000, asker)
        above = AgreeOwnRate(placement_ref="PL-AT", line=price(100_001))
        key = council.waits(above, asker)
        council.ask(AgreeProposal(proposal=key), council.of("approver"))
        council.ask(AgreeOwnRate(placement_ref="PL-AT", line=price(100_000)), asker)


def test_places_that_are_committed_are_an_award_whoever_fills_them(limited: Settings) -> None:
    """Two places at £60,000 take two people, by one command or by a price that is put on the card afterwards."""
    terms = TermsAsked(fee_year="academic", accrual="calendar_days", commitment_places=2, void_pct=Decimal(100))
    made = MakeAgreement(
        agreement_ref="BLOCK-2", provider_urn=SCHOOL, model="block", start_on=date(2026, 9, 1), terms=(terms,),
        rates=(price(60_000),),
    )  # fmt: skip
    with council_of(limited) as council:
        asker = council.of("commissioner")
        council.waits(made, asker)
        council.ask(made.model_copy(update={"rates": ()}), asker)
        council.waits(AgreeCardRate(agreement_ref="BLOCK-2", line=price(60_000)), asker)
        council.ask(AgreeCardRate(agreement_ref="BLOCK-2", line=price(50_000)), asker)


@pytest.mark.parametrize("roles", [("commissioner",), ("reader",), ("auditor",), ("administrator",), ("finance",)])
def test_only_an_approver_is_the_second_person_of_an_award(limited: Settings, roles: tuple[Role, ...]) -> None:
    """Other roles are refused, and nothing stands."""
    with council_of(limited) as council:
        asker = council.of("commissioner", name="Asker")
        log_a_placement(council, "PL-AT", 90_000, asker)
        key = council.waits(AgreeOwnRate(placement_ref="PL-AT", line=price(200_000)), asker)
        with pytest.raises(Refused, match="may not be the second person"):
            council.ask(AgreeProposal(proposal=key), council.of(*roles, name="Other"))


def test_a_person_with_two_roles_or_two_accounts_is_still_one_person(limited: Settings) -> None:
    """Neither both roles nor another account of the same person's makes anybody a second person."""
    with council_of(limited) as council:
        both = council.of("commissioner", "approver")
        other = council.of("approver", name="The same one's other account")
        log_a_placement(council, "PL-AT", 90_000, both)
        key = council.waits(AgreeOwnRate(placement_ref="PL-AT", line=price(200_000)), both)
        with pytest.raises(Refused, match="takes a second person"):
            council.ask(AgreeProposal(proposal=key), both)
        administrator = operator_of(council.ledger)
        council.ask(StateSamePerson(account=other, same_person_as=both), administrator)
        with pytest.raises(Refused, match="takes a second person"):
            council.ask(AgreeProposal(proposal=key), other)
        council.ask(StateSamePerson(account=other, same_person_as=""), administrator)
        council.ask(AgreeProposal(proposal=key), other)


def test_whoever_asked_must_still_be_allowed_when_it_is_agreed(limited: Settings) -> None:
    """A role that was taken in between takes what was asked with it."""
    with council_of(limited) as council:
        asker = council.of("commissioner", "finance")
        log_a_placement(council, "PL-AT", 90_000, asker)
        key = council.waits(AgreeOwnRate(placement_ref="PL-AT", line=price(200_000)), asker)
        council.ask(TakeRole(account=asker, role="commissioner"), operator_of(council.ledger))
        with pytest.raises(Refused, match="may not record"):
            council.ask(AgreeProposal(proposal=key), council.of("approver"))


def test_what_was_answered_taken_back_or_waited_too_long_is_done_by_nobody(limited: Settings) -> None:
    """Each end is an end; only whoever asked takes it back, and only another declines."""
    with council_of(limited) as council:
        asker, approver = council.of("commissioner"), council.of("approver")
        log_a_placement(council, "PL-AT", 90_000, asker)
        keys = [
            council.waits(AgreeOwnRate(placement_ref="PL-AT", line=price(pounds)), asker)
            for pounds in (200_000, 210_000, 220_000)
        ]
        council.ask(DeclineProposal(proposal=keys[0], why="price"), approver)
        with pytest.raises(Refused, match="Somebody else asked"):
            council.ask(WithdrawProposal(proposal=keys[1]), council.of("commissioner", name="Another"))
        council.ask(WithdrawProposal(proposal=keys[1]), asker)
        for key in keys[:2]:
            with pytest.raises(Refused, match="already"):
                council.ask(AgreeProposal(proposal=key), approver)
        council.ledger.clock = lambda: system_clock() + timedelta(days=15)
        with pytest.raises(Refused, match="waited too long"):
            council.ask(AgreeProposal(proposal=keys[2]), approver)


def test_a_command_sent_again_waits_once(limited: Settings) -> None:
    """The same id asks once, however often it is sent; once it is agreed the same command finds its work done."""
    with council_of(limited) as council:
        asker = council.of("commissioner")
        log_a_placement(council, "PL-AT", 90_000, asker)
        command = AgreeOwnRate(placement_ref="PL-AT", line=price(200_000))
        for _ in range(3):
            with pytest.raises(Waits):
                council.ledger.execute(command, command_id="again-0001", account=asker)
        assert council.rows("SELECT COUNT(*) FROM ledger_event WHERE type = 'ProposalMade'") == [(1,)]
        council.ask(AgreeProposal(proposal=proposal_key("again-0001")), council.of("approver"))
        receipt = council.ledger.execute(command, command_id="again-0001", account=asker)
        assert receipt.first_position is None


def test_together_with_others_what_waits_leaves_the_others_as_they_are(limited: Settings) -> None:
    """Of three commands that share a commit, the one that waits is recorded as waiting and the others are done."""
    with council_of(limited) as council:
        asker = council.of("commissioner")
        log_a_placement(council, "PL-AT", 90_000, asker)
        log_a_placement(council, "PL-BY", 90_000, asker)
        prices = (("PL-AT", 91_000), ("PL-AT", 300_000), ("PL-BY", 92_000))
        requests = [
            Request.of(
                AgreeOwnRate(placement_ref=ref, line=price(pounds)), command_id=f"together-{pounds}", account=asker
            )
            for ref, pounds in prices
        ]
        outcomes = council.ledger.run_together(requests)
        assert [isinstance(outcome, Waits) for outcome in outcomes] == [False, True, False]
        kinds = council.rows("SELECT type FROM ledger_event ORDER BY position DESC LIMIT 3")
        assert [kind for (kind,) in kinds] == ["OwnRateCorrected", "ProposalMade", "OwnRateCorrected"]
        assert verify(council.ledger).findings == ()


def test_where_a_school_is_paid_changes_by_two_people_and_no_figure_of_it_is_in_the_clear(settings: Settings) -> None:
    """The first time and every time after; finance may be the second, the commissioner neither first nor second."""
    with council_of(settings) as council:
        asker, other = council.of("finance", name="One"), council.of("finance", name="Other")
        key = bank_change(council, asker)
        with pytest.raises(Refused, match="takes a second person"):
            council.ask(AgreeProposal(proposal=key), asker)
        with pytest.raises(Refused, match="may not"):
            council.ask(AgreeProposal(proposal=key), council.of("commissioner"))
        council.ask(AgreeProposal(proposal=key), other)
        assert council.account_of(SCHOOL) == {
            "account_name": "Larkfield School",
            "sort_code": "010203",
            "account_number": "87654321",
        }
        bank_change(council, other, "11112222")
        log = "".join(str(row) for row in council.rows("SELECT data FROM ledger_event"))
        for plain in ("87654321", "8765 4321", "010203", "01-02-03", "11112222", "Larkfield School, account"):
            assert plain not in log
