"""What is known of an account: the words that its events, commands and pages share."""

from typing import Literal

SignsInBy = Literal["system_user", "password", "entra", "demonstration"]
"""How a person comes in: from the machine's own command line, by password and code, by the council's Microsoft Entra
ID, or, in the demonstration alone, by choosing a role."""

Detail = Literal["name", "email"]
"""What names a person. It stands in events as ciphertext only, under a key of the account's own."""

LinkPurpose = Literal["invitation", "reset"]
"""What a single-use link is for."""
