"""Refreshing the ledger's schools from an extract, on a real ledger. All schools are invented."""

from pathlib import Path

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.work import UnitOfWork
from providers.establishments import Refreshed, read_extract, refresh
from providers.provider import PROVIDERS, Provider
from tests.ledger_fixture import opened
from tests.providers.test_establishments import SCHOOL, extract
from tests.providers.test_provider import LARKFIELD, register
from tests.providers.test_provider_records import composition

pytestmark = pytest.mark.usefixtures("store")

GROWN = {**SCHOOL, "SchoolCapacity": "72"}
NEW = {**SCHOOL, "URN": "900002", "EstablishmentName": "Ash Lodge (invented)"}
MAINSTREAM = {**SCHOOL, "URN": "900003", "TypeOfEstablishment (name)": "Community school"}


def carry_out(ledger: Ledger, content: bytes, command_id: str) -> tuple[Refreshed, dict[int, Provider | None]]:
    """Refresh in one transaction; give the counts and the schools as they are after it."""
    counts: list[Refreshed] = []
    states: dict[int, Provider | None] = {}

    def deed(work: UnitOfWork) -> None:
        counts.append(refresh(work, read_extract(content)))
        states.update({urn: work.state(PROVIDERS, str(urn)) for urn in (900001, 900002)})

    ledger.run(deed, command_id=command_id, digest=command_id, account="ada")
    return counts[0], states


def test_a_refresh_registers_changes_and_leaves(tmp_path: Path) -> None:
    """New schools are registered, known ones changed where the extract differs, and the counts add up."""
    with opened(tmp_path, composition()) as ledger:
        ledger.execute(register(), command_id="0", account="ada")
        content = extract(GROWN, NEW, MAINSTREAM)
        counts, schools = carry_out(ledger, content, "1")
        assert counts == Refreshed(registered=1, changed=1, unchanged=0, left_out=1)
        assert schools[900001] == Provider(
            900001, LARKFIELD.model_copy(update={"capacity": 72, "inspection_grade": "Good"})
        )
        assert schools[900002] is not None
        assert schools[900002].facts.name == "Ash Lodge (invented)"
        before = ledger.open().position
        assert carry_out(ledger, content, "2")[0] == Refreshed(0, 0, 2, 1)
        assert ledger.open().position == before


def test_a_refresh_with_faults_writes_nothing(tmp_path: Path) -> None:
    """All of an extract lands or none: one bad row refuses it, with the row named."""
    with opened(tmp_path, composition()) as ledger:
        with pytest.raises(Refused, match="row 3, column URN"):
            carry_out(ledger, extract(NEW, {**SCHOOL, "URN": "x"}), "1")
        assert ledger.open().position == 0
