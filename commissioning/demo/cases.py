"""Who is responsible for which placement: the people who sign in to the demonstration find work of their own."""

from commissioning.accounts import identities
from commissioning.demo.notebook import ACCOUNTS
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.commands import NameCaseOfficer
from commissioning.placements.placement import PLACEMENTS


def name_case_officers(ledger: Ledger, operator: str) -> int:
    """Shares the live placements out among those who record and the commissioner who signs in; gives the position."""
    known_from = (*map(identities.system_user, ACCOUNTS), identities.demonstration("commissioner"))
    officers = [ledger.vault.admit(one) for one in known_from]

    def deed(work: UnitOfWork) -> None:
        refs = (ref for ref in sorted(work.log.keys(PLACEMENTS.name)) if _is_live(ref, work))
        for number, ref in enumerate(refs):
            officer = officers[number % len(officers)]
            work.execute(NameCaseOfficer(placement_ref=ref, case_officer=officer, named_on=work.today))

    command_id = "demo-case-officers"
    return ledger.run(deed, command_id=command_id, digest=command_id, account=operator).head.position


def _is_live(ref: str, work: UnitOfWork) -> bool:
    placement = work.state(PLACEMENTS, ref)
    return placement is not None and not placement.withdrawn and (placement.end_on or work.today) >= work.today
