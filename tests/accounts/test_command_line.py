"""The command line acts as an account: every command asks a policy, or stands here with the reason why it cannot."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from commissioning.app import open_ledger
from commissioning.cli.main import main
from commissioning.importing.template import write_template
from commissioning.ledger.actor import ROLES, Role
from commissioning.settings import Settings
from tests.accounts.signing_in import person

STAFF: tuple[Role, ...] = ("commissioner", "finance", "approver", "reader", "auditor")
KEEPERS: tuple[Role, ...] = ("administrator",)
WITHOUT_AN_ACCOUNT = {
    "demo": "makes a ledger of its own, in which everything is invented",
    "serve": "asks everybody who comes",
    "migrate": "makes the tables in which accounts stand",
    "template": "writes an empty workbook and opens no ledger",
    "verify": "changes nothing, shows no figure, and must run where accounts cannot be trusted any more",
    "book import": "brings the accounts",
    "witness show": "must run where accounts cannot be trusted any more",
    "keys make": "prints a random number and opens no ledger",
}
"""Commands that take no `--as`, with the reason. They hold database and keys in their hands in any case."""

COMMANDS: dict[str, tuple[tuple[str, ...], tuple[Role, ...]]] = {
    "import": (("in.xlsx", "--dry-run"), ("commissioner",)),
    "providers import": (("schools.csv",), ("commissioner",)),
    "price-bands import": (
        ("bands.csv", "--effective-on", "2026-04-01", "--source", "Invented"),
        ("commissioner",),
    ),
    "report spend": ((), STAFF),
    "report compare": ((), STAFF),
    "report bridge": (("--from-position", "1"), STAFF),
    "report local-first": ((), STAFF),
    "report uplifts": ((), STAFF),
    "report voids": ((), STAFF),
    "report reviews": ((), STAFF),
    "report budget": ((), STAFF),
    "report accruals": ((), STAFF),
    "report committed": ((), STAFF),
    "report journal": ((), STAFF),
    "report publication": (("--name", "contracts"), STAFF),
    "report listing": ((), STAFF),
    "report posted": ((), STAFF),
    "report exceptions": ((), STAFF),
    "report counterfactual": (("--agreement", "BLOCK-1"), STAFF),
    "report scenarios": (("--agreement", "BLOCK-1"), STAFF),
    "report sensitivity": (("--agreement", "BLOCK-1"), STAFF),
    "report forecast": ((), STAFF),
    "report expected": ((), STAFF),
    "report pay": ((), STAFF),
    "report price-bands": ((), STAFF),
    "report exits": ((), STAFF),
    "report year-groups": ((), STAFF),
    "report saved": (("no-such-view",), STAFF),
    "pack": ((), STAFF),
    "check": (("in.xlsx",), STAFF),
    "close": (("2026-04",), ("finance",)),
    "codes map": (("1234", "--balance", "--from", "2026-04-01"), ("finance",)),
    "rebuild": ((), KEEPERS),
    "audit-pack": (("pack.zip",), ("administrator", "auditor")),
    "book export": (("book.zip",), KEEPERS),
    "witness new-key": ((), KEEPERS),
    "backup": (("copy",), KEEPERS),
    "restore": (("no-copy",), ROLES),
    "disclose": (("PPL-1",), ("commissioner",)),
    "erase": (("PPL-1", "--yes"), ("commissioner",)),
    "retention due": ((), ("commissioner",)),
    "keys rotate": ((), KEEPERS),
    "scenario save": (("Offer", "in.xlsx"), STAFF),
    "scenario drop": (("Offer",), STAFF),
    "scenario list": ((), STAFF),
    "invoice submit": (("in.xlsx", "--provider", "900001"), ("finance",)),
    "invoice paid": (("in.xlsx",), ("finance",)),
    "views": ((), STAFF),
    "users list": ((), KEEPERS),
    "users open": (("somebody", "--name", "Some Body", "--role", "reader"), KEEPERS),
    "users invite": (("a@b.example", "--name", "Some Body", "--school", "900001"), ("administrator", "commissioner")),
    "users give": (("a.clerk", "reader"), KEEPERS),
    "users take": (("a.clerk", "reader"), KEEPERS),
    "users close": (("a.clerk",), KEEPERS),
    "users reopen": (("a.clerk",), KEEPERS),
    "tokens make": (("nightly", "--role", "reader"), tuple(role for role in ROLES if role != "provider")),
    "tokens list": ((), ROLES),
    "tokens revoke": (("0123456789abcdef",), ROLES),
}
"""Every command that acts as an account, words that it needs, and the roles that it is for."""


SCHOOLS = "URN,EstablishmentName,TypeOfEstablishment (name)\n900009,Elsewhere,Other independent special school\n"


READS_FIRST = {"restore", "scenario save"}
"""Commands that look at the file before they ask who wants it, so that a file of this test says no first."""


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that hangs from a group, by its whole name."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def test_every_command_acts_as_an_account_or_says_why_not() -> None:
    """A command that is added without `--as`, or without a line in the table, is found here."""
    found = dict(leaves(main))
    acting = {name for name, command in found.items() if any("--as" in one.opts for one in command.params)}
    assert acting == set(COMMANDS)
    assert set(found) - acting == set(WITHOUT_AN_ACCOUNT)


@pytest.fixture
def run(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Runs a command over a copy of the small council: exit code, output, and what it said beside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMISSIONING_DATA", str(settings.commissioning_data))
    monkeypatch.setenv("COMMISSIONING_WITNESS", str(settings.witness_folder))
    monkeypatch.setenv("COMMISSIONING_KEYS", str(settings.keys_folder))
    monkeypatch.setenv("COMMISSIONING_BOOK", settings.commissioning_book)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    write_template(tmp_path / "in.xlsx")
    (tmp_path / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    (tmp_path / "bands.csv").write_text("need,amount\nSEMH,50000\n", encoding="utf-8")

    def invoke(*words: str) -> tuple[int, str, str]:
        answer = CliRunner().invoke(main, list(words))
        return answer.exit_code, answer.stdout, answer.stderr

    return invoke


def test_every_command_refuses_whom_it_is_not_for(
    settings: Settings, run: Callable[..., tuple[int, str, str]], publish: Callable[[str], None]
) -> None:
    """Whoever may not is refused in words with nothing on standard output, and nobody at all may do anything."""
    with open_ledger(settings) as ledger:
        people = {role: person(ledger, role, urns=(900001,) if role == "provider" else ()) for role in ROLES}
    asked, wrong = 0, {}
    for number, (name, (words, allowed)) in enumerate(COMMANDS.items()):
        if name in READS_FIRST:
            continue
        # One of the roles that it is not for, another for each command: the policies themselves are asked for every
        # role by the matrix of routes.
        refused = [role for role in ROLES if role not in allowed]
        some = [people[refused[number % len(refused)]]] if refused else []
        for who in [*some, "nobody-of-this-name"]:
            code, out, err = run(*name.split(), *words, "--as", who)
            asked += 1
            if code != 1 or out or not ("may not" in err or "has an account" in err):
                wrong[name, who] = (code, out[:80], err[:200])
    assert wrong == {}
    publish(f"command line: {len(COMMANDS)} commands asked {asked} times by whom they are not for")


def test_what_staff_may_ask_is_answered(settings: Settings, run: Callable[..., tuple[int, str, str]]) -> None:
    """A reader, who has the least of the council's roles, is refused none of it."""
    with open_ledger(settings) as ledger:
        reader = person(ledger, "reader")
    for name, (words, allowed) in COMMANDS.items():
        if allowed == STAFF and name != "pack":
            _, _, err = run(*name.split(), *words, "--as", reader)
            assert "may not" not in err, name


def test_a_file_is_recorded_under_whoever_it_was_asked_as(
    settings: Settings, run: Callable[..., tuple[int, str, str]]
) -> None:
    """`--as` names who takes the file, not who types."""
    with open_ledger(settings) as ledger:
        reader = person(ledger, "reader")
    assert run("report", "spend", "--format", "csv", "--out", "spend.csv", "--as", reader)[0] == 0
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        rows = connection.query("SELECT account FROM ledger_event WHERE type = 'FileExported'")
    assert [account for (account,) in rows] == [reader]
