"""Bulk work leaves Python's search for garbage as it found it."""

import gc

import pytest

from commissioning.ledger.bulk import without_collection


def test_the_search_rests_during_bulk_work_and_goes_on_after_a_failure() -> None:
    """A failed import must not leave the program without its search for garbage."""
    seen: list[bool] = []

    def fail_half_way() -> None:
        with without_collection():
            seen.append(gc.isenabled())
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        fail_half_way()
    assert (seen, gc.isenabled()) == ([False], True)


def test_bulk_work_within_bulk_work_does_not_end_the_rest() -> None:
    """An inner piece of bulk work does not wake the search for the outer one."""
    with without_collection():
        with without_collection():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
