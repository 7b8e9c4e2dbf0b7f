"""Where handlers find the ledger that their application serves: to read, to write, to open what is sealed."""

from aiohttp import web

from commissioning.ledger.reading import Reader
from commissioning.ledger.time import Clock
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.writer import Writer

READER = web.AppKey("reader", Reader)
WRITER = web.AppKey("writer", Writer)
VAULT = web.AppKey("vault", Vault)
CLOCK: web.AppKey[Clock] = web.AppKey("clock")
AS_AT_POSITION = web.RequestKey("as_at_position", int)
"""The position as known at which a page or file answers; not there where it answers about none."""
RECORDED = web.RequestKey("recorded", bool)
"""Set once the ledger has recorded that a file leaves in this answer."""
