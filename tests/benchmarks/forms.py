"""Logging a placement as a commissioner does, from the form that is sent to be checked to the receipt.

Over the whole application on a ledger of its own: the draft is sealed and kept, the cost is found by trying the deed,
the command is decided, chained, priced, committed and witnessed, and the receipt is drawn.
"""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from aiohttp.test_utils import TestClient, TestServer

from commissioning import serving
from commissioning.app import open_ledger
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import person, session
from tests.benchmarks.county import county
from tests.benchmarks.measure import Measure
from tests.benchmarks.sizes import COUNCILS
from tests.pages.form_filling import drawn, send

ROUNDS = {"tiny": 2, "small": 20, "county": 20, "million": 20}
ADDRESS = "/new/placement"
_MILLISECONDS = 1_000


def run(size: str, cache: Path) -> Iterator[Measure]:
    """The time from the form to the receipt, beside that of checking alone."""
    folder = cache / f"forms-{size}"
    shutil.rmtree(folder, ignore_errors=True)
    settings = copy_of(county(cache, *COUNCILS[size], print), folder)
    taken = asyncio.run(_logged(settings, ROUNDS[size]))
    whole, checks = sorted(check + sent for check, sent in taken), [check for check, _ in taken]
    how = (
        f"{len(taken)} placements, one after another; the quickest {whole[0]:.0f} ms, checking with the cost "
        f"{median(checks):.0f} ms of it"
    )
    yield Measure("forms", "logging a placement, form to receipt, median", median(whole), "ms", how, 150)


async def _logged(settings: Settings, rounds: int) -> list[tuple[float, float]]:
    """Milliseconds of checking, and of sending with the receipt, for each placement but the first."""
    with open_ledger(settings) as ledger:
        secret = session(ledger, person(ledger, "commissioner", by="benchmark"))
    app = serving.web_application(settings)
    taken = []
    async with TestClient(TestServer(app), cookies={"session": secret}) as client:
        rows = await app[READER].query("SELECT MIN(ref) FROM contracts_agreement WHERE model = 'spot'")
        for number in range(rounds + 1):
            hidden = await drawn(client, ADDRESS)
            began = perf_counter()
            await send(client, ADDRESS, "check", **hidden, **_typed(number, str(rows[0][0])))
            checked = perf_counter()
            await send(client, ADDRESS, "send", **hidden)
            taken.append(((checked - began) * _MILLISECONDS, (perf_counter() - checked) * _MILLISECONDS))
    return taken[1:]  # the first page of a new process makes its templates


def _typed(number: int, agreement_ref: str) -> dict[str, str]:
    return {
        "pupil_ref": f"benchmark {number}",
        "name": "Nobody Real",
        "placement_ref": f"BENCHMARK-{number}",
        "agreement_ref": agreement_ref,
        "phase": "secondary",
        "setting": "day",
        "need": "ASD",
        "start_on": "1/1/2027",
        "rates.0.component": "education",
        "rates.0.amount": "61,250",
        "rates.0.unit": "year",
    }
