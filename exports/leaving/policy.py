"""Who may take files out of the product; whoever is not named here may not."""


def may_export(account: str) -> bool:
    """Say whether the account may be handed files: every named account may."""
    return bool(account.strip())
