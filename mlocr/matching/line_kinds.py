"""What a line is that is not an address: endorsements, keylines, carrier routes, attention and occupant lines."""

import re

from mlocr.matching.places import COUNTRIES, DOMESTIC

_ENDORSEMENT = re.compile(
    r"\*{3,}|\b(?:[35]-?\s?DIGIT|AADC|ECRLOT|ECRWSS|ECRWSH|PRSRT|PRESORT(?:ED)?|AUTO\s?CR|ALL FOR AADC|"
    r"CAR-?\s?RT SORT|FIRM 5-?DIGIT|"
    r"(?:RETURN|ADDRESS|CHANGE|FORWARDING|ELECTRONIC|TEMP-?RETURN) SERVICE REQUESTED|RETURN POSTAGE GUARANTEED|"
    r"FIRST-?\s?CLASS MAIL|US POSTAGE|PERMIT NO|MARKETING MAIL|STANDARD MAIL|DO NOT (?:BEND|FORWARD)|"
    r"DATED MATERIAL|TIME SENSITIVE|OPEN IMMEDIATELY|PERSONAL (?:AND|&) CONFIDENTIAL)\b"
)
# Each alternative above has three stars or one of these words; asking for them first costs less than the search.
_ENDORSING_WORDS = """DIGIT 5DIGIT 3DIGIT AADC ECRLOT ECRWSS ECRWSH PRSRT PRESORT PRESORTED AUTO AUTOCR SORT SERVICE
RETURN CLASS FIRSTCLASS POSTAGE PERMIT MAIL BEND FORWARD DATED TIME OPEN CONFIDENTIAL"""
_ENDORSING = frozenset(_ENDORSING_WORDS.split())
_DIGIT = re.compile("[0-9]")
_CARRIER_ROUTE_HEADS = frozenset("*CRHBGL")
_CARRIER_ROUTE = re.compile(
    r"^(?:\*+)?(?:C|R|H|B|G)-?\d{3}(?:\*+)?$|^(?:CR|LOT|CAR RT|CARRIER ROUTE)\s?\d+[A-Z]?$|^LOT \d+[AD]?\*\*|"
    r"^(?:ROUTE|RTE?|CAR[ -]?(?:RT|ROUTE)|CARRIER[ -]?(?:RT|ROUTE)|CR)[ -]?[CRHBG]-?\d{3}$"
)
_KEYLINE = re.compile(
    r"^#.*#$|^#[A-Z]{4,}$|^[A-Z0-9/-]*\d[A-Z0-9/-]*[A-Z][A-Z0-9/-]{5,}$|^\d{6,}[A-Z0-9/-]*$|^[A-Z]+\d{5,}[A-Z0-9]*$"
)
_ATTENTION = re.compile(
    r"^(?:ATTN|ATTENTION|ATT|ATN|ATENCION|C/O|C / O|CARE OF|IN CARE OF|MAIL ?STOP|MSC|M/S|MS(?= \d)|"
    r"DEPT|DEPARTMENT|RE)\b"
)
_ATTENTION_HEADS = frozenset("ACIMDR")
_OCCUPANT = re.compile(
    r"\b(?:OR )?(?:CURRENT )?(?:RESIDENT|OCCUPANT|HOUSEHOLDER|POSTAL CUSTOMER|"
    r"RESIDENTIAL CUSTOMER|BUSINESS CUSTOMER|BOXHOLDER)\b"
)
# One of these stands in every match of the above; a search for them alone is quicker.
_OCCUPYING = re.compile("RESIDENT|OCCUPANT|HOUSEHOLDER|CUSTOMER|BOXHOLDER")
_PHONE = re.compile(
    r"^(?:(?:TEL|TELEPHONE|PHONE|FAX|CELL|MOBILE|TOLL FREE)\s)?(?:1[ .-])?\d{3}\s?[ .-]\s?\d{3}\s?[ .-]\s?\d{4}$"
)
_DATE = re.compile(
    r"^(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]* \d{1,2} \d{4}$|^\d{1,2}([/-])\d{1,2}\1(?:\d\d)?\d\d$"
)
_ACCOUNT = re.compile(
    r"^(?:ACCT|ACCOUNT|INVOICE|INV|CUSTOMER|CUST|POLICY|MEMBER|LOAN|CLAIM|ORDER)\b[A-Z ]*(?:# )?[\dA-Z-]*\d{4,}$"
)
_CANADIAN = re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d$")
_BRITISH = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}$")


def has_digit(text: str) -> bool:
    """Whether a digit stands in the text."""
    return _DIGIT.search(text) is not None


def is_endorsement(text: str) -> bool:
    """An endorsement line, keyline or carrier route line (Publication 28 section 22)."""
    bare = text.strip()
    words = bare.replace("-", " ").replace("/", " ").split()
    if ("*" in bare or not _ENDORSING.isdisjoint(words)) and _ENDORSEMENT.search(bare):
        return True
    packed = bare
    if "#" in bare:
        if bare[0] == "#" and bare.count("#") > 1:
            return True  # a keyline between number signs, with or without more behind it
        packed = bare.replace("# ", "#").replace(" #", "#")
    return bool(_is_carrier_route(bare) or (" " not in packed and _KEYLINE.match(packed)))


def _is_carrier_route(text: str) -> bool:
    return text[:1] in _CARRIER_ROUTE_HEADS and _CARRIER_ROUTE.match(text) is not None


def is_bare_keyline(text: str) -> bool:
    """A line that is taken for a keyline only by its one word of letters and digits; a joined street looks alike."""
    return " " not in text and "*" not in text and not _CARRIER_ROUTE.match(text) and not _ENDORSEMENT.search(text)


def is_attention(text: str) -> bool:
    """An attention, care-of, mail-stop or department line."""
    bare = text.strip()
    return bare[:1] in _ATTENTION_HEADS and _ATTENTION.match(bare) is not None


def is_occupant(text: str) -> bool:
    """An occupant or exceptional address line (DMM 602 3.3, 3.4), with no house number of its own."""
    if text[:1].isdigit() or _OCCUPYING.search(text) is None:
        return False
    return _OCCUPANT.search(text) is not None


def without_occupant(text: str) -> str:
    """What an occupant line says besides (OCCUPANT APT 5: APT 5)."""
    return _OCCUPANT.sub(" ", text).strip(" &/-")


def is_remark(text: str) -> bool:
    """A telephone number, a date with its year, or an account or invoice number: no part of an address (*ours*)."""
    if not text[-1:].isdigit():
        return False
    return bool(_PHONE.match(text) or _DATE.match(text) or _ACCOUNT.match(text))


def is_domestic(text: str) -> bool:
    """A line that says only that the piece stays in this country."""
    return text in DOMESTIC


def is_foreign(text: str) -> bool:
    """A country name standing alone, or a line ending in a Canadian or British postal code."""
    if text in COUNTRIES:
        return True
    # The codes' own ends by themselves, for speed: most lines end in five digits.
    canadian = text[-2:-1].isalpha() and text[-1:].isdigit() and _CANADIAN.search(text)
    return bool(canadian or (text[-3:-2].isdigit() and text[-2:].isalpha() and _BRITISH.search(text)))
