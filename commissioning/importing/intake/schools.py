"""Rows of the sheets Providers, Calendar and Closures into commands."""

from collections.abc import Iterable

from commissioning.importing.intake.session import Place, Session, chosen, grouped, stated
from commissioning.importing.rows import ClosureRow, ProviderRow, TermRow, WorkbookRows
from contracts.calendar import CALENDARS
from contracts.commands import ListAcademicYear
from contracts.school_year import AcademicYear, Closure, TermDates, academic_year_name
from providers.commands import ChangeProvider, RegisterProvider
from providers.facts import ProviderFacts
from providers.provider import PROVIDERS


def take_providers(session: Session, rows: Iterable[ProviderRow]) -> None:
    """Registers new schools and restates known ones."""
    for row in rows:
        known = session.work.state(PROVIDERS, str(row.urn))
        facts = _facts(row, known.facts if known else None)
        kind = ChangeProvider if known else RegisterProvider
        session.execute(
            kind(urn=row.urn, facts=facts, effective_on=session.work.today),
            Place("Providers", row.row, "urn", str(row.urn)),
            subject=("Providers", str(row.urn)),
        )


def _facts(row: ProviderRow, known: ProviderFacts | None) -> ProviderFacts:
    return ProviderFacts(
        name=chosen(row.name, known.name) if known else stated(row.name),
        type=chosen(row.type, known.type) if known else stated(row.type),
        local_authority=chosen(row.local_authority, known.local_authority if known else None),
        postcode=chosen(row.postcode, known.postcode if known else None),
        capacity=chosen(row.capacity, known.capacity if known else None),
        section_41=chosen(row.section_41, known.section_41 if known else None),
        inspection_grade=chosen(row.inspection_grade, known.inspection_grade if known else None),
        owner_group=chosen(row.owner_group, known.owner_group if known else None),
        calendar=chosen(row.calendar, known.calendar if known else None),
    )


def take_calendars(session: Session, rows: WorkbookRows) -> None:
    """Lists each academic year that a row names, with what the calendar already says of it kept."""
    terms = grouped(rows.calendar, lambda row: (row.calendar, row.academic_year))
    closures = grouped(rows.closures, lambda row: (row.calendar, academic_year_name(row.first_day)))
    for calendar, year in dict.fromkeys([*terms, *closures]):
        own_terms, own_closures = terms.get((calendar, year), []), closures.get((calendar, year), [])
        known = session.work.state(CALENDARS, calendar)
        merged = _merged(known.years.get(year) if known else None, own_terms, own_closures)
        session.execute(
            ListAcademicYear(calendar=calendar, academic_year=year, terms=merged.terms, closures=merged.closures),
            *[Place("Calendar", row.row, "first_day", str(row.first_day)) for row in own_terms],
            *[Place("Closures", row.row, "first_day", str(row.first_day)) for row in own_closures],
        )


def years_asked(rows: WorkbookRows) -> list[ListAcademicYear]:
    """The academic years of a workbook whose calendars stand alone, as commands that list them."""
    terms = grouped(rows.calendar, lambda row: (row.calendar, row.academic_year))
    closures = grouped(rows.closures, lambda row: (row.calendar, academic_year_name(row.first_day)))
    asked = []
    for calendar, year in dict.fromkeys([*terms, *closures]):
        listed = _merged(None, terms.get((calendar, year), []), closures.get((calendar, year), []))
        asked.append(
            ListAcademicYear(calendar=calendar, academic_year=year, terms=listed.terms, closures=listed.closures)
        )
    return asked


def _merged(known: AcademicYear | None, terms: list[TermRow], closures: list[ClosureRow]) -> AcademicYear:
    listed = dict(known.terms) if known else {}
    listed.update({row.term: TermDates(first_day=row.first_day, last_day=row.last_day) for row in terms})
    days = {closure.first_day: closure for closure in (known.closures if known else ())}
    for row in closures:
        before = days.get(row.first_day)
        days[row.first_day] = Closure(
            first_day=row.first_day,
            last_day=row.last_day,
            reason=chosen(row.reason, before.reason if before else None),
        )
    return AcademicYear(terms=listed, closures=tuple(days.values()))
