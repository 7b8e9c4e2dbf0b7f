"""The addresses of the forms about schools' oversight, and how receipts speak of schools."""

from aiohttp import web

from commissioning.ledger.work import Command
from commissioning.web.forms.form import Form
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.language import N_, _
from providers.oversight import commands, words
from providers.oversight.pages import forms, questions
from providers.oversight.policy import may_oversee_schools, may_set_inspection_mark
from providers.words import EVENT_TITLES

_SCHOOL = "/schools/{urn:[0-9]{6}}"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CODE = "[a-z_]{1,40}"
_KEY = "[0-9a-f]{32}"

FORMS: dict[str, forms.OpenSheet] = {
    "/inspections/record": forms.school_form(
        commands.RecordInspection,
        N_("Record an inspection"),
        N_("Record the inspection"),
        questions.INSPECTION,
        forms.known_inspection,
        N_("An inspection is known by its day and the body that made it. Stated again, it is corrected."),
    ),
    f"/inspections/{{inspected_on:{_DAY}}}/{{body:{_CODE}}}/withdraw": forms.school_form(
        commands.WithdrawInspection,
        N_("Withdraw an inspection"),
        N_("Withdraw it"),
        text=N_("The inspection never was, as far as this ledger is concerned from now on. Its history stays."),
    ),
    "/documents/record": forms.school_form(
        commands.RecordDocument,
        N_("Record a document"),
        N_("Record the document"),
        questions.DOCUMENT,
        forms.known_document,
        N_("A renewed document is recorded beside the one before it, from its own first day."),
    ),
    f"/documents/{{kind:{_CODE}}}/{{valid_from:{_DAY}}}/withdraw": forms.school_form(
        commands.WithdrawDocument,
        N_("Withdraw a document"),
        N_("Withdraw it"),
        text=N_("The document should not have been recorded. Its history stays."),
    ),
    "/new-placements/suspend": forms.school_form(
        commands.SuspendNewPlacements,
        N_("Suspend new placements"),
        N_("Suspend new placements"),
        questions.SUSPENSION,
        forms.known_suspension,
        N_(
            "Placements that stand stay as they are. A new one is refused on these days, unless it is permitted by "
            "name."
        ),
    ),
    "/new-placements/resume": forms.school_form(
        commands.ResumeNewPlacements,
        N_("Let new placements begin again"),
        N_("Let them begin again"),
        questions.RESUMPTION,
    ),
    "/new-placements/permit": forms.school_form(
        commands.PermitPlacement,
        N_("Permit one placement"),
        N_("Permit the placement"),
        questions.PERMISSION,
        text=N_("One placement may then begin here although new placements are suspended. The reason is kept."),
    ),
    "/contacts/record": forms.school_form(
        commands.RecordContact, N_("Record a contact person"), N_("Record the person"), questions.CONTACT
    ),
    f"/contacts/{{contact:{_KEY}}}/record": forms.school_form(
        commands.RecordContact,
        N_("Change a contact person"),
        N_("Record the change"),
        questions.CONTACT,
        forms.known_contact,
    ),
    f"/contacts/{{contact:{_KEY}}}/remove": forms.school_form(
        commands.RemoveContact,
        N_("Remove a contact person"),
        N_("Remove the person"),
        text=N_(
            "The key that opens the name, address and number is destroyed. They open never again, not in the past and "
            "not from a backup."
        ),
    ),
    "/visits/record": forms.school_form(
        commands.RecordVisit, N_("Record a quality visit"), N_("Record the visit"), questions.VISIT, forms.known_visit
    ),
    "/actions/agree": forms.school_form(
        commands.AgreeAction, N_("Agree an action"), N_("Agree the action"), questions.ACTION, forms.known_action
    ),
    "/actions/{number:[0-9]{1,4}}/done": forms.school_form(
        commands.RecordActionDone, N_("Record an action as done"), N_("Record it"), questions.ACTION_DONE
    ),
}
"""The forms of one school by what follows its address."""


def add_routes(app: web.Application) -> None:
    """Adds the forms to an application that has the frame's own addresses."""
    app[RECORDS] |= {
        "provider": RecordKind(_name, EVENT_TITLES, _address),
        "oversight": RecordKind(_name, words.EVENT_TITLES, _address, _undo, lasting=frozenset({"ContactRemoved"})),
        "inspection_mark": RecordKind(_mark, words.EVENT_TITLES, _no_address, _undo_mark),
    }
    for path, open_sheet in FORMS.items():
        add_form(app, Form(_SCHOOL + path, may_oversee_schools, open_sheet))
    add_form(app, Form("/schools/mark", may_set_inspection_mark, forms.mark_sheet))


def _undo(urn: str, command_id: str) -> Command:
    return commands.UndoOversightChange(urn=int(urn), command_id=command_id)


def _undo_mark(_key: str, command_id: str) -> Command:
    return commands.UndoInspectionMark(command_id=command_id)


def _mark(_key: str) -> str:
    return _("The mark for inspections")


def _no_address(_key: str) -> None:
    return None


def _name(urn: str) -> str:
    return _("School, URN %(urn)s", urn=urn)


def _address(urn: str) -> str:
    return f"/schools/{urn}"
