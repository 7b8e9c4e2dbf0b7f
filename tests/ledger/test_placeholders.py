"""SQL with question marks, as the PostgreSQL driver wants it."""

import pytest

from commissioning.ledger.stores.placeholders import percent_placeholders


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("SELECT 1", "SELECT 1"),
        ("SELECT ? WHERE a IN (?, ?)", "SELECT %s WHERE a IN (%s, %s)"),
        ("SELECT '?', '100 %', ?", "SELECT '?', '100 %%', %s"),
        ("SELECT 'it''s ?', ? % 7", "SELECT 'it''s ?', %s %% 7"),
        ("SELECT '' || ?", "SELECT '' || %s"),
    ],
)
def test_question_marks_become_the_drivers_placeholders(written: str, taken: str) -> None:
    """Each stands for a parameter but within quotes; what the driver would take for a placeholder is doubled."""
    assert percent_placeholders(written) == taken
