"""Carries commands about national price bands out: loads the tables, decides, appends."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.work import Command, Handler, UnitOfWork
from commissioning.price_bands.commands import ListPriceBands
from commissioning.price_bands.policy import may_list_price_bands
from commissioning.price_bands.table import NATIONAL, PRICE_BANDS, decide


def list_price_bands(command: ListPriceBands, work: UnitOfWork) -> None:
    """Record a table."""
    if not may_list_price_bands(work.actor):
        raise forbidden("list price bands")
    found = decide(command, work.state(PRICE_BANDS, NATIONAL))
    work.record(PRICE_BANDS, NATIONAL, found, expected_version=command.expected_version)


HANDLERS: dict[type[Command], Handler] = {ListPriceBands: list_price_bands}
