"""Rows of the sheet Reviews into commands: each states all that is known of one review."""

from commissioning.importing.intake.session import Place, Session, chosen
from commissioning.importing.rows import ReviewRow
from commissioning.placements.commands import RecordReview
from commissioning.placements.facts import Review
from commissioning.placements.placement import PLACEMENTS
from commissioning.placements.review import REVIEWS, review_due


def take_reviews(session: Session, rows: tuple[ReviewRow, ...]) -> None:
    """Schedules new reviews, and records what became of known ones; an absent column leaves what is known."""
    for row in sorted(rows, key=lambda row: (row.placement_ref, row.due_on, row.kind)):
        if session.work.state(PLACEMENTS, row.placement_ref) is None:
            continue  # refused on its own sheet
        state = session.work.state(REVIEWS, row.placement_ref)
        known = review_due(state.reviews if state else (), row.kind, row.due_on) or Review(row.kind, row.due_on)
        session.execute(
            RecordReview(
                placement_ref=row.placement_ref,
                kind=row.kind,
                due_on=row.due_on,
                held_on=chosen(row.held_on, known.held_on),
                concluded_on=chosen(row.concluded_on, known.concluded_on),
                outcome=chosen(row.outcome, known.outcome),
            ),
            Place("Reviews", row.row, "due_on", str(row.due_on)),
        )
