"""Accounts in the domain's own terms: what may be opened, given and taken, and who makes a ledger."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from commissioning.accounts import commands, events
from commissioning.accounts.account import ACCOUNTS, Account, decide, decide_opening
from commissioning.accounts.acting import who_acts
from commissioning.accounts.identities import email, system_user
from commissioning.app import compose, open_vault
from commissioning.cli.main import main
from commissioning.ledger.actor import FIRST_OPERATOR, PROGRAM, ROLES, Actor, Role
from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from commissioning.ledger.verify import verify
from commissioning.settings import Settings
from tests.importing.workbooks import write
from tests.ledger_fixture import open_test_ledger, opened
from tests.privacy.canaries import council

TODAY = date(2026, 9, 1)
ROLE_SETS = st.frozensets(st.sampled_from(ROLES))


def opening(roles: frozenset[Role], *, urns: tuple[int, ...] = (), owner: str | None = None) -> commands.OpenAccount:
    return commands.OpenAccount(
        account="k", signs_in_by="password", roles=tuple(sorted(roles)), urns=urns, owner_group=owner
    )


def folded(*found: Event) -> Account:
    account = ACCOUNTS.fold(found)
    assert account is not None
    return account


@given(ROLE_SETS, st.lists(st.integers(900_000, 900_009), max_size=3), st.none() | st.just("Owner"))
def test_a_provider_is_nothing_else_and_speaks_for_schools(
    roles: frozenset[Role], urns: list[int], owner: str | None
) -> None:
    """Of all sets of roles and schools only those are opened in which provider stands alone, and with a school."""
    try:
        account = folded(*decide_opening(opening(roles, urns=tuple(urns), owner=owner), None, TODAY))
    except Refused:
        account = None
    if "provider" in roles:
        assert (account is not None) == (roles == {"provider"} and bool(urns or owner))
    else:
        assert (account is not None) == (not urns and not owner)
    if account is not None:
        assert account.acting() == Actor("k", roles, account.schools)
        assert account.schools.urns == frozenset(urns)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(ROLES)), max_size=12))
def test_roles_are_those_given_and_not_taken(steps: list[tuple[bool, Role]]) -> None:
    """However they are given and taken, the account has the last word of each, and never becomes a provider's."""
    found, held = decide_opening(opening(frozenset({"reader"})), None, TODAY), {"reader"}
    for given_, role in steps:
        kind = commands.GiveRole if given_ else commands.TakeRole
        try:
            found = [*found, *decide(kind(account="k", role=role), folded(*found), TODAY)]
        except Refused:
            assert given_
            assert role == "provider"
            continue
        held = held | {role} if given_ else held - {role}
    assert folded(*found).roles == held


@given(ROLE_SETS, ROLE_SETS)
def test_the_directory_has_the_last_word(before: frozenset[Role], after: frozenset[Role]) -> None:
    """Whatever roles an account had, it has those of the directory after, and the same again changes nothing."""
    before, after = before - {"provider"}, after - {"provider"}
    found = decide_opening(opening(before), None, TODAY)
    match = commands.MatchDirectory(account="k", roles=tuple(sorted(after)))
    found = [*found, *decide(match, folded(*found), TODAY)]
    assert folded(*found).roles == after
    assert decide(match, folded(*found), TODAY) == []


def test_a_closed_account_acts_with_no_role_and_gets_its_own_back() -> None:
    """Closing and reopening is once each, however often it is asked."""
    found = decide_opening(opening(frozenset({"finance"})), None, TODAY)
    for command, roles in (
        (commands.CloseAccount(account="k"), frozenset()),
        (commands.ReopenAccount(account="k"), frozenset({"finance"})),
    ):
        found = [*found, *decide(command, folded(*found), TODAY)]
        assert folded(*found).acting().roles == roles
        assert decide(command, folded(*found), TODAY) == []


def test_whoever_first_asks_makes_the_ledger_and_nobody_after(tmp_path: Path) -> None:
    """The first becomes the first operator in the same transaction; a rehearsal, a refusal and the program do not."""
    asked: list[Actor] = []

    with opened(tmp_path, compose()) as ledger:

        def ask(account: str, *, rehearse: bool = False) -> Actor:
            ledger.run(
                lambda work: asked.append(work.actor), command_id=f"{account} {len(asked)}", digest="",
                account=account, rehearse=rehearse,
            )  # fmt: skip
            return asked[-1]

        for program in sorted(PROGRAM):
            assert ask(program).roles == frozenset()
        assert ask(" ").roles == frozenset()
        assert ask("ada", rehearse=True).roles == FIRST_OPERATOR
        assert ledger.open().position == 0
        assert ask("ben").roles == FIRST_OPERATOR
        assert ledger.open().position == 1
        assert ask("ada").roles == frozenset()
        assert ask("ben").roles == FIRST_OPERATOR
        assert ledger.open().position == 1
        assert verify(ledger).findings == ()
    assert who_acts.__name__ == "who_acts"


def test_nobody_changes_their_own_roles_and_the_last_administrator_stays(tmp_path: Path) -> None:
    """An administrator cannot make themselves an approver, and nobody can leave the ledger without one."""
    with opened(tmp_path, compose()) as ledger:
        count = iter(range(100))

        def execute(account: str, command: commands.Command) -> None:
            ledger.execute(command, command_id=str(next(count)), account=account)

        execute("ada", commands.OpenAccount(account="ben", signs_in_by="system_user", roles=("administrator",)))
        for own in (commands.GiveRole(account="ada", role="approver"), commands.CloseAccount(account="ada")):
            with pytest.raises(Refused, match="may not change the roles"):
                execute("ada", own)
        execute("ben", commands.TakeRole(account="ada", role="administrator"))
        with pytest.raises(Refused, match="may not"):
            execute("ada", commands.TakeRole(account="ben", role="administrator"))
        execute("ben", commands.OpenAccount(account="cyd", signs_in_by="system_user", roles=("administrator",)))
        execute("ben", commands.CloseAccount(account="cyd"))
        execute("ben", commands.ReopenAccount(account="cyd"))
        execute("cyd", commands.CloseAccount(account="ben"))
        assert verify(ledger).findings == ()


def test_events_of_accounts_cannot_stand_where_they_do_not_belong() -> None:
    """A stream that begins with a change, or holds another kind of event, is damaged."""
    with pytest.raises(Refused):
        ACCOUNTS.fold([events.RoleGiven(effective_on=TODAY, role="finance")])
    begun = decide_opening(opening(frozenset({"finance"})), None, TODAY)
    with pytest.raises(Refused):
        ACCOUNTS.fold([*begun, events.SettingsChanged(effective_on=TODAY, settings={})])


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command over a ledger that “ada” made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMISSIONING_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()

    def run(*words: str) -> Result:
        return runner.invoke(main, list(words), catch_exceptions=False)

    assert run("import", str(write(tmp_path / "a.xlsx", council())), "--as", "ada").exit_code == 0
    return run


def test_the_command_line_acts_under_the_same_policies(run: Run, tmp_path: Path) -> None:
    """A reader imports nothing, an administrator without more neither, a commissioner does; a stranger is nobody."""
    path = str(write(tmp_path / "b.xlsx", {"Providers": [{"urn": 900009, "name": "New", "type": "state_special"}]}))
    for name, role in (("ree", "reader"), ("adm", "administrator"), ("com", "commissioner")):
        assert run("users", "open", name, "--name", name, "--role", role, "--as", "ada").exit_code == 0
    for name, words in (
        ("ree", "may not change schools"),
        ("adm", "may not change schools"),
        ("str", "Nobody of this"),
    ):
        answer = run("import", path, "--as", name, "--format", "json")
        assert answer.exit_code == 1
        assert words in " ".join((answer.stderr + answer.stdout).split())
    assert run("import", path, "--as", "com").exit_code == 0
    assert run("users", "list", "--as", "com").exit_code == 1
    for name in ("ree", "com"):
        assert run("users", "open", "x", "--name", "X", "--role", "approver", "--as", name).exit_code == 1


def test_accounts_are_listed_changed_and_closed_on_the_command_line(run: Run) -> None:
    """By system user's name, e-mail address or key; the invited get a link; a closed account is nobody."""
    assert run("users", "open", "fin", "--name", "Fin Hale", "--role", "finance", "--as", "ada").exit_code == 0
    invited = run("users", "invite", "jo@x.example", "--name", "Jo", "--school", "900001", "--as", "ada")
    assert "/welcome/" in invited.stdout
    assert run("users", "give", "fin", "approver", "--as", "ada").exit_code == 0
    assert run("users", "take", "fin", "finance", "--as", "ada").exit_code == 0
    assert run("users", "close", "jo@x.example", "--as", "ada").exit_code == 0
    listed = {row["name"]: row for row in json.loads(run("users", "list", "--as", "ada", "--format", "json").stdout)}
    assert listed["Fin Hale"]["roles"] == ["approver"]
    assert (listed["Jo"]["open"], listed["Jo"]["schools"]) == (False, ["900001"])
    assert set(listed["ada"]["roles"]) == FIRST_OPERATOR
    with closing(open_vault(Settings())) as vault:
        assert listed["Fin Hale"]["account"] == vault.pupil_of(system_user("fin"))
        assert listed["Jo"]["account"] == vault.pupil_of(email("JO@x.example "))
    assert run("users", "close", "fin", "--as", "ada").exit_code == 0
    assert run("tokens", "make", "t", "--role", "approver", "--as", "fin").exit_code == 1
    assert run("users", "reopen", listed["Fin Hale"]["account"], "--as", "ada").exit_code == 0
    made = run("tokens", "make", "Nightly", "--role", "approver", "--as", "fin")
    assert len(made.stdout.strip()) >= 43
    (token,) = json.loads(run("tokens", "list", "--as", "fin", "--format", "json").stdout)
    assert (token["name"], token["roles"]) == ("Nightly", ["approver"])
    assert run("tokens", "revoke", token["token"], "--as", "ada").exit_code == 1
    assert run("tokens", "revoke", token["token"], "--as", "fin").exit_code == 0
    assert json.loads(run("tokens", "list", "--as", "fin", "--format", "json").stdout) == []
    assert run("verify").exit_code == 0


def test_a_rebuild_leaves_sessions_and_credentials_alone(tmp_path: Path, run: Run) -> None:
    """Read tables are made anew; what may stand in no event is no read table."""
    assert run("tokens", "make", "Nightly", "--role", "commissioner", "--as", "ada").exit_code == 0
    assert run("rebuild", "--as", "ada").exit_code == 0
    assert len(json.loads(run("tokens", "list", "--as", "ada", "--format", "json").stdout)) == 1
    ledger = open_test_ledger(tmp_path / "other", compose())
    assert not {"accounts_session", "accounts_token"} & {model._meta.db_table for model in ledger.composition.models()}  # noqa: SLF001 - as in tables.py
    ledger.close()
