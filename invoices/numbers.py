"""Invoice numbers as they are compared: `INV-0881`, `inv 881` and `INV/0881.` are one number written three ways."""

import re


def normalised_number(number: str) -> str:
    """A number in capitals without spaces, punctuation and the zeros in front of its figures."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", re.sub(r"[^0-9A-Z]", "", number.upper()))
