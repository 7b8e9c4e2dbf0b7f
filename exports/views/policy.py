"""Who may do what to saved views; whoever is not named here may not."""


def may_save_views(account: str) -> bool:
    """Whether the account may save views and drop them: every named account may."""
    return bool(account.strip())
