"""The contracts register as open data: a release package of the Open Contracting Data Standard 1.1.

The standard's tools are published without its schema, which they fetch when they run. The source of one of them has the
schema of releases of edition 1.1.4, and a test holds releases to it; none has that of packages. So nothing is checked
where files are made, and each package says that its layout is a draft.
"""

from datetime import date
from typing import Any

from orjson import Fragment

from commissioning.charges.periods import Period
from commissioning.ledger.money import pounds_text
from commissioning.web.language import N_, _, language
from exports.publications.contracts_register import COLUMNS
from exports.publications.small_numbers import WITHHELD
from exports.result import Result, whole

PREFIX = "ocds-draft0"
"""Not a registered prefix: a council asks the Open Contracting Partnership for its own before it publishes."""
REPORT = "publication_ocds"
LAYOUT = N_("Draft layout: Open Contracting Data Standard 1.1.5, release package; not checked against its schema here.")


def release_package(register: Result, council: str) -> dict[str, Any]:
    """A release for each agreement of the register whose value may be told; the others are left out and counted.

    Amounts are numbers of JSON with two decimals, which only `orjson` writes as they stand here.
    """
    names = [column.name for column in COLUMNS]
    told = [dict(zip(names, row, strict=True)) for row in register.rows]
    published = [row for row in told if row["annual_value"] != WITHHELD]
    as_at, period = register.as_at, register.period
    moment = as_at.recorded_at
    return {
        "uri": f"urn:sha256:{as_at.head}",
        "version": "1.1",
        "publishedDate": moment,
        "publisher": {"name": council},
        "license": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "releases": [_release(row, moment, council, period) for row in published],
        "x_layout": _(LAYOUT),
        "x_withheld": len(told) - len(published),
    }


def _release(row: dict[str, Any], moment: str, council: str, period: Period) -> dict[str, Any]:
    reference, school = row["reference"], {"id": f"GB-EDU-{row['supplier_reference']}", "name": row["supplier"]}
    buyer = {"id": "buyer", "name": council}
    span = {"startDate": _instant(row["start_on"])} | ({"endDate": _instant(row["end_on"])} if row["end_on"] else {})
    value = {"amount": Fragment(pounds_text(whole(row["annual_value"]))), "currency": "GBP"}
    item = {"id": "1", "description": row["description"], "quantity": 1}
    return {
        "ocid": f"{PREFIX}-{reference}",
        "id": f"{reference}-{moment}",
        "date": moment,
        "tag": ["contract"],
        "initiationType": "tender",
        "language": language().partition("_")[0],
        "parties": [{**buyer, "roles": ["buyer"]}, {**school, "roles": ["supplier"]}],
        "buyer": buyer,
        "awards": [{"id": "1", "title": row["title"], "status": "active", "suppliers": [school]}],
        "contracts": [
            {
                "id": "1",
                "awardID": "1",
                "title": row["title"],
                "description": _(
                    "%(process)s; value: charges of %(period)s", process=row["process"], period=period.in_words()
                ),
                "status": "active",
                "period": span,
                "value": value,
                "items": [item],
            }
        ],
    }


def _instant(day: str) -> str:
    return f"{date.fromisoformat(day).isoformat()}T00:00:00Z"
