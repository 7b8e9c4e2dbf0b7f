"""The task list of a consultation: what is done, what can be done now, and what waits for something else. Pure."""

from datetime import date
from typing import Literal, NamedTuple

from commissioning.consultations.consultation import Consultation
from commissioning.web.language import _

State = Literal["done", "to_do", "waits"]


class Task(NamedTuple):
    """One step of the way. `form` is the name of the form that records it, blank where there is none any more."""

    title: str
    form: str
    state: State
    done_on: date | None = None
    note: str = ""


def tasks(known: Consultation) -> list[Task]:
    """The steps in their order; nothing is left to do once it is closed or the placement is logged."""
    answered = [one for one in known.schools if one.answered_on is not None]
    offers = [one for one in known.schools if one.offered]
    waiting = len(known.schools) - len(answered)
    asked = _("%(answered)s of %(asked)s answered", answered=len(answered), asked=len(known.schools))
    last_answer = max((one.answered_on for one in answered if one.answered_on), default=None)
    over = known.closed is not None or known.placement_ref is not None
    found = [
        Task(_("Consult schools"), "consult", "done" if known.schools else "to_do", _first_asked(known)),
        Task(_("Record what they answer"), "answers", _state(bool(answered) and not waiting, bool(known.schools)),
             None if waiting else last_answer, asked if known.schools else ""),
        Task(_("Approval by the panel"), "approve", _state(known.approved is not None, bool(offers)),
             known.approved[1] if known.approved else None),
        Task(_("Name the school in section I"), "name", _state(known.named is not None, True),
             known.named.named_on if known.named else None),
        Task(_("Issue the placement agreement"), "issue", _state(known.issued is not None, known.named is not None),
             known.issued.issued_on if known.issued else None),
        Task(_("Signature"), "sign", _state(known.signed_on is not None, known.issued is not None), known.signed_on),
        Task(_("Log the placement"), "start", _state(known.placement_ref is not None, known.issued is not None),
             known.issued.start_on if known.placement_ref and known.issued else None),
    ]  # fmt: skip
    return [task._replace(form="") for task in found] if over else found


def _state(done: bool, possible: bool) -> State:
    return "done" if done else "to_do" if possible else "waits"


def _first_asked(known: Consultation) -> date | None:
    return min((one.consulted_on for one in known.schools), default=None)
