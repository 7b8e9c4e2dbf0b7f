"""A copy of the small council for tests that sign people in to it."""

import shutil
from pathlib import Path

import pytest

from commissioning.settings import Settings
from tests.pages.conftest import world

__all__ = ["world"]


@pytest.fixture
def settings(world: Settings, tmp_path: Path) -> Settings:
    """A copy of the small council's ledger, for a test that writes."""
    return copy_of(world, tmp_path)


def copy_of(settings: Settings, folder: Path) -> Settings:
    """The settings of a copy of a ledger in another folder."""
    folders = {"data": settings.commissioning_data, "witness": settings.witness_folder, "keys": settings.keys_folder}
    for name, source in folders.items():
        shutil.copytree(source, folder / name)
    copied = {"commissioning_data": folder / "data", "commissioning_keys": folder / "keys"}
    return settings.model_copy(update={**copied, "commissioning_witness": (folder / "witness",)})
