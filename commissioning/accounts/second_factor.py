"""The second factor: an authenticator's codes by RFC 6238, and recovery codes for a telephone that was lost."""

import hmac
import io
import re
import secrets
from datetime import datetime

import pyotp
import segno

from commissioning.accounts.tables import hash_of
from commissioning.web.language import _

_SECONDS_OF_A_STEP = 30
RECOVERY_CODES = 10
_BYTES_OF_A_CODE = 15
_SECRET = re.compile(r"[A-Z2-7]{32}")
_CODE = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """A new authenticator's secret: 160 random bits in base 32."""
    return pyotp.random_base32(32)


def is_secret(text: str) -> bool:
    """Whether a text is such a secret."""
    return _SECRET.fullmatch(text) is not None


def step_of(code: str, secret: str, at: datetime) -> int | None:
    """The time step whose code this is, None where it is not the code of the instant's own step.

    A code is good for the 30 seconds in which an authenticator shows it and no longer; a telephone whose clock is off
    has to be set right.
    """
    code = code.replace(" ", "")
    if _CODE.fullmatch(code) is None:
        return None
    step = int(at.timestamp()) // _SECONDS_OF_A_STEP
    return step if hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step), code) else None


def new_recovery_codes() -> list[str]:
    """Codes to keep on paper, each good for one sign-in: 120 random bits in six groups, enough for a plain hash."""
    codes = [secrets.token_hex(_BYTES_OF_A_CODE) for _ in range(RECOVERY_CODES)]
    return ["-".join(code[start : start + 5] for start in range(0, len(code), 5)) for code in codes]


def recovery_hash(code: str) -> str:
    """The hash under which a recovery code is kept; how it is grouped and in which case does not matter."""
    return hash_of(re.sub(r"[^0-9a-f]", "", code.lower()))


def picture(secret: str, who: str, service: str) -> str:
    """The secret as a QR code for an authenticator's camera: an SVG that asks for no style and no script."""
    address = pyotp.TOTP(secret).provisioning_uri(name=who, issuer_name=service)
    file = io.BytesIO()
    segno.make(address, error="m").save(
        file, kind="svg", scale=5, border=4, xmldecl=False, svgclass="shell-qr", lineclass=None, omitsize=False,
        title=_("QR code for the authenticator"), light="#fff",
    )  # fmt: skip
    return file.getvalue().decode()
