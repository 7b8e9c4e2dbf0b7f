"""The VAT of a line: what of it stands by its checks, and what goes with a part of the line's net; pure.

A finding on VAT holds the VAT that it is about and nothing of the net: what is undisputed is paid as ever.
"""

from collections.abc import Sequence

from invoices.held import Code, Finding, HeldLine

_NONE_STANDS: frozenset[Code] = frozenset({"VAT-1", "VAT-2"})
"""VAT without a right registration, or before school fees carried any, is none at all."""
WRONGLY_CHARGED: frozenset[Code] = _NONE_STANDS | {"VAT-3"}
"""Findings with which VAT, or what of it is above its rate, is none: it is not paid and could not be recovered."""


def is_about_vat(finding: Finding) -> bool:
    """Whether a finding holds VAT and not what it is charged on."""
    return finding.code in WRONGLY_CHARGED


def right_vat(line: HeldLine, findings: Sequence[Finding]) -> int:
    """The pence of a line's VAT that stand by its checks: none, or no more than its rate makes, or all."""
    vat = line.vat or 0
    own = [one for one in findings if is_about_vat(one) and one.line in (line.number, None)]
    if any(one.code in _NONE_STANDS for one in own):
        return 0
    above = max((one.money for one in own), default=0)
    return max(vat - max(above, 0), 0) if vat > 0 else vat


def share_of_vat(vat: int, net: int, pence: int) -> int:
    """What of a line's VAT goes with a part of its net, in proportion, halves away from zero."""
    if not vat or not net:
        return 0
    numerator, denominator = vat * pence, net
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size
