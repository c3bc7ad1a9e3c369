"""The result codes of the AMS API: return codes and footnote letters, in words, and which answer earns which code.

The meanings are those of the AMS documentation as a public web service restates it (nysenate/USPS-AMS-WebService,
`ReturnCode.java` and `Footnote.java`). An answer that a doubt about the *reading* keeps coarse has no AMS code, as AMS
knows typed text only: its return code stays empty (*ours*).
"""

from collections.abc import Mapping
from types import MappingProxyType

from mlocr.mail.address import LastLine, RecordType
from mlocr.matching.finding import Choice, Verdict
from mlocr.matching.places import STATE_CODES

DUAL, PLACE, STATE, CITY = "10", "11", "12", "13"
NOT_FOUND, MULTIPLE, EXACT, DEFAULT = "21", "22", "31", "32"

RETURN_CODES: Mapping[str, str] = MappingProxyType(
    {
        DUAL: "invalid dual address",
        PLACE: "invalid city, state and ZIP Code",
        STATE: "invalid state",
        CITY: "invalid city",
        NOT_FOUND: "address not found",
        MULTIPLE: "multiple responses",
        EXACT: "exact match",
        DEFAULT: "default match",
    }
)
"""Every return code in words."""

FOOTNOTES: Mapping[str, str] = MappingProxyType(
    {
        "A": "the ZIP Code was corrected",
        "B": "the spelling of city or state was corrected",
        "C": "city, state and ZIP Code name no valid place together",
        "D": "the record is not deliverable: it has no ZIP+4 Code",
        "E": "several records fit, all in the same ZIP Code",
        "F": "the address was not found as printed",
        "G": "a line above the address (the firm) was used to match",
        "H": "the address is a building and no secondary number is printed",
        "I": "the data are insufficient for a single ZIP+4 Code",
        "J": "two addresses are printed",
        "K": "several responses by the cardinal rule: a directional would turn by more than a right angle",
        "L": "a directional or suffix was added, changed or dropped",
        "M": "the spelling of the street name was changed",
        "N": "the delivery line was standardized",
        "O": "a tie was broken by the add-on",
        "P": "a better (preferred) address exists for this one",
        "Q": "the ZIP Code is unique to one customer",
        "R": "held by the Early Warning System: the street is not in the ZIP+4 file yet",
        "S": "the secondary number is in no range of the building",
        "T": "several responses by the magnet street rule",
        "U": "the city name is not acceptable in a last line; the preferred one is given",
        "V": "city and state could not be verified against the ZIP Code",
        "W": "small-town default: the ZIP Code has no street delivery",
        "X": "the default of a unique ZIP Code",
        "Y": "a military ZIP Code",
        "Z": "moved to another ZIP Code (ZIPMOVE)",
    }
)
"""Every footnote letter in words. Z is never given: the ZIPMOVE product is not among the directory's ports."""

_OF_VERDICT: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.MULTIPLE: MULTIPLE,
        Verdict.NO_ADDON: EXACT,  # "found in the national ZIP+4 file", though not deliverable: footnote D tells
        Verdict.OUT_OF_RANGE: NOT_FOUND,
        Verdict.INSUFFICIENT: NOT_FOUND,
        Verdict.NO_STREET: NOT_FOUND,
        Verdict.HELD: NOT_FOUND,
    }
)


def of_verdict(verdict: Verdict) -> str:
    """The return code of a search that found no single record with an add-on."""
    return _OF_VERDICT.get(verdict, "")


def of_choice(choice: Choice) -> str:
    """31 or, where the record is one that stands for a whole building or route, 32."""
    return DEFAULT if is_default(choice) else EXACT


def is_default(choice: Choice) -> bool:
    """Whether a finer match may exist: no secondary, or none that a range holds; a route without its boxes; X and W."""
    if (choice.notes and {"H", "S", "W", "X"} & set(choice.notes)) or choice.rule == "single_highrise_default":
        return True
    record = choice.record
    whole = not record.primary_low and not record.primary_high
    return record.record_type is RecordType.RURAL_HIGHWAY and whole


def of_place(printed: LastLine, known_city: bool) -> str:
    """Why a last line names no place: 12 a state that is none, 13 a city that is none, 11 nothing that fits.

    A state is taken for none where the last word before the ZIP Code has two letters and is no state (*ours*).
    """
    words = printed.city.split()
    if not printed.state and len(words) > 1 and len(words[-1]) == 2 and words[-1] not in STATE_CODES:
        return STATE
    if printed.city and printed.state and not known_city:
        return CITY
    return PLACE
