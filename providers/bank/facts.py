"""What is known of the account that a school is paid to: ciphertext, and how it ends."""

from typing import Literal

BankField = Literal["account_name", "sort_code", "account_number"]
"""What stands in events as ciphertext only, under a key of the school's own account details."""


def bank_identity(urn: int) -> str:
    """Where the vault finds the key of a school's bank details; begins as no reference of a pupil can."""
    return f"\0bank school {urn}"
