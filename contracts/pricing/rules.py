"""The version of the pricing rules, so that a change of amounts is never an accident of a release."""

from typing import Final

RULES_VERSION: Final = 1
"""The rules that this package carries out.

Raise it with any change of code here that alters any amount, day or reason. The ledger records the change
as an event, so that a rebuild prices every position under the rules that were in force there.
"""
