"""A report asked again: from what was recorded of a file, the same result, then or as it is known now."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from commissioning.charges.periods import Period, financial_year
from commissioning.finance.closing import month_number
from commissioning.ledger.reading import AsAt, Reader
from exports.handed_back.again_of_value import AGAIN_OF_VALUE
from exports.leaving.facts import ExportedFile
from exports.month_end.accruals import accruals
from exports.month_end.budget import budget
from exports.month_end.journal import COMMITMENTS, journal, journal_of_commitments
from exports.month_end.posted import posted
from exports.monthly_pack import REPORT as MONTHLY_PACK
from exports.monthly_pack import Pack, monthly_pack, readers_of
from exports.oversight.exceptions import exceptions
from exports.places.committed import By, committed
from exports.publications.by_name import PUBLICATIONS, publication
from exports.publishing.by_report import published
from exports.publishing.together import published_together
from exports.records.audit_listing import audit_listing
from exports.result import PUBLICATION, Result
from exports.spending.bridge import bridge
from exports.spending.period_bridge import period_bridge
from exports.spending.spend import spend

Again = Callable[[Reader, AsAt, Period, ExportedFile], Awaitable[list[Result] | None]]


async def _spend(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    return [await spend(reader, at, period, file.options["by"].split(","), file.only())]


async def _bridge(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    if earlier := file.options.get("from_period"):
        return [await period_bridge(reader, at, financial_year(earlier), period, file.only())]
    before, detail = await reader.as_at(file.options["from_position"]), "detail" in file.options
    return [await bridge(reader, before, at, period, file.only(), detail=detail)]


async def _exceptions(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    return [await exceptions(reader, at, period, file.only(), date.fromisoformat(file.options["day"]))]


async def _budget(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    day = date.fromisoformat(file.options["day"])
    return [await budget(reader, at, period, file.only(), file.options["by"], day)]


async def _posted(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    return [await posted(reader, at, period, file.only())]


async def _committed(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    by: By = "provider" if file.options["by"] == "provider" else "placement"
    return [await committed(reader, at, period, file.only(), by, date.fromisoformat(file.options["day"]))]


async def _pack(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    asked = Pack(reader, at, period, date.fromisoformat(file.options["day"]))
    return await monthly_pack(asked, lambda *_: None, readers_of(file.form, file.variant))


async def _accruals(reader: Reader, at: AsAt, _period: Period, file: ExportedFile) -> list[Result]:
    return [await accruals(reader, at, date.fromisoformat(file.options["at"]), file.only())]


async def _listing(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    size, seed = int(file.options["size"]), file.options["seed"]
    return [await audit_listing(reader, at, period, file.only(), size, seed)]


async def _publication(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    ask = publication(file.report.removeprefix(PUBLICATION))
    return [await ask(reader, at, period, file.only())]


async def _journal(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    if file.options.get("of") == COMMITMENTS:
        return [await journal_of_commitments(reader, at, period, file.only(), date.fromisoformat(file.options["day"]))]
    return [await journal(reader, at, period, file.only(), month_number(file.options["month"]))]


AGAIN: Mapping[str, Again] = {
    "spend": _spend,
    "bridge": _bridge,
    "exceptions": _exceptions,
    "budget": _budget,
    "posted": _posted,
    "accruals": _accruals,
    "committed": _committed,
    MONTHLY_PACK: _pack,
    "audit_listing": _listing,
    "journal": _journal,
    **AGAIN_OF_VALUE,
    **{PUBLICATION + name: _publication for name in PUBLICATIONS},
}
"""The reports that can be made again from what is recorded of their files; lists are in again_of_lists.py."""


async def made_again(reader: Reader, file: ExportedFile, position: int) -> list[Result] | None:
    """The results of a file's question as known at a position; None where its kind cannot be made again."""
    ask = AGAIN.get(file.report)
    if ask is None:
        return None
    period = Period(file.first_day, file.last_day)
    results = await ask(reader, await reader.as_at(str(position)), period, file)
    if results is None or file.variant != "publish":
        return results
    return await published_together(reader, results) if len(results) > 1 else [await published(reader, results[0])]
