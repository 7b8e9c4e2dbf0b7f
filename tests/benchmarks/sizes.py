"""How large the councils of the benchmarks are."""

COUNCILS = {"tiny": (40, 2), "small": (1_000, 10), "county": (15_000, 10), "million": (15_000, 10)}
"""Placements and years of the ledger that reports, replay and rebuild are measured on."""

REGION_BOOKS = {"tiny": 2, "small": 3, "county": 10, "million": 10}
"""Books in one database, for how reports stand growth."""
