"""`/files`: what left, by whom and as known when; and a file handed back, with what became of it."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from commissioning.charges.pages.asked import COUNCIL, Asked, asked
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.time import instant_from_text
from commissioning.web.rendering import render
from exports.handed_back.verdict import IN_WORDS, HandedBack, judge
from exports.leaving.queries import Left, exports_until
from exports.pages.lists import answers_of
from exports.words import answer_in_words, option_in_words, report_in_words

SHOWN = 100
LARGEST = 100 * 1024 * 1024
"""Bytes of a file that is handed back."""
_SINCE = ("key", "measure", "then", "now")


async def files_page(request: web.Request) -> web.Response:
    """The newest exports, and the form that takes one back."""
    return await _page(request, await asked(request), None)


async def take_back(request: web.Request) -> web.Response:
    """Judges a file that was sent, and keeps nothing of it."""
    question = await asked(request)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "handed-back"
        try:
            await _receive(request, path)
            verdict = await judge(question.reader, path, request.config_dict[COUNCIL], question.names)
        except Refused as refusal:
            return await _page(request, question, None, refusal.faults)
    return await _page(request, question, verdict)


async def _receive(request: web.Request, path: Path) -> None:
    """Writes the file of a form to disk, as far as the cap allows."""
    if not request.content_type.startswith("multipart/"):
        raise Refused(_no_file())
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "file" and part.filename:
            await _write(part, path)
            return
    raise Refused(_no_file())


async def _write(part: BodyPartReader, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        while chunk := await part.read_chunk():
            size += len(chunk)
            if size > LARGEST:
                most = said("at most %(most)s MB", most=LARGEST // 1024 // 1024)
                raise Refused(Fault("too-large", "The file is larger than any of ours.", "file", most, status=413))
            file.write(chunk)


def _no_file() -> Fault:
    return Fault("no-file", "No file was chosen.", "file", "a file that left this product", status=400)


async def _page(
    request: web.Request, question: Asked, verdict: HandedBack | None, faults: Sequence[Fault] = ()
) -> web.Response:
    upto = await question.reader.upto(question.as_at)
    left = await exports_until(question.reader, upto, SHOWN)
    context = {
        **question.context(),
        "files": [await _row(one, question) for one in left],
        "faults": [replace(fault, where="file") for fault in faults],
        "verdict": verdict,
        "words": IN_WORDS[verdict.became] if verdict else "",
        "good": verdict is not None and verdict.became in ("unaltered", "saved_again"),
        "left": await _row(verdict.left, question) if verdict and verdict.left else None,
        "cells": [one._asdict() for one in verdict.cells] if verdict else [],
        "since": [dict(zip(_SINCE, one.in_words(), strict=True)) for one in verdict.since] if verdict else [],
    }
    return render(request, "exports/files.html", context, status=faults[0].status if faults else 200)


async def _row(left: Left, question: Asked) -> dict[str, Any]:
    file, own = left.file, await answers_of(left.file.report, question)
    asked_for = [(name, value) for name, values in file.filters.items() for value in values] + [*file.options.items()]
    narrowed: dict[str, list[str]] = {}
    for name, value in asked_for:
        narrowed.setdefault(option_in_words(name), []).append(answer_in_words(name, value, own.get(name)))
    return {
        "at": instant_from_text(left.recorded_at),
        "by": question.names.get(left.account, left.account),
        "what": report_in_words(file.report),
        "form": file.form.upper(),
        "asked": "; ".join(f"{name}: {', '.join(values)}" for name, values in narrowed.items()) or None,
        "position": file.position,
        "rows": file.rows,
        "sha256": file.sha256[:16],
    }
