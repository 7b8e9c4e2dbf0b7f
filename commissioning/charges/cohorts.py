"""A cohort written as `NAME=VALUE`, where a filter's own name means something else (interface.md, counterfactual)."""

from collections.abc import Sequence
from dataclasses import fields, replace

from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said


def with_cohort(filters: Filters, stated: Sequence[str]) -> Filters:
    """Filters with what is stated of the cohort beside them; `Refused` where a name is no filter's."""
    known = [item.name for item in fields(Filters)]
    for text in stated:
        name, equals, value = text.partition("=")
        if name.strip() not in known or not equals or not value.strip():
            raise Refused(
                Fault(
                    "cohort",
                    said("“%(text)s” does not say which pupils are meant.", text=text[:60]),
                    "cohort",
                    said("NAME=VALUE, the name being one of %(known)s", known=", ".join(known)),
                    status=400,
                )
            )
        chosen = getattr(filters, name.strip())
        filters = replace(filters, **{name.strip(): tuple(dict.fromkeys((*chosen, value.strip())))})
    return filters
