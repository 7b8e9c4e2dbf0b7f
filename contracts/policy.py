"""Who may do what to agreements and term calendars; whoever is not named here may not."""


def may_record_agreements(account: str) -> bool:
    """Say whether the account may make, vary, correct and end agreements: every named account may."""
    return bool(account.strip())


def may_list_calendars(account: str) -> bool:
    """Say whether the account may state term calendars: every named account may."""
    return bool(account.strip())
