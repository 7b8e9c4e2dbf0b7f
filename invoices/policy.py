"""Who may do what to invoices, payment runs and suppliers; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_see_invoices(actor: Actor) -> bool:
    """Whether the actor may see the register: the council's own people may, administrators apart."""
    return actor.has_any(*STAFF - {"administrator"})


def may_see_own_invoices(actor: Actor) -> bool:
    """Whether the actor may see the invoices of the schools that it speaks for: a provider may."""
    return actor.has_any("provider")


def may_see_an_invoice(actor: Actor) -> bool:
    """Whether the actor may see invoices at all, be it those of its own schools alone."""
    return may_see_invoices(actor) or may_see_own_invoices(actor)


def may_receive_invoices(actor: Actor) -> bool:
    """Whether the actor may take in invoices of any school: finance may, and whoever places orders does not."""
    return actor.has_any("finance")


def may_send_invoices(actor: Actor) -> bool:
    """Whether the actor may send invoices: the council for any school, a provider for its own."""
    return may_receive_invoices(actor) or may_see_own_invoices(actor)


def may_query_invoices(actor: Actor) -> bool:
    """Whether the actor may check, query and take out invoices and settle queries: finance may."""
    return actor.has_any("finance")


def may_answer_queries(actor: Actor) -> bool:
    """Whether the actor may answer a query: the school asked may, and finance for what a school said by telephone."""
    return actor.has_any("provider", "finance")


def may_approve_invoices(actor: Actor) -> bool:
    """Whether the actor may approve invoices at all: approvers may, and finance up to a limit."""
    return actor.has_any("approver", "finance")


def may_approve_any_amount(actor: Actor) -> bool:
    """Whether the actor may approve invoices above finance's limit, and those that need a step up: approvers may."""
    return actor.has_any("approver")


def may_release_payments(actor: Actor) -> bool:
    """Whether the actor may make and take back payment runs and record payments: finance may."""
    return actor.has_any("finance")


def may_set_invoice_rules(actor: Actor) -> bool:
    """Whether the actor may record suppliers and set tolerances and limits: approvers may, who enter nothing else."""
    return actor.has_any("approver")
