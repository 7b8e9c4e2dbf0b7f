"""Uploads at work: each is read and tried beside the requests that ask after it, and says how far it has come."""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus

from commissioning.importing.preview import Preview, Trying
from commissioning.importing.taking_in import FaultyError, TakingIn
from commissioning.importing.uploads import Upload, Uploads
from commissioning.importing.workbook import read_workbook_content
from commissioning.ledger.errors import Refused
from commissioning.ledger.ledger import Request
from commissioning.ledger.reading import Reader
from commissioning.ledger.writer import Writer
from commissioning.web.language import N_

_SECOND_PERSON = "second-person"


@dataclass(slots=True)
class Work:
    """How far the work on an upload has come, and what it came to. `confirmed` once it is to be kept.

    `stage` is marked with `N_` and asked for where it is told.
    `position` is what was known when it was tried: whatever is recorded later may make it another change.
    """

    stage: str = N_("waiting for its turn")
    done: int = 0
    total: int = 1
    confirmed: bool = False
    position: int = 0
    preview: Preview | None = None
    refusal: Refused | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.preview is not None or self.refusal is not None

    def tell(self, stage: str, done: int, total: int) -> None:
        """Takes note of the stage; the reading thread calls it."""
        self.stage, self.done, self.total = stage, done, max(total, 1)


class Working:
    """The work on every upload that somebody looks at. A process that is started anew tries it again."""

    def __init__(self, uploads: Uploads, reader: Reader, writer: Writer) -> None:
        self._uploads = uploads
        self._reader = reader
        self._writer = writer
        self._works: dict[str, Work] = {}

    def on(self, upload: Upload) -> Work:
        """The work on an upload, begun where there is none."""
        if upload.upload not in self._works:
            self.again(upload)
        return self._works[upload.upload]

    def again(self, upload: Upload) -> Work:
        """Tries the upload anew: the ledger has moved on."""
        return self._begin(upload, Work(), upload.account)

    def confirm(self, upload: Upload, account: str) -> Work:
        """Takes the upload in for good, as the deed of the account that confirms it."""
        known = self._works.get(upload.upload)
        if known is not None and known.confirmed and not known.over:
            return known
        return self._begin(upload, Work(confirmed=True), account)

    def forget(self, upload: str) -> None:
        """Drops what is known of an upload that does not wait any more."""
        known = self._works.pop(upload, None)
        if known is not None and known.task is not None and not known.confirmed:
            known.task.cancel()

    async def close(self) -> None:
        """Lets what is being taken in end, and gives up the rest."""
        for upload in list(self._works):
            known = self._works[upload]
            self.forget(upload)
            if known.task is not None and not known.task.done():
                await asyncio.wait([known.task])

    def _begin(self, upload: Upload, work: Work, account: str) -> Work:
        self._works[upload.upload] = work
        work.task = asyncio.create_task(self._carry_out(upload, work, account))
        return work

    async def _carry_out(self, upload: Upload, work: Work, account: str) -> None:
        try:
            content = await asyncio.to_thread(self._uploads.content, upload)
            workbook = await asyncio.to_thread(read_workbook_content, upload.name, content, work.tell)
            deed = TakingIn(workbook, upload.sha256, upload.account)
            work.tell(N_("recording it") if work.confirmed else N_("trying what it would change"), 0, 1)
            if work.confirmed:
                await self._writer.submit(Request(deed, upload.upload, upload.sha256, account))
                work.preview = Preview(0)
                await self._uploads.drop(upload, account)
            else:
                work.position = (await self._reader.as_at()).position
                work.preview = await self._tried(upload, deed, account)
        except FaultyError as found:
            work.preview = Preview(found.position, faults=found.faults)
        except Refused as refusal:
            work.refusal = refusal

    async def _tried(self, upload: Upload, deed: TakingIn, account: str) -> Preview:
        """What it would change. Where it takes a second person the refusal comes last, and all is known by then."""
        trying = Trying(deed)
        request = Request(trying, f"try-{upload.upload}", upload.sha256, account)
        try:
            await self._writer.submit(request, rehearse=True)
        except Refused as refusal:
            fault = refusal.faults[0]
            if fault.code != _SECOND_PERSON or fault.status == HTTPStatus.FORBIDDEN:
                raise
            trying.preview.second_person = fault.message
        return trying.preview
