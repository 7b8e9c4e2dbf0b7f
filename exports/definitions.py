"""What the columns of reports mean, for the notes of the files in which they stand."""

from collections.abc import Mapping

from exports.result import Column

MEANINGS: Mapping[str, str] = {
    "month": "The calendar month in which the days lie that are charged.",
    "quarter": "A quarter of the financial year, from April.",
    "year": "The financial year, 1 April to 31 March.",
    "provider": "The school's URN, the number that the Department for Education gives it.",
    "agreement": "The council's reference of the contract or placement agreement.",
    "model": "How places are bought under the agreement.",
    "placement": "The council's reference of the placement; empty for the empty places of a commitment.",
    "component": "What is bought: education, residential, therapy, support and so on.",
    "kind": "Attendance: days on roll. Notice: days payable after leaving. Void: empty places that are paid for.",
    "need": "The main need by its SEN2 code.",
    "phase": "The phase of education.",
    "setting": "Day or residential.",
    "band": "The band of need, where the agreement has bands.",
    "area": "The district in which the pupil lives.",
    "route": "How the placement came about.",
    "funder": "Who bears the cost: education, health or social care.",
    "cost": "Attendance, notice and void charges of the period, in pounds without VAT.",
    "occupied_days": "Calendar days on roll.",
    "pupils": "Pupils on roll on any day of the period; one who stands in several rows counts once in the total.",
    "fte": "Days on roll divided by the days of the period.",
    "attendance": "Charges of days on roll.",
    "notice": "Charges of days that stay payable after a pupil has left.",
    "void": "Charges of committed places that stand empty.",
    "cost_per_fte_year": "Cost divided by days on roll, times the days of the financial year.",
    "void_share": "Charges of empty places as a part of the cost.",
    "utilisation": "Filled committed place-days as a part of all committed place-days.",
    "like_for_like": "The cost per FTE year that the model would have at the mix of need, phase and setting of all.",
    "coverage": "The part of the cohort's days that lie in strata which the model serves.",
    "index": "Like for like as a percentage of all models' cost in the same strata; none below half coverage.",
    "price_effect": "The part of the gap to the reference model that comes from price, mix held equal.",
    "mix_effect": "The part of the gap that comes from another mix of needs, phases and settings.",
    "void_effect": "The part of the gap that comes from empty places.",
    "unshared_effect": "The part of the gap that lies in strata which only one of the two serves.",
    "cause": "What kind of event changed the cost.",
    "events": "How many events did it.",
    "delta": "How much the cost of the period changed, in pounds without VAT.",
    "position": "The event's number in the ledger.",
    "effective_on": "The day from which the event is true in the world.",
    "recorded_at": "When the ledger learnt it.",
    "stream": "The placement, agreement, school or calendar that the event is about.",
    "reference": "The placement or agreement that needs somebody.",
    "what": "What is the matter.",
    "since": "Since when, or on which day to come.",
    "money": "The money at stake in the period; empty where no price tells it.",
}


def meaning(column: Column) -> str:
    """What a column means: its own words, else those that all reports share; empty where neither says."""
    return column.meaning or MEANINGS.get(column.name, "")
