"""What pages and commands ask about saved views."""

from dataclasses import dataclass

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from commissioning.ledger.said import said
from commissioning.web.address import Address
from exports.views.view import VIEWS, View


@dataclass(frozen=True, slots=True)
class Saved:
    """A view that stands, with who saved it when."""

    view: View
    account: str
    recorded_at: str

    def address(self, *, now: bool = False) -> str:
        """Where it is asked again: as at its position, or as known now."""
        pinned = {} if now else {"as_at": self.view.position}
        return Address(self.view.path, self.view.query).with_values(pinned)


async def saved_views(reader: Reader, position: int) -> list[Saved]:
    """The views that stand at a position, by name."""
    rows = await reader.query(
        "SELECT DISTINCT stream FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? AND position <= ?",
        (await reader.number(), f"{VIEWS.name}:", f"{VIEWS.name};", position),
    )
    found = []
    for (stream,) in rows:
        history = await reader.history(stream, position)
        view = VIEWS.fold(recorded.event for recorded in history)
        if view is not None and not view.dropped:
            found.append(Saved(view, history[-1].account, history[-1].recorded_at))
    return sorted(found, key=lambda one: one.view.name.casefold())


async def saved_view(reader: Reader, name: str, position: int) -> View:
    """The view of a name; `Refused` where none stands."""
    view = await reader.state(VIEWS, " ".join(name.split()), position)
    if view is None or view.dropped:
        raise Refused(
            Fault(
                "view-unknown",
                said("No view is saved as “%(name)s”.", name=name[:80]),
                "name",
                mend="`commissioning views` lists those that are saved.",
                status=404,
            )
        )
    return view
