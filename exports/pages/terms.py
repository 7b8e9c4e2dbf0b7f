"""The terms that a page prices its cohort under: each `agreement` of the address, and those of each `scenario`."""

from commissioning.charges.pages.asked import Asked
from commissioning.ledger.errors import Fault, Refused
from exports.counterfactual.targets import target_of
from exports.counterfactual.terms import Target
from exports.scenarios.queries import saved_targets


async def terms_asked(question: Asked) -> list[Target]:
    """All terms that the address names, agreements first; `under` chooses among those of scenarios."""
    position, under = question.as_at.position, question.here.first("under")
    targets = [await target_of(question.reader, ref, position) for ref in question.filters.agreement]
    for named in dict.fromkeys(question.here.all("scenario")):
        stated = await saved_targets(question.reader, named, position)
        targets += [target for target in stated if under in ("", target.ref)]
    return targets


async def one_terms(question: Asked) -> Target:
    """The one agreement or the one scenario's agreement that is named; `Refused` where it is none or several."""
    targets = await terms_asked(question)
    if len(targets) != 1:
        raise needs_terms("one agreement, or one scenario and of several agreements the one “under” which")
    return targets[0]


def needs_terms(expected: str) -> Refused:
    """The refusal of a question that does not say under which terms."""
    return Refused(
        Fault("agreement", "No terms are named to price the cohort under.", "agreement", expected, status=400)
    )
