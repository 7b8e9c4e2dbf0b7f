"""What pages, the API and upper floors ask about agreements and calendars."""

from dataclasses import dataclass
from datetime import date

from commissioning.ledger.reading import Reader
from commissioning.ledger.store import Row
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import CALENDARS, Calendar
from contracts.projections import COLUMNS
from contracts.terms import Billing, CommissioningModel, Instalments

_SELECT = f"SELECT {', '.join(COLUMNS)} FROM contracts_agreement WHERE book = ?"


@dataclass(frozen=True, slots=True)
class AgreementSummary:
    """An agreement as a list shows it: the facts that have no versions, as they are known now."""

    ref: str
    provider_urn: int
    model: CommissioningModel
    title: str | None
    start_on: date
    end_on: date | None
    billing: Billing
    instalments: Instalments
    signed_on: date | None


async def all_agreements(reader: Reader) -> list[AgreementSummary]:
    """List every known agreement by reference."""
    rows = await reader.query(f"{_SELECT} ORDER BY ref", (await reader.number(),))
    return [_summary(row) for row in rows]


async def agreements_with(reader: Reader, provider_urn: int) -> list[AgreementSummary]:
    """List the agreements with one school by reference."""
    rows = await reader.query(f"{_SELECT} AND provider_urn = ? ORDER BY ref", (await reader.number(), provider_urn))
    return [_summary(row) for row in rows]


async def agreement_as_at(reader: Reader, ref: str, position: int) -> Agreement | None:
    """Give one agreement with all its versions and prices, as it was known at a position of the ledger."""
    return await reader.state(AGREEMENTS, ref, position)


async def calendar_as_at(reader: Reader, name: str, position: int) -> Calendar | None:
    """Give one calendar as it was known at a position of the ledger."""
    return await reader.state(CALENDARS, name, position)


def _summary(row: Row) -> AgreementSummary:
    ref, provider_urn, model, title, start_on, end_on, billing, instalments, signed_on = row
    return AgreementSummary(
        ref,
        provider_urn,
        model,
        title,
        date.fromisoformat(start_on),
        None if end_on is None else date.fromisoformat(end_on),
        billing,
        instalments,
        None if signed_on is None else date.fromisoformat(signed_on),
    )
