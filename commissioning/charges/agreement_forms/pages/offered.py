"""What the page of an agreement offers to change, given how the agreement stands."""

from contracts.agreement import Agreement


def changes_offered(agreement: Agreement) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be changed of an agreement as it stands, by heading: the name of the form and the words of its link."""
    signature = "Record the signature" if agreement.signed_on is None else "Correct the day of the signature"
    running = [("extension", "Extend it")] if agreement.end_on is not None else [("end", "End it")]
    corrections = [("dates", "Correct the dates"), ("facts", "Correct the facts")]
    corrections += [("price-withdrawal", "Withdraw a price")] if agreement.card else []
    return [
        ("Prices", [("prices", "Agree prices by band and setting"), ("price", "Agree one price")]),
        ("Terms", [("terms", "Vary the terms"), ("discounts", "Set the discounts")]),
        ("Signature and term", [("signature", signature), *running]),
        ("Corrections", corrections),
    ]
