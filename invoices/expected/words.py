"""What an expected line is called where people read it."""

from collections.abc import Mapping

from commissioning.web.language import N_, Labels, _
from contracts.words import COMPONENTS
from invoices.expected.lines import LineKey
from invoices.facts import ChargeKind

KINDS: Mapping[ChargeKind, str] = Labels(
    {
        "attendance": N_("days on roll"),
        "notice": N_("notice after leaving"),
        "void": N_("empty committed places"),
    }
)


def line_in_words(key: LineKey) -> str:
    """What a line is for: `PL-1, Education, days on roll`."""
    whose = key.placement_ref or _("agreement %(agreement)s", agreement=key.agreement_ref)
    return f"{whose}, {COMPONENTS.get(key.component, key.component)}, {KINDS[key.kind]}"
