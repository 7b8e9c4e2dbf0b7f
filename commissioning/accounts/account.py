"""An account: what may be recorded of it and what it is after its events; pure."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from commissioning.accounts import commands, events
from commissioning.accounts.facts import Detail, SignsInBy
from commissioning.ledger.actor import NO_SCHOOLS, ROLES, Actor, Role, Schools
from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said


class Account(NamedTuple):
    """An account as it stands."""

    key: str
    signs_in_by: SignsInBy
    roles: frozenset[Role]
    schools: Schools = NO_SCHOOLS
    sealed: Mapping[Detail, str] = {}
    is_open: bool = True
    same_person_as: str = ""
    """The account that stands for the person, where this one is not the only one; blank where it is."""

    @property
    def person(self) -> str:
        """Whose account it is: what is compared where it takes two people."""
        return self.same_person_as or self.key

    def acting(self) -> Actor:
        """The account as it acts; one that is closed holds no role."""
        return Actor(self.key, self.roles if self.is_open else frozenset(), self.schools)


_NOTED = (events.LinkSent, events.PasswordSet, events.SecondFactorSet, events.RecoveryCodeUsed)
"""What is told of an account and changes nothing that a decision rests on."""


def decide_opening(command: commands.OpenAccount, account: Account | None, today: date) -> list[Event]:
    """What opening an account comes to. `Refused` where it is there, or its roles and schools do not go together."""
    if account is not None:
        raise _refused("account-known", "There is an account of this person already.", command.account, status=409)
    roles, speaks_for_schools = _in_order(command.roles), bool(command.urns or command.owner_group)
    if ("provider" in roles) != speaks_for_schools or ("provider" in roles and len(roles) > 1):
        raise _refused(
            "account-schools",
            "A provider's account has no other role and speaks for schools; no other account does.",
            command.account,
            expected="either the role provider with schools or an owner group, or other roles without them",
        )
    if command.signs_in_by == "system_user" and speaks_for_schools:
        raise _refused("account-sign-in", "A provider has no place on the command line.", command.account)
    return [
        events.AccountOpened(
            effective_on=today,
            account=command.account,
            signs_in_by=command.signs_in_by,
            roles=roles,
            urns=tuple(sorted(set(command.urns))),
            owner_group=command.owner_group,
            sealed=command.sealed,
        )
    ]


def decide(  # noqa: PLR0911 - one way out for each command
    command: commands.AccountCommand, account: Account | None, today: date
) -> list[Event]:
    """What a change of a known account comes to; nothing where it would change nothing."""
    if account is None:
        raise _refused("account-unknown", "There is no such account.", command.account, status=404)
    match command:
        case commands.ChangeAccountDetails(sealed=sealed):
            return [events.AccountDetailsChanged(effective_on=today, sealed=sealed)] if sealed != account.sealed else []
        case commands.StateSamePerson():
            return _same_person(command, account, today)
        case commands.GiveRole(role=role):
            return _given(account, (role,), today)
        case commands.TakeRole(role=role):
            return _taken(account, (role,), today)
        case commands.MatchDirectory(roles=roles):
            gone = tuple(role for role in _in_order(account.roles) if role not in roles)
            return _taken(account, gone, today) + _given(account, _in_order(roles), today)
        case commands.CloseAccount():
            return [events.AccountClosed(effective_on=today)] if account.is_open else []
        case commands.ReopenAccount():
            return [] if account.is_open else [events.AccountReopened(effective_on=today)]
        case _:
            raise ValueError(f"{type(command).__name__} is no change of an account")


def _same_person(command: commands.StateSamePerson, account: Account, today: date) -> list[Event]:
    if command.same_person_as == account.key:
        raise _refused(
            "same-account", "An account is always its own.", account.key, mend="Name the person's other one."
        )
    if command.same_person_as == account.same_person_as:
        return []
    return [events.SamePersonStated(effective_on=today, same_person_as=command.same_person_as)]


def _given(account: Account, roles: tuple[Role, ...], today: date) -> list[Event]:
    wanted = set(roles) - account.roles
    if "provider" in wanted or (wanted and "provider" in account.roles):
        raise _refused(
            "account-schools",
            "An account is either a provider's or one of the council's own; it never becomes the other.",
            account.key,
            mend="Open another account.",
        )
    return [events.RoleGiven(effective_on=today, role=role) for role in _in_order(wanted)]


def _taken(account: Account, roles: tuple[Role, ...], today: date) -> list[Event]:
    return [events.RoleTaken(effective_on=today, role=role) for role in roles if role in account.roles]


def evolve(account: Account | None, event: Event) -> Account:  # noqa: PLR0911 - one way out for each event
    """The account after an event; raises `LedgerDamaged` where the event cannot follow."""
    if isinstance(event, events.AccountOpened):
        schools = Schools(frozenset(event.urns), event.owner_group)
        return Account(event.account, event.signs_in_by, frozenset(event.roles), schools, event.sealed)
    if account is None:
        raise misplaced(event, account)
    match event:
        case events.AccountDetailsChanged(sealed=sealed):
            return account._replace(sealed=sealed)
        case events.SamePersonStated(same_person_as=person):
            return account._replace(same_person_as=person)
        case events.RoleGiven(role=role):
            return account._replace(roles=account.roles | {role})
        case events.RoleTaken(role=role):
            return account._replace(roles=account.roles - {role})
        case events.AccountClosed() | events.AccountReopened():
            return account._replace(is_open=isinstance(event, events.AccountReopened))
    if not isinstance(event, _NOTED):
        raise misplaced(event, account)
    return account


def _in_order(roles: "frozenset[Role] | set[Role] | tuple[Role, ...]") -> tuple[Role, ...]:
    """Roles in one order, so that the same roles give the same events."""
    return tuple(role for role in ROLES if role in roles)


def _refused(
    code: str, message: str, account: str, *, expected: str = "", mend: str = "", status: int = 422
) -> Refused:
    return Refused(Fault(code, message, said("account %(account)s", account=account[:8]), expected, mend, status))


ACCOUNTS = Aggregate("account", evolve)
