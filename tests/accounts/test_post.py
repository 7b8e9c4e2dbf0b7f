"""Letters by a mail server: handed over to a real one, encrypted, with the password, and to nobody who poses as it."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from commissioning.accounts.post import Letter, MailServer
from commissioning.ledger.errors import Refused

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LETTER = Letter(
    "jo@larkfield.example", "Your account", "Choose a password here:\n\nhttps://council.example/welcome/x\n"
)


class Received:
    """What a mail server was handed."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - its name there
        self.envelopes.append(envelope)
        return "250 Message accepted"


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of a test")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def free_port() -> int:
    """A port of this machine that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def mail_server(pem: Path) -> Iterator[tuple[Received, int]]:
    """A real mail server on a free port of this machine that wants STARTTLS and a password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"council", b"a pass:word")
        return AuthResult(success=right)

    received = Received()
    controller = Controller(
        received,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=knows,
    )
    controller.start()
    try:
        yield received, controller.port
    finally:
        controller.stop()


RIGHT = "a%20pass%3Aword"


def server_at(port: int, password: str = RIGHT) -> MailServer:
    return MailServer(f"smtp://council:{password}@127.0.0.1:{port}", "placements@council.example", lambda: NOW)


def test_a_letter_reaches_the_mail_server_encrypted_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sender, reader, subject and link arrive as they were written."""
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with mail_server(pem) as (received, port):
        server_at(port).send(LETTER)
    (envelope,) = received.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("placements@council.example", ["jo@larkfield.example"])
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert message["Subject"] == "Your account"
    body = message.get_body()
    assert body is not None
    assert "https://council.example/welcome/x" in body.get_content()


@pytest.mark.parametrize("case", ["certificate that nobody vouches for", "wrong password", "nobody there"])
def test_a_letter_that_cannot_be_handed_over_safely_is_not_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """A server that only poses as the council's gets neither the password nor the link; each is refused in words."""
    pem = certificate(tmp_path)
    if case != "certificate that nobody vouches for":
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with mail_server(pem) as (received, port):
        server = server_at(1 if case == "nobody there" else port, "wrong" if case == "wrong password" else RIGHT)
        with pytest.raises(Refused, match="could not be sent"):
            server.send(LETTER)
    assert received.envelopes == []


@pytest.mark.parametrize("text", ["x\r\nBcc: all@evil.example", "x\nSubject: other"])
def test_no_header_is_brought_in_by_a_name(text: str) -> None:
    """Where a council's name or an address held a line break, no letter is made of it."""
    server = MailServer("smtp://127.0.0.1:1", "placements@council.example", lambda: NOW)
    with pytest.raises((Refused, ValueError)):
        server.send(Letter(text, text, "t"))
