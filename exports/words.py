"""What reports and lists are called, and how what they were asked is said: options by name, codes and days in words.

Results and records of files hold names and codes that are the same in every language (`by`, `owner_group`, ISO days);
here they are said to people.
"""

from collections.abc import Callable, Mapping
from datetime import date

from commissioning.charges.words import VALUES, value_in_words
from commissioning.placements.words import REVIEW_KINDS, pseudonym
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import day, month, number
from contracts.words import MODELS

REPORTS: Mapping[str, str] = Labels(
    {
        "spend": N_("Spend"),
        "compare": N_("Commissioning models compared"),
        "bridge": N_("Movement bridge"),
        "reviews": N_("Reviews"),
        "exceptions": N_("What needs a person"),
        "budget": N_("Budget monitor"),
        "committed": N_("Commitments"),
        "posted": N_("Posted and current"),
        "counterfactual": N_("The same pupils under other terms"),
        "scenarios": N_("The same pupils under several terms"),
        "voids": N_("Committed places"),
        "forecast": N_("Forecast"),
        "year_groups": N_("Year groups and phase leavers"),
        "exits": N_("Why placements ended"),
        "local_first": N_("Local first"),
        "uplifts": N_("Uplifts"),
        "price_bands": N_("Price bands"),
        "sensitivity": N_("A cost over occupancy or price"),
        "audit_listing": N_("Audit listing"),
        "journal": N_("Journal"),
        "accruals": N_("Accruals"),
        "expected": N_("Expected invoices"),
        "pay": N_("How fast schools are paid"),
        "monthly_pack": N_("Monthly pack"),
        "statement": N_("Statement of account"),
        "remittance": N_("Remittance advice"),
        "remittances": N_("Remittance advice of a run"),
        "payment_headers": N_("Payables: invoice headers"),
        "payment_lines": N_("Payables: invoice lines"),
        "payment_mapped": N_("Payments in the council's own columns"),
        "payment_file": N_("Payments"),
        "placement_agreement": N_("Placement agreement"),
        "publication_contracts": N_("Contracts register"),
        "publication_foi": N_("Average fee by need"),
        "publication_spend_500": N_("Spend over £500"),
        "publication_payments_30k": N_("Payments over £30,000"),
        "publication_payment_times": N_("How fast invoices are paid"),
        "publication_s251": N_("Section 251, line 1.2.3"),
        "publication_sen2": N_("SEN2 placements"),
        "publication_ocds": N_("Open contracting releases"),
        "placements": N_("Placements"),
        "agreements": N_("Agreements"),
        "schools": N_("Schools"),
        "consultations": N_("Consultations"),
        "invoices": N_("Invoices"),
    }
)
"""The reports and lists of which files leave, by the names that addresses and records give them."""
OPTIONS: Mapping[str, str] = Labels(
    {
        "by": N_("By"),
        "day": N_("Day"),
        "at": N_("At"),
        "as_at": N_("As at"),
        "reference": N_("Measured against"),
        "over": N_("Over"),
        "within": N_("Within"),
        "spread": N_("Spread over pupils"),
        "seed": N_("Seed"),
        "resamples": N_("Draws"),
        "simulations": N_("Draws"),
        "agreement": N_("Agreement"),
        "scenario": N_("Scenario"),
        "saved_scenario": N_("Saved scenario"),
        "join_roll": N_("With those who stand under the terms already"),
        "cohort": N_("Cohort"),
        "under": N_("Under"),
        "vary": N_("Curve over"),
        "from_position": N_("From position"),
        "to_position": N_("To position"),
        "from_period": N_("From period"),
        "to_period": N_("To period"),
        "from_year": N_("From year"),
        "year": N_("Financial year"),
        "from": N_("From"),
        "to": N_("To"),
        "detail": N_("Event by event"),
        "arrivals": N_("Arrivals a month"),
        "leavers": N_("Leavers a month"),
        "arrivals_a_month": N_("Arrivals a month"),
        "leavers_a_month": N_("Leavers a month"),
        "give_or_take": N_("Give or take, %"),
        "uplift_low": N_("Least uplift, %"),
        "uplift_high": N_("Greatest uplift, %"),
        "uplift_on": N_("Uplift from"),
        "waiting_agreed_low": N_("Least agreed of what waits, %"),
        "waiting_agreed_high": N_("Most agreed of what waits, %"),
        "post_16_year": N_("Post-16 ends with"),
        "size": N_("Lines drawn"),
        "sample": N_("Lines drawn"),
        "month": N_("Month"),
        "of": N_("Of"),
        "withheld": N_("Withheld"),
        "counts_withheld": N_("Counts withheld"),
        "left_out": N_("Left out"),
        "kind": N_("Kind"),
        "run": N_("Payment run"),
        "pay_on": N_("To be paid on"),
        "base_rate": N_("Base rate, %"),
        "name": N_("Name"),
        "state": N_("State"),
        "status": N_("State"),
        "standing": N_("State"),
        "officer": N_("Case officer"),
        "stage": N_("Stage"),
        "live_on": N_("On roll on"),
        "pupil": N_("Pupil"),
        "type": N_("Kind of school"),
        "local_authority": N_("Local authority"),
        "owner_group": N_("Owner group"),
        "section_41": N_("Section 41"),
        "inspection": N_("Inspection"),
        "places": N_("Our pupils"),
        "capacity": N_("Capacity of at least"),
        "whose": N_("Whose"),
        "search": N_("Searched"),
        "sort": N_("Order"),
        "signed": N_("Signed"),
        "provider": N_("School"),
        "model": N_("Model"),
        "need": N_("Need"),
        "phase": N_("Phase"),
        "setting": N_("Setting"),
        "placement": N_("Placement"),
        "component": N_("Component"),
        "band": N_("Band"),
        "area": N_("Home area"),
        "route": N_("Route"),
        "funder": N_("Funder"),
    }
)
"""What was asked, by the names that addresses, JSON and records give it."""
KEYS: Mapping[str, str] = Labels(
    {
        "month": N_("month"),
        "quarter": N_("quarter"),
        "year": N_("year"),
        "term": N_("term"),
        "provider": N_("school"),
        "agreement": N_("agreement"),
        "model": N_("model"),
        "placement": N_("placement"),
        "component": N_("component"),
        "kind": N_("kind"),
        "need": N_("need"),
        "phase": N_("phase"),
        "setting": N_("setting"),
        "band": N_("band"),
        "area": N_("home area"),
        "route": N_("route"),
        "funder": N_("funder"),
        "owner_group": N_("owner group"),
        "year_group": N_("year group"),
        "stratum": N_("need, phase and setting"),
        "exit": N_("why it ended"),
        "occupancy": N_("occupancy"),
        "price": N_("price"),
        "cause": N_("cause"),
    }
)
"""What rows are grouped by and curves run over."""
ANSWERS: Mapping[str, str] = Labels(
    {
        "yes": N_("yes"),
        "no": N_("no"),
        "nothing": N_("nothing"),
        "commitments": N_("commitments"),
        "(not recorded)": N_("not recorded"),
        "fewer than five pupils": N_("fewer than five pupils"),
        "to protect another figure": N_("to protect another figure"),
        "an officer's decision": N_("an officer's decision"),
        "waits for an officer's decision": N_("waits for an officer's decision"),
    }
)
"""Values that say something by themselves, whatever was asked."""

COLUMNS_OF_LISTS: Mapping[str, str] = Labels(
    {
        "agreement": N_("Agreement"),
        "approved": N_("Approved"),
        "area": N_("Area"),
        "band": N_("Band"),
        "capacity": N_("Capacity"),
        "case_officer": N_("Case officer"),
        "closed_on": N_("Closed on"),
        "concluded_on": N_("Concluded on"),
        "consultation": N_("Consultation"),
        "consulted": N_("Consulted"),
        "cost": N_("Cost"),
        "cure": N_("Cure"),
        "days_overdue": N_("Days overdue"),
        "disputed": N_("Disputed"),
        "due": N_("Due"),
        "due_on": N_("Due on"),
        "end_on": N_("End on"),
        "gross": N_("Gross"),
        "held_on": N_("Held on"),
        "identified_on": N_("Identified on"),
        "inspected_on": N_("Inspected on"),
        "inspection": N_("Inspection"),
        "invoice": N_("Invoice"),
        "kind": N_("Kind"),
        "local_authority": N_("Local authority"),
        "model": N_("Model"),
        "money": N_("Money"),
        "name": N_("Name"),
        "need": N_("Need"),
        "net": N_("Net"),
        "number": N_("Invoice"),
        "offers": N_("Offers"),
        "on_roll": N_("On roll"),
        "outcome": N_("Outcome"),
        "owner_group": N_("Owner group"),
        "phase": N_("Phase"),
        "placement": N_("Placement"),
        "places": N_("Places"),
        "provider": N_("School"),
        "pupil": N_("Pupil"),
        "received_on": N_("Received on"),
        "reference": N_("Reference"),
        "respond_by": N_("Respond by"),
        "section_41": N_("Section 41"),
        "setting": N_("Setting"),
        "signed_on": N_("Signed on"),
        "since": N_("Since"),
        "stage": N_("Stage"),
        "start_on": N_("Start on"),
        "state": N_("State"),
        "status": N_("State"),
        "suspended_from": N_("Suspended from"),
        "title": N_("Title"),
        "type": N_("Type"),
        "urn": N_("URN"),
        "void": N_("Void"),
        "wanted_from": N_("Wanted from"),
        "what": N_("What"),
        "yearly_cost": N_("Yearly cost"),
    }
)
"""The headings of lists as files, by the names that their columns have in CSV and JSON."""
TITLES_OF_LISTS: Mapping[str, str] = Labels(
    {
        "placements": N_("Placements"),
        "agreements": N_("Agreements"),
        "schools": N_("Schools"),
        "consultations": N_("Consultations"),
        "invoices": N_("Invoices"),
        "reviews": N_("Reviews"),
        "exceptions": N_("Exceptions"),
    }
)
"""What a list is called at the head of its file."""


def report_in_words(name: str) -> str:
    """A report or list as people call it; one that nobody knows by its name."""
    return REPORTS.get(name) or name.replace("_", " ").capitalize()


def option_in_words(name: str) -> str:
    """What was asked, as people call it; `terms_2` is the second of the terms that stand side by side."""
    stem, _mark, place = name.rpartition("_")
    if stem == "terms" and place.isdigit():
        return _("Terms %(number)s", number=place)
    return OPTIONS.get(name) or name.replace("_", " ").capitalize()


_STREAMS: Mapping[str, str] = Labels(
    {
        "placement": N_("Placement"),
        "agreement": N_("Agreement"),
        "provider": N_("School"),
        "uplift_round": N_("Uplift round"),
        "uplift": N_("Uplift"),
    }
)


def stream_in_words(stream: str) -> str:
    """The placement, agreement, school or calendar that an event is about, from the name of its stream."""
    kind, _colon, key = stream.partition(":")
    if kind == "price_bands":
        return _("National price bands")
    if kind == "calendar":
        return _("Term calendar %(key)s", key=key)
    return f"{_STREAMS[kind]} {key}" if kind in _STREAMS else stream


def answer_in_words(name: str, value: str, own: Mapping[str, str] | None = None) -> str:
    """The value of an option or a filter for people: days and codes in words, all else as it was asked.

    `own` is what values are called where these are the report's or the list's own; several stand between commas.
    """
    if own and all(one in own for one in value.split(",")):
        return ", ".join(own[one] for one in value.split(","))
    if name in _SAID:
        return _SAID[name](value)
    if name in VALUES:
        return ", ".join(value_in_words(name, one) for one in value.split(","))
    stem, _mark, place = name.rpartition("_")
    if stem == "terms" and place.isdigit():
        return _terms(value)
    return ANSWERS.get(value, value)


def _day(value: str) -> str:
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def _month(value: str) -> str:
    try:
        return month(value)
    except ValueError:
        return value


def _keys(value: str) -> str:
    return ", ".join(KEYS.get(one, one) for one in value.split(","))


def _terms(value: str) -> str:
    """Where terms stand, of which a result holds `agreement AG-1`, `scenario NAME@2, REF` or `workbook, REF`."""
    kind, _space, named = value.partition(" ")
    match kind:
        case "agreement":
            return _("agreement %(agreement)s", agreement=named)
        case "scenario":
            return _("scenario %(scenario)s", scenario=named)
        case "workbook,":
            return _("workbook, %(agreement)s", agreement=named)
        case _:
            return value


def _counted(value: str) -> str:
    """How many figures were withheld under each rule: `2 fewer than five pupils; 1 to protect another figure`."""
    told = []
    for part in value.split("; "):
        count, _space, rule = part.partition(" ")
        known = count.isdigit() and rule in ANSWERS
        told.append(f"{number(int(count))} {ANSWERS[rule]}" if known else ANSWERS.get(part, part))
    return "; ".join(told)


_SAID: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("day", "at", "uplift_on", "pay_on", "live_on", "from", "to"), _day),
    **dict.fromkeys(("by", "within", "over", "vary"), _keys),
    "month": _month,
    "reference": lambda value: MODELS.get(value, value),
    "kind": lambda value: ", ".join(
        REVIEW_KINDS[one] if one in REVIEW_KINDS else value_in_words("kind", one) for one in value.split(",")
    ),
    "pupil": pseudonym,
    "post_16_year": lambda value: _("Year %(year)s", year=value),
    "withheld": _counted,
}
"""How the values of some options are said."""
