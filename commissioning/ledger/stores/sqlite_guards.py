"""The triggers that keep a SQLite ledger from being changed, and whether they still stand as they were made.

Who can write the file can drop a trigger, change an event and go; and a flipped byte in a trigger's text stops every
write though all events are whole. The chain sees neither, so the triggers themselves are looked at.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from commissioning.ledger.store import Row

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger_%' ORDER BY name"
"""Those of the kernel's own tables."""
GUARDS = {
    "ledger_book_is_never_deleted": "eab8ac5b56ff7a47173bee02a1f1677d53333c6867a2633b1023485430563864",
    "ledger_book_only_grows": "9437a1f403cd8cc59d41569f22b4e0e8ef8ddf00015270a0436489072ec95284",
    "ledger_command_is_never_deleted": "007375df3b3318f40f94e600adfed1cae801d5a553737f1bec6b3016b4d44a10",
    "ledger_command_is_never_updated": "70a8cb37b077bdd0d88701d9e6faed841554b7f5a3194db645a5251d02837358",
    "ledger_command_is_new": "9619a82955bed8ce8aea8272cf433d2b9c4b923f7a37805ad1ef9a32ed2cc932",
    "ledger_event_follows": "32838ed8ff2be5ed6f79988ec81cfac51f94e1f9e485964a67866677cbade513",
    "ledger_event_is_never_deleted": "cb0680770782d6b6ab0050057d07b2fef5a9a48b1aca50d813c446235747eb9f",
    "ledger_event_is_never_updated": "5bd5a0494af25c43f12b6181b8ce1f8ddbfcb3c644a5fe70e57627909e8bed9f",
}
"""The SHA-256 of each trigger's statement as the first migration makes it; none changes one or adds one."""


def guards_amiss(triggers: Iterable[Row]) -> Iterator[str]:
    """What is wrong with the rows of `TRIGGERS`, in words: one that is missing, is another, or that nobody made."""
    found: dict[str, str] = dict(triggers)
    for name, digest in GUARDS.items():
        statement = found.pop(name, None)
        if statement is None:
            yield f"The trigger {name}, which guards the ledger, is missing."
        elif sha256(statement.encode()).hexdigest() != digest:
            yield f"The trigger {name}, which guards the ledger, is not as it was made."
    yield from (f"There is a trigger {name} that no migration made." for name in found)
