"""Who may do what to schools' records; whoever is not named here may not."""

from commissioning.ledger.errors import Fault, Refused


def may_change_providers(account: str) -> bool:
    """Say whether the account may register schools and change their facts: every named account may."""
    return bool(account.strip())


def forbidden(deed: str) -> Refused:
    """Word the refusal of a deed that the policy does not allow, such as “change schools”."""
    return Refused(
        Fault(
            "forbidden",
            f"This account may not {deed}.",
            expected="an account that is allowed to",
            mend="Ask an administrator.",
            status=403,
        )
    )
