"""One example of every event about accounts as today's code writes it; nobody in them exists."""

from datetime import date

from commissioning.accounts import events
from commissioning.ledger.events import Event

DAY = date(2026, 9, 1)
ACCOUNT = "fedcba9876543210fedcba9876543210"
FROM, UNTIL = "2026-09-01T08:00:00.000000Z", "2026-09-01T20:00:00.000000Z"
ACCOUNT_STREAM, SESSION_STREAM, TOKEN_STREAM = (
    f"account:{ACCOUNT}",
    "session:0123456789abcdef",
    "token:fedcba9876543210",
)

ACCOUNT_EXAMPLES: tuple[tuple[str, Event], ...] = (
    (
        ACCOUNT_STREAM,
        events.AccountOpened(
            effective_on=DAY,
            account=ACCOUNT,
            signs_in_by="password",
            roles=("provider",),
            urns=(900001, 900002),
            owner_group="Invented Schools Group",
            sealed={"name": "aW52ZW50ZWQ=", "email": "c2VhbGVk"},
        ),
    ),
    (ACCOUNT_STREAM, events.AccountDetailsChanged(effective_on=DAY, sealed={"name": "aW52ZW50ZWQ="})),
    (ACCOUNT_STREAM, events.SamePersonStated(effective_on=DAY, same_person_as="0123456789abcdef0123456789abcdef")),
    (ACCOUNT_STREAM, events.RoleGiven(effective_on=DAY, role="finance")),
    (ACCOUNT_STREAM, events.RoleTaken(effective_on=DAY, role="finance")),
    (ACCOUNT_STREAM, events.AccountClosed(effective_on=DAY)),
    (ACCOUNT_STREAM, events.AccountReopened(effective_on=DAY)),
    (ACCOUNT_STREAM, events.LinkSent(effective_on=DAY, purpose="invitation", until=UNTIL)),
    (ACCOUNT_STREAM, events.PasswordSet(effective_on=DAY)),
    (ACCOUNT_STREAM, events.SecondFactorSet(effective_on=DAY)),
    (ACCOUNT_STREAM, events.RecoveryCodeUsed(effective_on=DAY, left=9)),
    (
        SESSION_STREAM,
        events.SessionBegun(effective_on=DAY, session="0123456789abcdef", account=ACCOUNT, how="password"),
    ),
    (SESSION_STREAM, events.SessionEnded(effective_on=DAY, account=ACCOUNT)),
    (
        TOKEN_STREAM,
        events.TokenMade(
            effective_on=DAY,
            token="fedcba9876543210",  # noqa: S106 - the public name of a token, which opens nothing
            account=ACCOUNT,
            roles=("commissioner",),
            until=UNTIL,
            sealed_name="c2VhbGVk",
        ),
    ),
    (TOKEN_STREAM, events.TokenRevoked(effective_on=DAY, account=ACCOUNT)),
    (
        f"note:refusals-{DAY}",
        events.SignInsRefused(effective_on=DAY, why="password or code", attempts=812, first_at=FROM, last_at=UNTIL),
    ),
    (
        "workbook:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        events.WorkbookTakenIn(
            effective_on=DAY,
            sha256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            uploaded_by=ACCOUNT,
            confirmed_by="0123456789abcdef0123456789abcdef",
        ),
    ),
    ("note:settings", events.SettingsChanged(effective_on=DAY, settings={"idle_minutes": "30"})),
)
