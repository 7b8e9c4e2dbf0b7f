"""Bank details on their way in and out: checked as people write them, sealed at once, opened for a payment alone."""

import re

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.vault.vault import Vault
from providers.bank.bank_details import BankDetails
from providers.bank.commands import ChangeBankDetails
from providers.bank.facts import BankField, bank_identity

_LONGEST_NAME = 70
_SORT_CODE, _ACCOUNT_NUMBER = re.compile(r"[0-9]{6}"), re.compile(r"[0-9]{8}")


def change_of(vault: Vault, urn: int, plain: dict[BankField, str], known: BankDetails | None) -> ChangeBankDetails:
    """The command that states an account whose fields were checked, sealed where they differ from what is known.

    Runs inside a unit of work, so that the key of a school that had none is kept with what is sealed under it.
    """
    holder = vault.admit(bank_identity(urn))
    earlier = known.sealed if known else {}
    sealed = {field: vault.seal_again(holder, field, text, earlier.get(field)) or "" for field, text in plain.items()}
    return ChangeBankDetails(urn=urn, holder=holder, sealed=sealed, ending=plain["account_number"][-4:])


def opened(vault: Vault, details: BankDetails) -> dict[BankField, str]:
    """The account in clear, for the file that has it paid; never for a page, a list or a log."""
    return {field: vault.open(details.holder, field, text) for field, text in details.sealed.items()}


def checked(stated: dict[BankField, str]) -> dict[BankField, str]:
    """The fields as they are kept, without what people put between figures. `Refused` for each that cannot be right."""
    name = " ".join(stated.get("account_name", "").split())
    code, number = (re.sub(r"[\s-]", "", stated.get(field, "")) for field in ("sort_code", "account_number"))
    faults = []
    if not 0 < len(name) <= _LONGEST_NAME:
        faults.append(Fault("account-name", "The account needs a name.", "account_name", "the name the bank knows"))
    if _SORT_CODE.fullmatch(code) is None:
        faults.append(Fault("sort-code", "This is no sort code.", "sort_code", "six figures, as in 01-02-03"))
    if _ACCOUNT_NUMBER.fullmatch(number) is None:
        faults.append(
            Fault(
                "account-number",
                "This is no account number.",
                "account_number",
                "eight figures",
                "Put noughts before one of seven.",
            )
        )
    if faults:
        raise Refused(*faults)
    return {"account_name": name, "sort_code": code, "account_number": number}
