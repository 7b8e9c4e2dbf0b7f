"""Programs that approve an invoice of an office's ledger, each in a process of its own."""

from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Barrier
from pathlib import Path

from commissioning.app import compose
from commissioning.ledger.errors import Refused
from invoices.commands import ApproveInvoice
from tests.invoices.office import by_name
from tests.ledger_fixture import open_test_ledger


def approve(folder: Path, key: str, number: int, start: Barrier, answer: Pipe) -> None:
    """Waits for the others, approves, and answers with the code of the refusal, or with nothing."""
    with closing(open_test_ledger(folder, replace(compose(), who_acts=by_name))) as ledger:
        start.wait(timeout=60)
        try:
            ledger.execute(ApproveInvoice(invoice=key), command_id=f"approve-{number}", account="a.head")
        except Refused as refusal:
            answer.send(refusal.faults[0].code)
        else:
            answer.send("")


def approve_at_once(folder: Path, keys: list[str]) -> list[str]:
    """Approves invoices, each by a process of its own and all at the same time; gives what each was told, sorted."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    start, answers, programs = context.Barrier(len(keys)), [], []
    for number, key in enumerate(keys):
        ours, theirs = context.Pipe(duplex=False)
        programs.append(context.Process(target=approve, args=(folder, key, number, start, theirs)))
        answers.append(ours)
    for program in programs:
        program.start()
    try:
        told = [answer.recv() if answer.poll(120) else "no answer" for answer in answers]
    finally:
        for program in programs:
            program.join(10)
            program.kill()
    return sorted(told)
