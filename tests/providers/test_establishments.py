"""Reading a schools extract: which rows are kept, what they state, and how faults are named. All are invented."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.ledger.errors import Refused
from providers import establishments
from providers.establishments import Establishment, Extract, column_map, read_extract
from providers.facts import ProviderFacts
from tests.providers.test_provider import LARKFIELD

SCHOOL = {
    "URN": "900001",
    "LA (name)": "Norfolk",
    "EstablishmentName": "Larkfield School (invented)",
    "TypeOfEstablishment (name)": "Other independent special school",
    "EstablishmentStatus (name)": "Open",
    "Postcode": "NR99 1AA",
    "SchoolCapacity": "60",
    "Section41Approved (name)": "Approved",
    "OfstedRating (name)": "Good",
    "Trusts (name)": "",
}


def extract(*rows: dict[str, str], encoding: str = "cp1252") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def read(*rows: dict[str, str], encoding: str = "cp1252") -> Extract:
    return read_extract(extract(*rows, encoding=encoding))


def faults(*rows: dict[str, str]) -> list[str]:
    return [fault.in_words() for fault in read(*rows).faults]


def test_a_school_is_read_from_the_columns_of_the_dfe() -> None:
    """Every fact stands under the DfE's own column name; a blank cell states nothing."""
    assert read(SCHOOL) == Extract(
        (
            Establishment(
                900001,
                ProviderFacts(
                    name="Larkfield School (invented)",
                    type="independent_special",
                    local_authority="Norfolk",
                    postcode="NR99 1AA",
                    capacity=60,
                    section_41=True,
                    inspection_grade="Good",
                ),
                frozenset(
                    {
                        "name",
                        "type",
                        "local_authority",
                        "postcode",
                        "capacity",
                        "section_41",
                        "inspection_grade",
                    }
                ),
            ),
        ),
        0,
        (),
    )


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_names_are_read_in_the_encodings_that_occur(encoding: str) -> None:
    """Accents and curly quotes come through from the DfE's own files and from spreadsheets."""
    name = "St Zoë\N{RIGHT SINGLE QUOTATION MARK}s School (invented)"
    (school,) = read({**SCHOOL, "EstablishmentName": name}, encoding=encoding).establishments
    assert school.facts.name == name


def test_other_types_and_closed_schools_are_left_out_and_counted() -> None:
    """A mainstream school and a closed one are no faults, whatever else their rows hold."""
    found = read(
        {**SCHOOL, "TypeOfEstablishment (name)": "Community school", "SchoolCapacity": "many"},
        {**SCHOOL, "EstablishmentStatus (name)": "Closed"},
        {**SCHOOL, "EstablishmentStatus (name)": "Open, but proposed to close"},
    )
    assert (len(found.establishments), found.left_out, found.faults) == (1, 2, ())


@pytest.mark.parametrize(
    ("words", "ours"),
    [
        ("Non-maintained special school", "non_maintained_special"),
        ("Special post 16 institution", "special_post_16"),
        ("Community special school", "state_special"),
        ("Academy special converter", "state_special"),
        ("Free schools special", "state_special"),
        ("resource_base", "resource_base"),
    ],
)
def test_types_become_our_own(words: str, ours: str) -> None:
    """The DfE's types of special school, and our own words for them, are known."""
    assert read({**SCHOOL, "TypeOfEstablishment (name)": words}).establishments[0].facts.type == ours


def test_section_41_may_not_apply() -> None:
    """Not approved is a no; not applicable states nothing."""
    refused, elsewhere = read(
        {**SCHOOL, "Section41Approved (name)": "Not approved"},
        {**SCHOOL, "URN": "900002", "Section41Approved (name)": "Not applicable"},
    ).establishments
    assert refused.facts.section_41 is False
    assert "section_41" not in elsewhere.stated


def test_faults_name_row_and_column() -> None:
    """Every bad cell of a kept row is named with its row, its column and what was expected."""
    assert faults(
        SCHOOL,
        {**SCHOOL, "URN": "9001", "SchoolCapacity": "60.5", "Section41Approved (name)": "perhaps"},
        {**SCHOOL, "URN": "900002", "EstablishmentName": " ", "LA (name)": "N" * 201},
        SCHOOL,
    ) == [
        "row 3, column URN: “9001” cannot be read. Expected a number of six digits.",
        "row 3, column SchoolCapacity: “60.5” cannot be read. Expected a whole number of pupils.",
        (
            "row 3, column Section41Approved (name): “perhaps” cannot be read. "
            "Expected Approved, Not approved or Not applicable."
        ),
        "row 4, column EstablishmentName: The cell is blank. Expected text of at most 200 characters.",
        f"row 4, column LA (name): “{'N' * 200}” cannot be read. Expected text of at most 200 characters.",
        "row 5, column URN: URN 900001 stands on an earlier row too.",
    ]


def test_a_row_that_was_cut_off_is_a_fault() -> None:
    """A row with fewer cells than the header is never read as one with blanks; blank rows are passed over."""
    content = extract(SCHOOL) + b"\r\n,,,,,,,,,\r\n900002,Norfolk\r\n"
    assert [fault.in_words() for fault in read_extract(content).faults] == [
        "row 5: The row has 2 cells. Expected 10, as in row 1."
    ]


def test_other_lists_are_read_by_naming_their_columns() -> None:
    """Columns with our own names are found by themselves, others by a map, in whatever case."""
    content = b"urn,NAME,kind,owner,calendar\n900001,Ash Lodge (invented),state_special,Ash Trust (invented),ash\n"
    columns = column_map(["type=kind", " owner_group = Owner "])
    assert columns == {"type": "kind", "owner_group": "Owner"}
    (school,) = read_extract(content, columns).establishments
    assert school.facts == ProviderFacts(
        name="Ash Lodge (invented)",
        type="state_special",
        owner_group="Ash Trust (invented)",
        calendar="ash",
    )


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    """A list without a needed or a mapped column is refused, and the refusal says how to name it."""
    with pytest.raises(Refused) as refused:
        read_extract(b"URN,EstablishmentName,Places\n", {"capacity": "Beds"})
    there = "one of the columns that are there: URN, EstablishmentName, Places"
    assert [(fault.message, fault.where, fault.expected) for fault in refused.value.faults] == [
        ("There is no column “TypeOfEstablishment (name)” for the school's type.", "row 1", there),
        ("There is no column “Beds” for the school's capacity.", "row 1", there),
    ]


@pytest.mark.parametrize("pair", ["beds=Places", "capacity", "capacity=", "=Places"])
def test_a_map_of_unknown_facts_is_refused(pair: str) -> None:
    """A map must name one of our fields and a column."""
    with pytest.raises(Refused, match="does not say which column"):
        column_map([pair])


def test_stated_facts_replace_and_the_others_stay() -> None:
    """A refresh from an extract leaves what it does not state: owner, calendar, an inspection grade."""
    (school,) = read({**SCHOOL, "SchoolCapacity": "72", "OfstedRating (name)": ""}).establishments
    assert school.onto(LARKFIELD) == LARKFIELD.model_copy(update={"capacity": 72})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "There is no column"),
        (b'URN,EstablishmentName,type\n900001,"Cut off', "Line 2 is not CSV"),
        (b"\x81\xff", "characters cannot be read"),
        (b"URN,EstablishmentName,type\n900001," + b"x" * 200_000 + b",state_special", "not CSV"),
    ],
)
def test_what_is_no_extract_is_refused_in_words(content: bytes, words: str) -> None:
    """An empty file, an open quotation, unknown characters and an endless cell are refused with words."""
    with pytest.raises(Refused, match=words):
        read_extract(content)


def test_an_extract_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the limit is refused before it is read."""
    monkeypatch.setattr(establishments, "LARGEST_EXTRACT", 10)
    with pytest.raises(Refused, match="at most 10"):
        read(SCHOOL)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_damaged_files_are_refused_or_read_never_a_crash(noise: bytes, at: int) -> None:
    """Whatever bytes stand in a file, the answer is rows, faults or a refusal."""
    content = extract(SCHOOL, {**SCHOOL, "URN": "900002"})
    try:
        found = read_extract(content[:at] + noise + content[at:])
    except Refused:
        return
    for school in found.establishments:
        assert school.urn in range(100_000, 1_000_000)
        assert school.facts.name
