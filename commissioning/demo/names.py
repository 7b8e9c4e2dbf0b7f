"""The words of an invented county: its districts, owners, schools and people. None of them exists.

The council is "Norrowshire County Council"; school numbers run from 900001, postcodes use the area ZZ and
unique pupil numbers the authority 999, none of which has been issued to anybody.
"""

from random import Random

COUNCIL = "Norrowshire County Council"
BOOK = "norrowshire"
"""The book that the demonstration is kept in."""
COUNTY = "Norrowshire"
NEIGHBOURS = ("Suthmere", "Westmarch")
DISTRICTS = (
    "Norrow City",
    "Eastmarsh",
    "Upper Quill",
    "The Saltings",
    "Fenhollow",
    "Brackland",
    "Tern Valley",
)
OWNERS = (
    "Lanternway Schools Group",
    "Fernlight Education",
    "Copperbeck Care and Learning",
    "Harbourmark Schools",
    "Quillmoor Partnership",
)
INDEPENDENT_SCHOOLS = (
    "Fenwhistle School",
    "Larkhollow School",
    "Marlowick House School",
    "Thistlecomb School",
    "Owlthwaite School",
    "Ternholm School",
    "Brackenfell School",
    "Greywillow School",
    "Sedgewater School",
    "Ravensplash School",
    "Pinderholt School",
    "Saltmere School",
    "Wrenbourn School",
    "Hazelmarsh School",
    "Quillgate School",
    "Amberthwick School",
    "Dunnockfield School",
    "Ferrybell School",
    "Gorsemantle School",
    "Halcyonstow School",
    "Inglefold School",
    "Juniperholt School",
    "Kestrelwick School",
    "Lanternway Grange School",
    "Mossgarth School",
    "Nettlebrook School",
    "Oxlipham School",
    "Plovercote School",
    "Quincebury School",
    "Rushlightly School",
    "Starlingham School",
    "Tansyford School",
    "Umberquill School",
    "Vetchling School",
    "Whinchatley School",
    "Yarrowmere School",
    "Zephyrdale School",
    "Copperbeck Lodge School",
)
NON_MAINTAINED_SCHOOLS = (
    "The Bellwether Foundation School",
    "Osierhythe Foundation School",
    "The Tillerman School",
    "Ravelstrand Foundation School",
    "The Merrow School",
)
COLLEGES = ("Harbourmark College", "Fernlight Works", "The Quillmoor Studio", "Ternside Skills College")
STATE_SCHOOLS = (
    "Norrow Bridge Special School",
    "Eastmarsh Special School",
    "Upper Quill Special School",
    "Saltings Park Special School",
    "Fenhollow Special School",
    "Brackland Heath Special School",
    "Tern Valley Special School",
    "Swanlight Special School",
)
BASES = (
    "Norrow City Primary, the Lighthouse Base",
    "Eastmarsh High, the Oak Base",
    "Fenhollow Primary, the Nest",
    "Brackland High, the Harbour Base",
    "Tern Valley Primary, the Willow Base",
)
_FIRST_NAMES = (
    "Aldwin",
    "Brisa",
    "Corrin",
    "Delphie",
    "Evander",
    "Fable",
    "Garrick",
    "Hollis",
    "Ivarra",
    "Jorren",
    "Kestrel",
    "Linden",
    "Maribeth",
    "Nolwen",
    "Orrin",
    "Petra",
    "Quilla",
    "Rowena",
    "Sorrel",
    "Tamsin",
    "Ulric",
    "Verity",
    "Wilder",
    "Xanthe",
    "Yarrow",
    "Zinnia",
    "Ambrose",
    "Bryony",
    "Cassian",
    "Damaris",
    "Elowen",
    "Fenton",
    "Greer",
    "Hester",
    "Isolde",
    "Jessamy",
    "Kerenza",
    "Lorcan",
    "Merrick",
    "Nerys",
    "Oswin",
    "Peregrine",
)
_LAST_NAMES = (
    "Ashwhistle",
    "Bramblecote",
    "Coldwater",
    "Dapplewood",
    "Elderquill",
    "Farthingdale",
    "Goosefeather",
    "Hartsgrove",
    "Inkpenny",
    "Jackstraw",
    "Kittiwake",
    "Lanternby",
    "Mallowfield",
    "Nightingarth",
    "Oatenshaw",
    "Pepperfold",
    "Quickthorn",
    "Rushlight",
    "Saltwhistle",
    "Thimblerigg",
    "Underwillow",
    "Vanstarling",
    "Wickerby",
    "Yellowhammer",
    "Applegarth",
    "Bittersweet",
    "Candlewick",
    "Dovecotter",
    "Emberson",
    "Fiddleneck",
    "Greenfinch",
    "Honeybourne",
    "Ironwillow",
    "Larkspurrow",
    "Mothering",
    "Nutkinson",
)
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def person(dice: Random) -> str:
    """Draw a first and a last name from the invented lists."""
    return f"{dice.choice(_FIRST_NAMES)} {dice.choice(_LAST_NAMES)}"


def postcode(dice: Random) -> str:
    """Draw a postcode of a right shape in the area ZZ, which does not exist."""
    letters = "".join(dice.choice(_POSTCODE_LETTERS) for _ in range(2))
    return f"ZZ{dice.randint(1, 29)} {dice.randint(1, 9)}{letters}"


def unique_pupil_number(year: int, number: int) -> str:
    """Make a unique pupil number of authority 999 with its check letter (weights 2 to 13, modulo 23)."""
    digits = f"999{year % 100:02d}{number:07d}"
    total = sum(weight * int(digit) for weight, digit in enumerate(digits, start=2))
    return _UPN_LETTERS[total % len(_UPN_LETTERS)] + digits
