"""What an audit asks: who came in, who was turned away, what left, who looked at what names a child; newest first."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from commissioning.accounts import events
from commissioning.accounts.words import LINKS, ROLES, WAYS_IN
from commissioning.ledger.actor import Role
from commissioning.ledger.events import Event, Recorded
from commissioning.ledger.log import COLUMNS
from commissioning.ledger.reading import Reader
from commissioning.ledger.time import instant_from_text
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import day, number

KINDS: Mapping[str, str] = Labels(
    {
        "AccountOpened": N_("Account opened"),
        "AccountDetailsChanged": N_("Name or address changed"),
        "SamePersonStated": N_("Accounts of one person"),
        "RoleGiven": N_("Role given"),
        "RoleTaken": N_("Role taken"),
        "AccountClosed": N_("Account closed"),
        "AccountReopened": N_("Account reopened"),
        "LinkSent": N_("Link sent"),
        "PasswordSet": N_("Password set"),
        "SecondFactorSet": N_("Authenticator set"),
        "RecoveryCodeUsed": N_("Recovery code used"),
        "SessionBegun": N_("Signed in"),
        "SessionEnded": N_("Session ended"),
        "TokenMade": N_("Token made"),
        "TokenRevoked": N_("Token revoked"),
        "SignInsRefused": N_("Sign-ins refused"),
        "SettingsChanged": N_("Settings changed"),
        "WorkbookTakenIn": N_("Workbook taken in"),
        "ProposalMade": N_("Second person asked for"),
        "ProposalAgreed": N_("Second person agreed"),
        "ProposalDeclined": N_("Second person declined"),
        "ProposalWithdrawn": N_("Taken back before a second person answered"),
        "BankDetailsChanged": N_("Where a school is paid changed"),
        "FileExported": N_("File taken out"),
        "InvoiceFileLeft": N_("File of an invoice taken out"),
        "RedactionDecided": N_("Published payment looked at"),
        "InvoiceRulesSet": N_("Tolerances and limits of invoices set"),
        "SealedFieldsOpened": N_("Pupil's details looked at"),
        "PupilErased": N_("Pupil's key destroyed"),
    }
)
"""What each kind of event is called. Those from the proposals on are of upper floors, and belong to an audit too.

A kind that is added here stands in `accounts_audited` from then on, and of earlier events after `rebuild`.
"""


Words = Mapping[type[Event], Callable[[Any], str]]
"""By kind of event, what one says."""


@dataclass(frozen=True, slots=True)
class Audited:
    """A page of an audit."""

    entries: tuple[Recorded, ...]
    total: int


async def audited(reader: Reader, upto: int, *, kind: str = "", account: str = "", size: int, page: int) -> Audited:
    """The events of an audit up to a position, of one kind or all and by one account or all."""
    book = await reader.number()
    chosen = {"type": kind, "account": account}
    where = "book = ? AND position <= ?" + "".join(f" AND {name} = ?" for name, value in chosen.items() if value)
    parameters: list[object] = [book, upto, *filter(None, chosen.values())]
    counted = await reader.query(f"SELECT COUNT(*) FROM accounts_audited WHERE {where}", parameters)
    found = await reader.query(
        f"SELECT position FROM accounts_audited WHERE {where} ORDER BY position DESC LIMIT ? OFFSET ?",
        [*parameters, size, (page - 1) * size],
    )
    if not found:
        return Audited((), counted[0][0])
    rows = await reader.query(
        f"SELECT {COLUMNS} FROM ledger_event WHERE book = ? AND position IN ({', '.join('?' * len(found))}) "
        "ORDER BY position DESC",
        [book, *(position for (position,) in found)],
    )
    return Audited(tuple(reader.decode(rows)), counted[0][0])


def in_words(event: Event, words_above: Words) -> str:
    """What an event says beside its kind, without what names anybody; `words_above` are those of upper floors."""
    more = _MORE.get(type(event)) or words_above.get(type(event))
    return more(event) if more else ""


def _roles(roles: Iterable[Role]) -> str:
    return ", ".join(ROLES[role].lower() for role in roles)


def _opened(event: events.AccountOpened) -> str:
    schools = [*map(str, event.urns), *filter(None, (event.owner_group,))]
    roles = _roles(event.roles)
    return _("%(roles)s of %(schools)s", roles=roles, schools=", ".join(schools)) if schools else roles


def _same_person(event: events.SamePersonStated) -> str:
    if not event.same_person_as:
        return _("nobody else's")
    return _("the same person as %(account)s", account=event.same_person_as[:8])


def _token(event: events.TokenMade) -> str:
    until = day(instant_from_text(event.until))
    return _("%(roles)s, until %(day)s", roles=_roles(event.roles) or _("calendar of reviews"), day=until)


def _refused(event: events.SignInsRefused) -> str:
    return _(
        "%(attempts)s because of %(why)s, until %(time)s UTC",
        attempts=number(event.attempts),
        why=_(event.why),
        time=event.last_at[11:19],
    )


def _workbook(event: events.WorkbookTakenIn) -> str:
    sha256 = event.sha256[:12]
    if event.confirmed_by != event.uploaded_by:
        return _("confirmed by another, SHA-256 %(sha256)s", sha256=sha256)
    return _("confirmed by whoever uploaded it, SHA-256 %(sha256)s", sha256=sha256)


def _settings(event: events.SettingsChanged) -> str:
    roles = event.settings.get("directory_roles", "")
    told = event.settings | {
        "address": _(event.settings.get("address", "")),
        "directory_roles": _ROLE_OF_A_CLAIM.sub(lambda found: f" = {ROLES[found[1]].lower()}", roles),  # type: ignore[index]
    }
    return "; ".join(f"{_SETTINGS.get(name, name)} {value}" for name, value in told.items() if value)


_SETTINGS: Mapping[str, str] = Labels(
    {
        "address": N_("reached at"),
        "idle_minutes": N_("minutes until an unused session ends:"),
        "session_hours": N_("hours until any session ends:"),
        "directory": N_("directory"),
        "directory_roles": N_("roles by the directory's groups:"),
    }
)
"""What the settings of `SettingsChanged` are called, in the words that stand before their values."""
_ROLE_OF_A_CLAIM = re.compile(rf"=({'|'.join(ROLES)})(?=, |$)")
_MORE: Words = {
    events.AccountOpened: _opened,
    events.SamePersonStated: _same_person,
    events.RoleGiven: lambda event: _roles((event.role,)),
    events.RoleTaken: lambda event: _roles((event.role,)),
    events.LinkSent: lambda event: LINKS[event.purpose].lower(),
    events.RecoveryCodeUsed: lambda event: _("%(left)s left", left=event.left),
    events.SessionBegun: lambda event: WAYS_IN[event.how].lower(),
    events.TokenMade: _token,
    events.SignInsRefused: _refused,
    events.WorkbookTakenIn: _workbook,
    events.SettingsChanged: _settings,
}
