"""A fault comes out of a worker process as it went in, and nothing else is taken for one."""

from datetime import date
from typing import Any

import orjson
import pytest

from commissioning.ledger.errors import Fault
from commissioning.ledger.said import Said, said
from invoices.intake.telling_faults import fault_from_json, fault_to_json

DAY = date(2026, 5, 17)
TOLD = {"code": "late", "message": "It is late.", "where": "", "expected": "", "mend": "", "status": 422}


def test_a_fault_keeps_its_messages_and_figures() -> None:
    """What a page needs to say it in another language has come along, also of words within words."""
    kind = said("a table of %(rows)s rows", rows=3)
    fault = Fault(
        "kind", said("100%% of it is %(kind)s of %(day)s.", kind=kind, day=DAY), "file", "an invoice", status=400
    )
    again = fault_from_json(orjson.loads(orjson.dumps(fault_to_json(fault))))
    assert again == fault
    assert isinstance(again.message, Said)
    assert again.message.message == "100%% of it is %(kind)s of %(day)s."
    assert isinstance(again.message.figures["kind"], Said)
    assert again.message.figures["kind"].figures == {"rows": "3"}
    assert again.message.figures["day"] == DAY, "a day has another month's name in another language"


@pytest.mark.parametrize(
    "message",
    [
        {"message": "%(day)s", "figures": {"row": "1"}},
        {"message": "%(day)999999999s", "figures": {"day": "1"}},
        {"message": "%(day)s %d", "figures": {"day": "1"}},
        {"message": "It is late.", "figures": ["day"]},
        {"message": "It is late on %(day)s.", "figures": {"day": {"day": "tomorrow"}}},
        {"message": "It is late."},
        7,
    ],
)
def test_what_no_worker_of_ours_would_say_is_no_fault(message: Any) -> None:
    """A place without a figure, a width that fills the machine and a text of another shape are refused."""
    with pytest.raises(ValueError, match="of ours"):
        fault_from_json({**TOLD, "message": message})
    assert fault_from_json(TOLD).message == "It is late."
