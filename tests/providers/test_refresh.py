"""Refreshing the ledger's schools from an extract, on a real ledger. All schools are invented."""

from datetime import date
from pathlib import Path

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.verify import verify
from commissioning.ledger.work import UnitOfWork
from providers.establishments import read_extract
from providers.provider import PROVIDERS, Provider
from providers.refreshing import Changes, FactChanged, changes_of, refresh
from tests.ledger_fixture import opened
from tests.providers.test_establishments import SCHOOL, extract
from tests.providers.test_provider import LARKFIELD, register
from tests.providers.test_provider_records import composition

pytestmark = pytest.mark.usefixtures("store")

GROWN = {**SCHOOL, "SchoolCapacity": "72"}
NEW = {**SCHOOL, "URN": "900002", "EstablishmentName": "Ash Lodge (invented)"}
MAINSTREAM = {**SCHOOL, "URN": "900003", "TypeOfEstablishment (name)": "Community school"}


def carry_out(ledger: Ledger, content: bytes, command_id: str) -> tuple[Changes, dict[int, Provider | None]]:
    """Refresh in one transaction; give the counts and the schools as they are after it."""
    found: list[Changes] = []
    states: dict[int, Provider | None] = {}

    def deed(work: UnitOfWork) -> None:
        found.append(refresh(work, read_extract(content)))
        states.update({urn: work.state(PROVIDERS, str(urn)) for urn in (900001, 900002)})

    ledger.run(deed, command_id=command_id, digest=command_id, account="ada")
    return found[0], states


def counts(**found: int) -> dict[str, int]:
    nothing = dict.fromkeys(("registered", "changed", "closed", "reopened", "unchanged", "left_out"), 0)
    return nothing | found


def test_a_refresh_registers_changes_and_leaves(tmp_path: Path) -> None:
    """New schools are registered, known ones changed where the extract differs, and the counts add up."""
    with opened(tmp_path, composition()) as ledger:
        ledger.execute(register(), command_id="0", account="ada")
        content = extract(GROWN, NEW, MAINSTREAM)
        changes, schools = carry_out(ledger, content, "1")
        assert changes.counts() == counts(registered=1, changed=1, left_out=1)
        (changed,) = changes.changed
        assert changed.changes == (
            FactChanged("capacity", 60, 72),
            FactChanged("inspection_grade", "good", "Good"),
        )
        assert schools[900001] == Provider(
            900001, LARKFIELD.model_copy(update={"capacity": 72, "inspection_grade": "Good"})
        )
        assert schools[900002] is not None
        assert schools[900002].facts.name == "Ash Lodge (invented)"
        before = ledger.open().position
        again = carry_out(ledger, content, "2")[0]
        assert again.counts() == counts(unchanged=2, left_out=1)
        assert again.is_nothing()
        assert ledger.open().position == before


def test_a_refresh_with_faults_writes_nothing(tmp_path: Path) -> None:
    """All of an extract lands or none: one bad row refuses it, with the row named."""
    with opened(tmp_path, composition()) as ledger:
        with pytest.raises(Refused, match="row 3, column URN"):
            carry_out(ledger, extract(NEW, {**SCHOOL, "URN": "x"}), "1")
        assert ledger.open().position == 0


def test_a_known_school_closes_and_reopens(tmp_path: Path) -> None:
    """A closed school is recorded as closed where it is known, on the extract's day, and open again once it is."""
    closed = {**SCHOOL, "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2026"}
    unknown = {**closed, "URN": "900002"}
    with opened(tmp_path, composition()) as ledger:
        ledger.execute(register(), command_id="0", account="ada")
        changes, schools = carry_out(ledger, extract(closed, unknown), "1")
        assert changes.counts() == counts(closed=1, left_out=2)
        assert schools[900001] == Provider(900001, LARKFIELD, date(2026, 8, 31))
        assert schools[900002] is None
        assert carry_out(ledger, extract(closed), "2")[0].is_nothing()
        changes, schools = carry_out(ledger, extract({**closed, "EstablishmentStatus (name)": "Open"}), "3")
        assert changes.counts() == counts(changed=1, reopened=1)
        assert schools[900001] is not None
        assert schools[900001].closed_on is None
        assert verify(ledger).findings == ()


def test_a_school_that_is_both_open_and_closed_in_an_extract_is_open() -> None:
    """Where two rows of one number disagree, the open one counts; a closed one without a day closes today."""
    shut = {**SCHOOL, "EstablishmentStatus (name)": "Closed"}
    assert read_extract(extract(shut, SCHOOL)).closed == ()
    changes = changes_of(read_extract(extract(shut)), lambda urn: Provider(urn, LARKFIELD), date(2026, 11, 20))
    assert [one.closed_on for one in changes.closed] == [date(2026, 11, 20)]


def test_the_digest_tells_changes_apart() -> None:
    """What is confirmed can be held against what was shown: other changes have another digest, the same have none."""
    today = date(2026, 11, 20)
    known = {900001: Provider(900001, LARKFIELD)}
    one, same, other = (
        changes_of(read_extract(extract(*rows)), known.get, today) for rows in ((GROWN, NEW), (NEW, GROWN), (GROWN,))
    )
    assert one.digest() == same.digest() != other.digest()
