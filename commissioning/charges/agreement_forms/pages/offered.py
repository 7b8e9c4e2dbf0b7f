"""What the page of an agreement offers to change, given how the agreement stands."""

from commissioning.web.language import _
from contracts.agreement import Agreement


def changes_offered(agreement: Agreement) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be changed of an agreement as it stands, by heading: the name of the form and the words of its link."""
    signature = _("Record the signature") if agreement.signed_on is None else _("Correct the day of the signature")
    running = [("extension", _("Extend it"))] if agreement.end_on is not None else [("end", _("End it"))]
    corrections = [("dates", _("Correct the dates")), ("facts", _("Correct the facts"))]
    corrections += [("price-withdrawal", _("Withdraw a price"))] if agreement.card else []
    return [
        (_("Prices"), [("prices", _("Agree prices by band and setting")), ("price", _("Agree one price"))]),
        (_("Terms"), [("terms", _("Vary the terms")), ("discounts", _("Set the discounts"))]),
        (_("Signature and term"), [("signature", signature), *running]),
        (_("Corrections"), corrections),
    ]
