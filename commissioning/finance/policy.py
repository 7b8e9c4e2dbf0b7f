"""Who may do what to budgets, months and codes; whoever is not named here may not."""


def may_set_budgets(account: str) -> bool:
    """Say whether the account may set budgets: every named account may."""
    return bool(account.strip())


def may_close_months(account: str) -> bool:
    """Say whether the account may close months: every named account may."""
    return bool(account.strip())


def may_map_codes(account: str) -> bool:
    """Say whether the account may map the finance system's codes: every named account may."""
    return bool(account.strip())
