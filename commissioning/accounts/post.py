"""Letters on their way out: into files, where nothing else is set, or to a mail server."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from commissioning.accounts.facts import LinkPurpose
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.time import Clock
from commissioning.web.language import N_, _

_SECONDS = 20
_SUBMISSION = 587
_SUBJECTS: dict[LinkPurpose, str] = {
    "invitation": N_("Your account with %(council)s"),
    "reset": N_("A new password for your account with %(council)s"),
}
_TEXTS: dict[LinkPurpose, str] = {
    "invitation": N_(
        "You are invited to the placements service of %(council)s.\n\nChoose a password and set up an authenticator "
        "here, within three days:\n\n%(link)s\n\nThe link works once. If you did not expect this letter, you need "
        "not do anything.\n"
    ),
    "reset": N_(
        "Somebody, probably you, asked for a new password for the placements service of %(council)s.\n\nChoose it "
        "here, within the hour:\n\n%(link)s\n\nThe link works once. If it was not you, you need not do anything: "
        "your password stays as it is.\n"
    ),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person."""

    to: str
    subject: str
    text: str

    @classmethod
    def with_link(cls, purpose: LinkPurpose, to: str, link: str, council: str) -> "Letter":
        """The letter that brings a single-use link, in the language of whoever has it sent."""
        return cls(to, _(_SUBJECTS[purpose], council=council), _(_TEXTS[purpose], council=council, link=link))


class Post(Protocol):
    """Takes letters; it may wait for a network, so callers who serve others ask it in a thread."""

    def send(self, letter: Letter) -> None:
        """Sends a letter; `Refused` where it cannot be sent now."""
        ...


class Outbox:
    """Letters as files of their reader's mail program, for whoever runs the service to pass on."""

    def __init__(self, folder: Path, sender: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    def send(self, letter: Letter) -> None:
        """Writes a letter that its owner alone may read."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        message = _message(letter, self._sender, self._clock)
        path = self._folder / f"{self._clock():%Y%m%dT%H%M%S%f}.eml"
        path.touch(mode=0o600)
        path.write_bytes(bytes(message))


class MailServer:
    """A mail server, by its address: `smtp://USER:PASSWORD@HOST:PORT` with STARTTLS, or `smtps://…`."""

    def __init__(self, address: str, sender: str, clock: Clock) -> None:
        self._parts = urlsplit(address)
        self._sender = sender
        self._clock = clock

    def send(self, letter: Letter) -> None:
        """Hands a letter over, encrypted on the way."""
        parts = self._parts
        host, port = parts.hostname or "", parts.port or _SUBMISSION
        try:
            with self._connected(host, port) as server:
                if parts.username:
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(_message(letter, self._sender, self._clock))
        except (OSError, smtplib.SMTPException) as problem:
            raise Refused(
                Fault(
                    "letter",
                    "The letter could not be sent.",
                    where=host,
                    mend="Try again in some minutes; if it goes on, look at COMMISSIONING_MAIL_SERVER.",
                    status=503,
                )
            ) from problem

    def _connected(self, host: str, port: int) -> smtplib.SMTP:
        """A connection that nobody on the way can read, to a server whose certificate is good for its name."""
        trusted = ssl.create_default_context()
        if self._parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=trusted)
        server = smtplib.SMTP(host, port, timeout=_SECONDS)
        try:
            server.starttls(context=trusted)
        except BaseException:
            server.close()
            raise
        return server


def _message(letter: Letter, sender: str, clock: Clock) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"], message["Message-ID"] = format_datetime(clock()), make_msgid(domain=sender.rpartition("@")[2])
    message.set_content(letter.text)
    return message
