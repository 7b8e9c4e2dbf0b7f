"""A plain checker of import workbooks, written from the outside: columns, words, keys, references and dates."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import get_args

from commissioning.demo.notebook import Recording
from contracts import rates, terms
from tests.demo.held import Row

COLUMNS = {
    "Providers": "urn name type local_authority postcode capacity section_41 inspection_grade owner_group calendar",
    "Calendar": "calendar academic_year term first_day last_day",
    "Closures": "calendar first_day last_day reason",
    "Agreements": (
        "agreement_ref provider_urn model title start_on end_on fee_year accrual leaver_rule notice_weeks "
        "commitment_places void_pct void_band void_setting tiering billing instalments signed_on effective_from"
    ),
    "Tiers": "agreement_ref from_place discount_pct effective_from",
    "Rates": (
        "agreement_ref placement_ref component unit amount quantity band setting effective_from void discount "
        "notice withdrawn"
    ),
    "Placements": (
        "placement_ref pupil_ref agreement_ref need phase setting band start_on end_on exit end_reason "
        "notice_given_on signed_on birth_month home_area route effective_from withdrawn"
    ),
    "Suspensions": "placement_ref first_day last_day payable_pct reason withdrawn",
    "Pupils": "pupil_ref name date_of_birth upn postcode",
    "Funding": "placement_ref education_pct health_pct care_pct effective_from",
    "Reviews": "placement_ref kind due_on held_on concluded_on outcome",
    "Budgets": "financial_year model provider_urn amount",
}
_WORDS = {
    "type": ("independent_special", "non_maintained_special", "special_post_16", "state_special", "resource_base"),
    "term": ("autumn", "spring", "summer"),
    "model": get_args(terms.CommissioningModel),
    "fee_year": get_args(terms.FeeYear),
    "accrual": get_args(terms.Accrual),
    "leaver_rule": get_args(terms.LeaverRule),
    "tiering": get_args(terms.Tiering),
    "billing": get_args(terms.Billing),
    "instalments": get_args(terms.Instalments),
    "component": get_args(rates.Component),
    "unit": get_args(rates.Unit),
    "setting": get_args(terms.Setting),
    "void_setting": get_args(terms.Setting),
    "need": ("SPLD", "MLD", "SLD", "PMLD", "SEMH", "SLCN", "HI", "VI", "MSI", "PD", "ASD", "DS", "OTH"),
    "phase": ("early_years", "primary", "secondary", "post_16"),
    "route": ("council", "parental_preference", "tribunal", "looked_after", "emergency"),
    "section_41": ("yes", "no"),
    "void": ("yes", "no"),
    "discount": ("yes", "no"),
    "notice": ("yes", "no"),
    "withdrawn": ("yes", "no"),
}  # fmt: skip
_MAY_BE_BLANK = frozenset(
    ["setting", "void_setting", "section_41", "void", "discount", "notice", "withdrawn", "model", "route"]
)
_AGREED = ("start_on", "end_on", "notice_given_on", "withdrawn")


class Checker:
    """Reads recordings in order, as a ledger would, and yields a sentence for each fault."""

    def __init__(self) -> None:
        self._schools: set[object] = set()
        self._calendars: set[object] = set()
        self._pupils: set[object] = set()
        self._agreements: dict[object, Row] = {}
        self._placements: dict[object, Row] = {}
        self._series: dict[tuple[object, ...], Row] = {}
        self._suspensions: dict[object, dict[object, Row]] = defaultdict(dict)

    def faults(self, recording: Recording) -> Iterator[str]:
        """Take one workbook in and yield what is wrong with it."""
        for sheet, rows in recording.sheets.items():
            for row in rows:
                yield from self._words(sheet, row)
        sheets = {name: recording.sheets.get(name, []) for name in COLUMNS}
        self._calendars |= {row["calendar"] for row in sheets["Calendar"]}
        self._pupils |= {row["pupil_ref"] for row in sheets["Pupils"]}
        for row in sheets["Providers"]:
            self._schools.add(row["urn"])
            if row["calendar"] and row["calendar"] not in self._calendars:
                yield f"unknown calendar: {row}"
        yield from self._versions("Agreements", "agreement_ref", sheets["Agreements"], self._agreements)
        yield from self._versions("Placements", "placement_ref", sheets["Placements"], self._placements)
        yield from self._references(sheets)
        yield from self._commitments(sheets)
        yield from self._rates(sheets["Rates"])
        yield from self._days_off(sheets["Suspensions"])

    def _words(self, sheet: str, row: Row) -> Iterator[str]:
        if sorted(row) != sorted(COLUMNS[sheet].split()):
            yield f"{sheet}: columns {sorted(row)}"
        for column, words in _WORDS.items():
            blank = row.get(column) is None and (column not in row or column in _MAY_BE_BLANK)
            if not blank and row[column] not in words:
                yield f"{sheet}.{column}: {row[column]!r}"
        for first, last in (("start_on", "end_on"), ("first_day", "last_day"), ("held_on", "concluded_on")):
            if row.get(first) and row.get(last) and row[first] > row[last]:
                yield f"{sheet}: ends before it begins: {row}"

    def _versions(self, sheet: str, key: str, rows: list[Row], held: dict[object, Row]) -> Iterator[str]:
        by_ref: dict[object, list[Row]] = defaultdict(list)
        for row in rows:
            by_ref[row[key]].append(row)
        for ref, group in by_ref.items():
            starts = [row["effective_from"] or row["start_on"] for row in group]
            if len(set(starts)) < len(starts):
                yield f"{sheet} {ref}: two rows from one day"
            if ref not in held and min(starts) != group[0]["start_on"]:
                yield f"{sheet} {ref}: its first row starts later than start_on"
            if any(row["effective_from"] and row["effective_from"] <= row["start_on"] for row in group):
                yield f"{sheet} {ref}: a version from before or on its first day"
            if any(row.get(name) != group[0].get(name) for row in group for name in _AGREED):
                yield f"{sheet} {ref}: its rows disagree"
            held[ref] = group[-1]

    def _references(self, sheets: dict[str, list[Row]]) -> Iterator[str]:
        for row in sheets["Agreements"]:
            if row["provider_urn"] not in self._schools:
                yield f"unknown school: {row}"
        for row in sheets["Placements"]:
            agreement = self._agreements.get(row["agreement_ref"])
            day = row["effective_from"] or row["start_on"]
            if agreement is None or day < agreement["start_on"] or row["pupil_ref"] not in self._pupils:
                yield f"unknown pupil, or no agreement that day: {row}"
        for sheet in ("Rates", "Suspensions", "Funding", "Reviews", "Tiers"):
            for row in sheets[sheet]:
                owners = [row.get("agreement_ref"), row.get("placement_ref")]
                if owners.count(None) != 1 or not (owners[0] in self._agreements or owners[1] in self._placements):
                    yield f"{sheet}: unknown owner: {row}"

    def _commitments(self, sheets: dict[str, list[Row]]) -> Iterator[str]:
        for row in sheets["Agreements"]:
            if row["commitment_places"] and row["void_pct"] is None:
                yield f"places without a void_pct: {row}"
        firsts = {row["agreement_ref"] for row in sheets["Tiers"] if row["from_place"] == 1}
        for row in sheets["Tiers"]:
            if row["agreement_ref"] not in firsts:
                yield f"tiers without place 1: {row}"
        for row in sheets["Funding"]:
            if row["education_pct"] + row["health_pct"] + row["care_pct"] != 100:
                yield f"shares do not add up: {row}"

    def _rates(self, rows: list[Row]) -> Iterator[str]:
        stated: set[tuple[object, ...]] = set()
        for row in rows:
            owner = self._placements.get(row["placement_ref"]) or self._agreements[row["agreement_ref"]]
            day = row["effective_from"] or owner["start_on"]
            line = tuple(
                row[name] for name in ("agreement_ref", "placement_ref", "component", "unit", "band", "setting")
            )
            if (*line, day) in stated:
                yield f"two lines of one series on one day: {row}"
            stated.add((*line, day))
            earlier = self._series.setdefault((*line, day), row)
            if earlier["effective_from"] != row["effective_from"]:
                yield f"one day named in two ways: {row}"
            if row["placement_ref"] and (row["band"] or row["setting"] or row["void"] == "yes"):
                yield f"an own line with a band, a setting or a void: {row}"

    def _days_off(self, rows: list[Row]) -> Iterator[str]:
        for row in rows:
            self._suspensions[row["placement_ref"]][row["first_day"]] = row
        for ref in {row["placement_ref"] for row in rows}:
            spans = sorted(
                (row["first_day"], row["last_day"] or date.max)
                for row in self._suspensions[ref].values()
                if row["withdrawn"] != "yes"
            )
            for (_, last), (following, _) in pairwise(spans):
                if following <= last:
                    yield f"suspensions of {ref} overlap"
