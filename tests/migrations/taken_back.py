"""Takes steps of the migrations back by hand, so that a test can have a ledger that holds something take them again."""

import sqlite3

from tests.migrations.test_migrations import STEPS


def take_back_releases(raw: sqlite3.Connection) -> None:
    """Takes what `0016_releases` and the steps after it made back, with the column that was taken away."""
    raw.execute("ALTER TABLE invoices_line DROP COLUMN stands_for")
    for table in ("invoices_release", "invoices_released_approval"):
        raw.execute(f"DROP TABLE {table}")
    for column in ("due_on", "waiting", "waiting_vat", "paid", "settled"):
        raw.execute(f"ALTER TABLE invoices_invoice DROP COLUMN {column}")
    raw.execute("ALTER TABLE invoices_invoice ADD COLUMN run TEXT")


def forget_steps_from(raw: sqlite3.Connection, first: str) -> list[str]:
    """Takes away the notes that a step and those after it were taken; gives their names."""
    later = STEPS[STEPS.index(first) :]
    raw.executemany("DELETE FROM tortoise_migrations WHERE name = ?", [(step,) for step in later])
    raw.commit()
    return later
