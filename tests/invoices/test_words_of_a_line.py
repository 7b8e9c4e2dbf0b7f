"""The words that a school writes on a line may name a child: sealed under that child's key, and told to nobody else."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from commissioning.app import TYPES
from exports.records.disclosure import disclose
from invoices import commands
from tests.invoices.office import AUTUMN, FENSIDE, SPOT, new_office
from tests.invoices.test_checks import document
from tests.ledger_fixture import reading

CANARY = "Autumn term for Quillon Canaryfeather"


def test_the_words_of_a_line_are_sealed_and_disclosed(store: str) -> None:  # noqa: ARG001 - the store it is kept on
    """They stand in no event and no table in clear; whoever asks for what is held about the pupil reads them."""
    with new_office() as office:
        stated = document(office)
        lines = tuple(replace(line, text=CANARY) for line in stated.lines)
        key = office.key()
        command = commands.ReceiveInvoice(
            invoice=key, provider_urn=FENSIDE, source="file", document=replace(stated, lines=lines)
        )
        office.do("fenside", command)
        log = "".join(str(row) for row in office.rows("SELECT data FROM ledger_event"))
        assert "Canaryfeather" not in log
        assert "Canaryfeather" not in str(office.rows("SELECT * FROM invoices_line"))

        async def told() -> str:
            async with reading(office.folder / "ledger", TYPES) as reader:
                found = await disclose(reader, office.ledger.vault, "PPL-2", "Smallshire", datetime.now(UTC))
                return str(found.placements)

        assert CANARY in asyncio.run(told())
        assert office.expected(SPOT, AUTUMN).lines == ()
